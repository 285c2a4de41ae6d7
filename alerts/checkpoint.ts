/** Keeps the registers of who was heard on disk, about once a second and only what changed, so that a restart forgets nothing. */
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, seconds } from '../domain/time.ts'
import type { RegisterPage, RegisterStore } from '../store/store.ts'
import type { SilenceRegister } from './silence.ts'

export type CheckpointNeeds = {
  silence: Pick<SilenceRegister, 'dirtyPages' | 'giveBack'>
  registers: RegisterStore
  clock: Clock
  log: Log
}

/** Pages of devices in one round: a restart gives devices a fresh start anyway, so theirs may wait a few rounds. Residents' pages never wait. */
const devicePagesMax = 64
/** Pages in one write: storage work on the event loop stays short. */
const pagesAtOnce = 32

/** Starts saving. The returned function stops it after one last complete round; it resolves also when that one failed (logged). */
export function startCheckpoints(needs: CheckpointNeeds): () => Promise<void> {
  let under: Promise<boolean> | null = null
  let failing = false
  const round = async (limit: number): Promise<boolean> => {
    const saved = await save(needs, limit)
    if (saved.ok && failing) needs.log('info', 'The registers of who was heard are kept again.')
    if (!saved.ok && !failing) needs.log('error', `The registers of who was heard could not be kept; trying on: ${saved.why}`)
    failing = !saved.ok
    return saved.ok
  }
  const begin = (limit: number) => {
    under ??= round(limit).finally(() => {
      under = null
    })
    return under
  }
  const stop = needs.clock.every(seconds(1), () => void begin(devicePagesMax))
  return async () => {
    stop()
    await under
    await begin(Number.POSITIVE_INFINITY)
  }
}

async function save({ silence, registers }: CheckpointNeeds, limit: number): Promise<{ ok: true } | { ok: false; why: string }> {
  const pages = silence.dirtyPages(limit)
  for (let from = 0; from < pages.length; from += pagesAtOnce) {
    try {
      await registers.savePages(pages.slice(from, from + pagesAtOnce))
    } catch (error) {
      giveBack(silence, pages.slice(from))
      return { ok: false, why: sentenceOf(error) }
    }
  }
  return { ok: true }
}

const giveBack = (silence: CheckpointNeeds['silence'], pages: readonly RegisterPage[]): void => silence.giveBack(pages)
