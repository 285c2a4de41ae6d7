/** The drain's end of the line to the spool: questions with their answers, and a bell when something was recorded. */
import type { MessagePort } from 'node:worker_threads'
import type { SpoolAnswers, SpoolAsk, SpoolTold } from '../sqlite/telemetry/spool-messages.ts'

type Question = keyof SpoolAnswers
type Details<Q extends Question> = Omit<Extract<SpoolAsk, { ask: Q }>, 'ask' | 'id'>
export type SpoolLine = {
  /** Rejects when the telemetry lane could not do it; nothing of it happened. */
  ask<Q extends Question>(question: Q, details: Details<Q>): Promise<SpoolAnswers[Q]>
  onGrown(listener: () => void): void
  close(): void
}

type Waiting = { resolve(value: unknown): void; reject(error: Error): void }

export function openSpoolLine(port: MessagePort): SpoolLine {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let grown: () => void = () => {}

  function end(message: string): void {
    for (const question of waiting.values()) question.reject(new Error(message))
    waiting.clear()
  }

  port.on('message', (told: SpoolTold) => {
    if (told.tell === 'grew') return grown()
    const question = waiting.get(told.id)
    waiting.delete(told.id)
    if (told.tell === 'answer') question?.resolve(told.value)
    else question?.reject(new Error(told.message))
  })
  port.on('close', () => end('The telemetry lane has ended.'))

  return {
    ask(question, details) {
      const { promise, resolve, reject } = Promise.withResolvers<never>()
      waiting.set(++lastId, { resolve: resolve as Waiting['resolve'], reject })
      port.postMessage({ ...details, ask: question, id: lastId })
      return promise
    },
    onGrown(listener) {
      grown = listener
    },
    close: () => port.close(),
  }
}
