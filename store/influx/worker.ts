/** The InfluxDB worker: drains the spool and asks for history, so that neither lines nor JSON are ever made on the main loop. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../domain/clock.ts'
import { sentenceOf } from '../../domain/log.ts'
import { milliseconds } from '../../domain/time.ts'
import { openAnswers } from './answers.ts'
import { openClient } from './client.ts'
import { startDrain } from './drain.ts'
import type { InfluxAsk, InfluxTold, InfluxWorkerNeeds } from './messages.ts'
import { startRollup } from './rollup-loop.ts'
import { findServer, InfluxRefusal, type Server } from './server.ts'
import { openSpoolLine } from './spool-line.ts'
import { type Trouble, troubleOf } from './trouble.ts'
import { openWriter } from './writer.ts'

/** How long a closing drain waits for the answer to its last batch. */
const closeMs = 3_000

const port = parentPort as MessagePort
const tell = (told: InfluxTold, handedOver: ArrayBuffer[] = []) => port.postMessage(told, handedOver)

async function start(needs: InfluxWorkerNeeds): Promise<void> {
  const { settings, timings, bytesMax } = needs
  const client = openClient(settings, timings)
  const spool = openSpoolLine(needs.port)
  let sites = needs.sites
  let server: Server | null = null

  const trouble = (error: unknown): Trouble =>
    error instanceof InfluxRefusal ? error.trouble : troubleOf(error, settings, systemClock.now())

  async function find(): Promise<Server> {
    const found = await findServer(client, settings)
    if (found.sentence !== server?.sentence) tell({ tell: 'found', sentence: found.sentence, isReadable: found.kind !== 'write-only' })
    server = found
    return found
  }

  const drain = await startDrain({
    ...{ spool, troubleOf: trouble, timings, bytesMax, measurement: settings.measurement },
    connect: async () => openWriter(client, await find(), settings),
    siteOf: (device) => sites.names[(sites.ofDevice[device] ?? 0) - 1] ?? null,
    tell: (health) => tell({ tell: 'health', health }),
  })
  const answer = openAnswers({ client, settings, timings, spool, drain, server: async () => server ?? (await find()) })
  const rollup = startRollup({
    ...{ client, settings, timings, server: () => server },
    devices: () => sites.ofDevice.length,
    warn: (sentence) => tell({ tell: 'warned', sentence }),
  })

  async function close(): Promise<void> {
    rollup.stop()
    // A batch under way may still hear that it is stored: then it is not sent again, and never counted as dropped.
    const giveUp = systemClock.later(milliseconds(closeMs), client.stop)
    await drain.stop()
    giveUp()
    client.stop()
    port.close()
  }

  async function handle(ask: InfluxAsk): Promise<void> {
    if (ask.ask === 'sites') {
      sites = ask.sites
      return
    }
    if (ask.ask === 'close') return close()
    try {
      const value = await answer(ask)
      tell({ tell: 'answer', id: ask.id, value }, value && 'buffer' in value ? [value.buffer] : [])
    } catch (error) {
      tell({ tell: 'failed', id: ask.id, message: trouble(error).sentence })
    }
  }

  port.on('message', (ask: InfluxAsk) => void handle(ask))
}

start(workerData as InfluxWorkerNeeds).catch((error: unknown) => {
  tell({ tell: 'failed', id: 0, message: sentenceOf(error) })
  port.close()
})
