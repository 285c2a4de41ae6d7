/** The line to the InfluxDB worker. A worker that fails is a trouble of InfluxDB, not of the platform: readings stay durable here. */
import { type MessagePort, Worker } from 'node:worker_threads'
import { StoreTrouble } from '../store.ts'
import type { DrainHealth, InfluxAnswers, InfluxAsk, InfluxTold, InfluxWorkerNeeds } from './messages.ts'

type Asked = keyof InfluxAnswers
/** What a question says besides its kind and number. */
type Details<Q extends Asked> = Omit<Extract<InfluxAsk, { ask: Q }>, 'ask' | 'id'>
type Waiting = { resolve(value: unknown): void; reject(error: StoreTrouble): void }

export type Line = {
  tell(ask: InfluxAsk): void
  /** Rejects with StoreTrouble. */
  ask<Q extends Asked>(question: Q, details: Details<Q>): Promise<InfluxAnswers[Q]>
  close(): Promise<void>
}
export type LineNeeds = {
  worker: InfluxWorkerNeeds
  health(health: DrainHealth): void
  found(sentence: string, isReadable: boolean): void
  warned(sentence: string): void
  failed(message: string): void
}

export function openLine({ worker: needs, health, found, warned, failed }: LineNeeds): Line {
  const transferList: MessagePort[] = [needs.port]
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: needs, transferList, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  const ended = Promise.withResolvers<void>()
  let [lastId, isEnded] = [0, false]

  worker.on('message', (told: InfluxTold) => {
    if (told.tell === 'health') return health(told.health)
    if (told.tell === 'found') return found(told.sentence, told.isReadable)
    if (told.tell === 'warned') return warned(told.sentence)
    const question = waiting.get(told.id)
    waiting.delete(told.id)
    if (told.tell === 'answer') question?.resolve(told.value)
    else question?.reject(new StoreTrouble('io-error', told.message))
  })
  worker.on('error', (error) => failed(error.message))
  worker.on('exit', () => {
    isEnded = true
    for (const question of waiting.values()) question.reject(new StoreTrouble('closed', 'Telemetry is closed.'))
    ended.resolve()
  })

  return {
    tell: (ask) => worker.postMessage(ask),
    ask(question, details) {
      if (isEnded) return Promise.reject(new StoreTrouble('closed', 'Telemetry is closed.'))
      const { promise, resolve, reject } = Promise.withResolvers<never>()
      waiting.set(++lastId, { resolve: resolve as Waiting['resolve'], reject })
      worker.postMessage({ ...details, ask: question, id: lastId })
      return promise
    },
    async close() {
      worker.postMessage({ ask: 'close' } satisfies InfluxAsk)
      await ended.promise
    },
  }
}
