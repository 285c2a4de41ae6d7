/** The packing threads as the bulk port sees them: begun when history comes, ended when none has come for a while, and at once when the store closes. */
import { Worker } from 'node:worker_threads'
import { StoreTrouble } from '../../store.ts'
import type { PackedPart } from './bulk-pack.ts'
import type { PackAsk, PackTold } from './messages.ts'

export type Packers = {
  pack(ask: PackAsk): Promise<PackedPart>
  /** Ends the threads; the next part begins them again. */
  rest(): void
}

type Waiting = ReturnType<typeof Promise.withResolvers<PackedPart>>
type Packer = { worker: Worker; waiting: Waiting[] }

/** `threads`: at once. */
export function openPackers(threads: number): Packers {
  let packers: Packer[] = []

  function begin(): Packer {
    const worker = new Worker(new URL('./packer.ts', import.meta.url), { execArgv: [] })
    const packer: Packer = { worker, waiting: [] }
    const lose = (message: string, cause?: unknown) => {
      packers = packers.filter((other) => other !== packer)
      for (const each of packer.waiting.splice(0)) each.reject(new StoreTrouble('io-error', message, cause))
    }
    worker.on('message', (told: PackTold) => {
      const asked = packer.waiting.shift()
      if (told.tell === 'packed') asked?.resolve(told.part)
      else asked?.reject(new StoreTrouble('io-error', told.message))
    })
    worker.on('error', (error) => lose('A thread that packs telemetry failed.', error))
    worker.on('exit', () => lose('A thread that packs telemetry ended.'))
    worker.unref()
    packers.push(packer)
    return packer
  }

  /** The one with least to do; a new one rather than to wait. */
  function idlest(): Packer {
    const least = packers.toSorted((a, b) => a.waiting.length - b.waiting.length)[0]
    return least && (least.waiting.length === 0 || packers.length >= threads) ? least : begin()
  }

  return {
    pack(ask) {
      const packer = idlest()
      const answer = Promise.withResolvers<PackedPart>()
      packer.waiting.push(answer)
      packer.worker.postMessage(ask)
      return answer.promise
    },
    rest() {
      for (const { worker } of packers.splice(0)) void worker.terminate()
    },
  }
}
