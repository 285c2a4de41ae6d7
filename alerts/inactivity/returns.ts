/** Whoever was seen at home again is no longer said to be away: the directory is told, with a line for the record, and asked again until it knows. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, instant, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { Returned } from '../silence/returning.ts'
import type { SilenceRegister } from '../silence.ts'

type Needs = { directory: Pick<Directory, 'card' | 'setMode'>; silence: Pick<SilenceRegister, 'takeReturned'>; clock: Clock; log: Log }

/** Looks once a second; the returned function stops it. */
export function startReturns({ directory, silence, clock, log }: Needs): () => void {
  let owed: Returned[] = []
  let busy = false
  const write = async () => {
    for (let next = owed[0]; next; next = owed[0]) {
      await endMode(directory, next)
      owed = owed.slice(1)
    }
  }
  return clock.every(seconds(1), () => {
    owed.push(...silence.takeReturned())
    if (busy || owed.length === 0) return
    busy = true
    write()
      .catch((error) => log('error', `The end of an absence could not be recorded yet; trying again: ${sentenceOf(error)}`))
      .finally(() => {
        busy = false
      })
  })
}

/** Unless somebody has said something else meanwhile. */
async function endMode(directory: Needs['directory'], { residentId, since, at, mode, until }: Returned): Promise<void> {
  const resident = (await directory.card(residentId))?.resident
  if (resident?.mode !== mode || (resident.modeUntil ?? Number.POSITIVE_INFINITY) !== until) return
  const detail = `seen at home since ${new Date(instant(since)).toISOString()}, before the end of ${mode}`
  const line = { at, userId: 'system', action: 'mode-home', subjectId: residentId, detail }
  await directory.setMode(residentId, { mode: 'home', until: null }, line)
}
