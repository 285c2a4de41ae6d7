/** The parent's side of the children: start one, order it, wait for its answer. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Answer, Order } from './load.ts'

export type Child<Asked, Answered> = { ask(order: Asked): Promise<Answered>; process: ChildProcess; stop(): Promise<void> }

/** Starts a program of `bench/lib` that answers each message with one message. */
export function startChild<Asked extends object, Answered>(program: string, args: readonly string[] = []): Child<Asked, Answered> {
  const child = fork(join(import.meta.dirname, program), args, {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    process: child,
    ask: (order) =>
      new Promise<Answered>((resolve, reject) => {
        const gone = () => reject(new Error(`${program} ended before it answered`))
        child.once('exit', gone)
        child.once('message', (answer) => {
          child.off('exit', gone)
          resolve(answer as Answered)
        })
        child.send(order)
      }),
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export const startLoad = (): Child<Order, Answer> => startChild<Order, Answer>('load.ts')
