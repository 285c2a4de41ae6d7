/** The line to the telemetry worker: questions with their answers, and what happens when it ends. */
import { type MessagePort, Worker } from 'node:worker_threads'
import { StoreTrouble } from '../../store.ts'
import type { Answers, Ask, Space, Told, WorkerNeeds } from './messages.ts'

type Question = keyof Answers
/** What a question says besides its kind and number. */
type Details<Q extends Question> = Omit<Extract<Ask, { ask: Q }>, 'ask' | 'id'>

export type Link = {
  ask<Q extends Question>(question: Q, details: Details<Q>, handedOver?: (ArrayBuffer | MessagePort)[]): Promise<Answers[Q]>
  tick(now: number): void
  /** Ends the worker after everything asked before; resolves when it has ended, however. */
  close(): Promise<void>
}

export type LinkNeeds = {
  worker: WorkerNeeds
  space: (space: Space) => void
  /** Called once when the worker ended without being asked; everything in flight is rejected by then. */
  lost: (trouble: StoreTrouble) => void
}

type Waiting = { resolve(value: unknown): void; reject(trouble: StoreTrouble): void }

/** Questions on their way, by number. */
function openQuestions() {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  return {
    add(): { id: number; answer: Promise<never> } {
      const { promise, resolve, reject } = Promise.withResolvers<never>()
      waiting.set(++lastId, { resolve: resolve as Waiting['resolve'], reject })
      return { id: lastId, answer: promise }
    },
    settle(id: number, how: (question: Waiting) => void): void {
      const question = waiting.get(id)
      waiting.delete(id)
      if (question) how(question)
    },
    rejectAll(trouble: StoreTrouble): void {
      for (const question of waiting.values()) question.reject(trouble)
      waiting.clear()
    },
  }
}

/** Starts the worker. Rejects with an Error for the operator when the file cannot be opened. */
export function openLink(needs: LinkNeeds): Promise<Link & { rebuilt: number }> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: needs.worker, execArgv: [] })
  const opened = Promise.withResolvers<Link & { rebuilt: number }>()
  const ended = Promise.withResolvers<void>()
  const questions = openQuestions()
  let isOpen = false
  let isClosing = false
  let trouble: StoreTrouble | null = null

  function lose(message: string, cause?: unknown): void {
    if (trouble) return
    trouble = new StoreTrouble('io-error', message, cause)
    questions.rejectAll(trouble)
    if (!isOpen) opened.reject(new Error(message, { cause }))
    else if (!isClosing) needs.lost(trouble)
  }

  const link: Link = {
    ask(question, details, handedOver = []) {
      if (trouble) return Promise.reject(trouble)
      if (isClosing) return Promise.reject(new StoreTrouble('closed', 'Telemetry is closed.'))
      const { id, answer } = questions.add()
      worker.postMessage({ ...details, ask: question, id }, handedOver)
      return answer
    },
    tick(now) {
      if (!trouble && !isClosing) worker.postMessage({ ask: 'tick', now } satisfies Ask)
    },
    async close() {
      if (!isClosing && !trouble) worker.postMessage({ ask: 'close' } satisfies Ask)
      isClosing = true
      await ended.promise
    },
  }

  worker.on('message', (told: Told) => {
    if (told.tell === 'answer') questions.settle(told.id, (question) => question.resolve(told.value))
    else if (told.tell === 'failed') questions.settle(told.id, (question) => question.reject(new StoreTrouble(told.code, told.message)))
    else if (told.tell === 'fatal') lose(told.message)
    else {
      needs.space(told.space)
      if (told.tell === 'space') return
      isOpen = true
      opened.resolve({ ...link, rebuilt: told.rebuilt })
    }
  })
  worker.on('error', (error) => lose('The telemetry worker failed.', error))
  worker.on('exit', () => {
    lose('The telemetry worker ended unexpectedly.')
    ended.resolve()
  })
  return opened.promise
}
