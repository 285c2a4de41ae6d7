/** The peer: Aedes as it comes, a handler in the process, Socket.IO. No login, no checks, nothing stored. */
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { Aedes } from 'aedes'
import { Server } from 'socket.io'
import { answerMeters } from './meters.ts'

const aedes = await Aedes.createBroker()
const http = createHttpServer()
const io = new Server(http, { transports: ['websocket'] })
let received = 0
aedes.on('publish', (packet, client) => {
  if (!client) return
  received++
  if (packet.topic.endsWith('/sos')) io.emit('facts', [{ topic: packet.topic, payload: packet.payload.toString() }])
})
const mqtt = createServer({ noDelay: true }, aedes.handle)
await new Promise<void>((resolve) => mqtt.listen(0, '127.0.0.1', 4096, resolve))
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
answerMeters(() => ({ received }), { mqttPort: portOf(mqtt), httpPort: portOf(http) })
