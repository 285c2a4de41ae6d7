/** A thread that packs parts of a bulk, one after the other, while others are packed, written, or still come. Touches no file. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { sentenceOf } from '../../../domain/log.ts'
import { buffersOf, packPart } from './bulk-pack.ts'
import type { PackAsk, PackTold } from './messages.ts'
import { partOver } from './sort.ts'

const port = parentPort as MessagePort

port.on('message', ({ buffer, count, groups, recordedAt }: PackAsk) => {
  try {
    const part = packPart(partOver(buffer, count), groups, recordedAt)
    port.postMessage({ tell: 'packed', part } satisfies PackTold, buffersOf(part))
  } catch (error) {
    port.postMessage({ tell: 'failed', message: sentenceOf(error) } satisfies PackTold)
  }
})
