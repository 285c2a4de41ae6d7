/** The InfluxDB worker: drains the spool and asks for history, so that neither lines nor JSON are ever made on the main loop. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../domain/clock.ts'
import { sentenceOf } from '../../domain/log.ts'
import { milliseconds } from '../../domain/time.ts'
import { openClient } from './client.ts'
import { startDrain } from './drain.ts'
import { findHistory } from './history.ts'
import type { InfluxAsk, InfluxTold, InfluxWorkerNeeds } from './messages.ts'
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
  let sites = needs.sites
  let server: Server | null = null

  const trouble = (error: unknown): Trouble =>
    error instanceof InfluxRefusal ? error.trouble : troubleOf(error, settings, systemClock.now())

  async function find(): Promise<Server> {
    const found = await findServer(client, settings)
    if (found.sentence !== server?.sentence) tell({ tell: 'found', sentence: found.sentence })
    server = found
    return found
  }

  const drain = await startDrain({
    ...{ spool: openSpoolLine(needs.port), troubleOf: trouble, timings, bytesMax, measurement: settings.measurement },
    connect: async () => openWriter(client, await find(), settings),
    siteOf: (device) => sites.names[(sites.ofDevice[device] ?? 0) - 1] ?? null,
    tell: (health) => tell({ tell: 'health', health }),
  })

  async function answer(ask: Exclude<InfluxAsk, { ask: 'sites' | 'close' }>): Promise<{ buffer: ArrayBuffer; count: number } | null> {
    if (ask.ask === 'drained') {
      await drain.drained()
      return null
    }
    if ((server ?? (await find())).kind === 'write-only') throw new Error('the server does not answer InfluxQL')
    return findHistory({ client, settings }, ask.query)
  }

  async function handle(ask: InfluxAsk): Promise<void> {
    if (ask.ask === 'sites') {
      sites = ask.sites
    } else if (ask.ask === 'close') {
      // A batch under way may still hear that it is stored: then it is not sent again, and never counted as dropped.
      const giveUp = systemClock.later(milliseconds(closeMs), client.stop)
      await drain.stop()
      giveUp()
      client.stop()
      port.close()
    } else {
      const value = await answer(ask).catch((error: unknown) => trouble(error))
      if (value && 'sentence' in value) tell({ tell: 'failed', id: ask.id, message: value.sentence })
      else tell({ tell: 'answer', id: ask.id, value }, value ? [value.buffer] : [])
    }
  }

  port.on('message', (ask: InfluxAsk) => void handle(ask))
}

start(workerData as InfluxWorkerNeeds).catch((error: unknown) => {
  tell({ tell: 'failed', id: 0, message: sentenceOf(error) })
  port.close()
})
