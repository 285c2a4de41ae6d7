/**
 * The peer: Aedes as it comes, a handler in the process, Socket.IO. No login, no checks, nothing stored. With `--synced` it writes each press to a
 * file and syncs it before it tells anybody: the least that "durable before told" can cost.
 */
import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { Server } from 'socket.io'
import { answerMeters } from './meters.ts'

const aedes = await Aedes.createBroker()
const http = createHttpServer()
const io = new Server(http, { transports: ['websocket'] })
const log = process.argv.includes('--synced') ? openScratch() : null
const record = Buffer.alloc(4_096, 1)
let received = 0
/** Microseconds that each synced write took, in the moment of its press. */
const syncs: number[] = []
aedes.on('publish', (packet, client) => {
  if (!client) return
  received++
  if (!packet.topic.endsWith('/sos')) return
  if (log !== null) {
    const from = performance.now()
    writeSync(log, record)
    fdatasyncSync(log)
    syncs.push(performance.now() - from)
  }
  io.emit('facts', [{ topic: packet.topic, payload: packet.payload.toString() }])
})
const mqtt = createServer({ noDelay: true }, aedes.handle)
await new Promise<void>((resolve) => mqtt.listen(0, '127.0.0.1', 4096, resolve))
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
answerMeters(() => ({ received, syncMedianMicros: Math.round((syncs.toSorted((a, b) => a - b)[syncs.length >> 1] ?? 0) * 1_000) }), {
  mqttPort: portOf(mqtt),
  httpPort: portOf(http),
})

/** A file that goes with this process, however it ends: its name is taken away at once. */
function openScratch(): number {
  const folder = mkdtempSync(join(tmpdir(), 'anling-bench-bare-'))
  const file = openSync(join(folder, 'presses'), 'a')
  rmSync(folder, { recursive: true })
  return file
}
