/** A home that cannot be seen is not judged; but after some hours somebody should call, and not in the middle of the night. */
import type { CareEventDraft } from '../../domain/event.ts'
import { after, hours, type Instant, instant, minutes } from '../../domain/time.ts'
import { residentFlag, sights } from '../silence/residents.ts'
import type { Watching } from './adopt.ts'
import { siteOf } from './drafts.ts'

/** So long a home may be out of sight before somebody is asked to call. */
export const unseenLimit = hours(4)
/** … in the night at most so long, whatever the hour. */
const nightLimit = hours(11)
const againAfter = minutes(1)

/** One look at a home out of sight. A silent area asks for all its homes at once, by its own alarm. */
export function lookAtBlind(
  { silence, announced, callAgainAt }: Watching,
  number: number,
  judging: { now: Instant; isDay: readonly boolean[] },
): CareEventDraft[] {
  const { residents } = silence
  const { now } = judging
  const flags = residents.flags[number] ?? 0
  const sight = sights[residents.sight[number] ?? 0] ?? 'seen'
  const since = instant(residents.blindSince[number] ?? 0)
  if (flags & residentFlag.unseen) return []
  const again = callAgainAt.get(number) ?? 0
  const isDay = judging.isDay[residents.site[number] ?? 0] ?? true
  if (sight === 'area' || now < Math.max(again, since + (isDay ? unseenLimit : nightLimit))) {
    residents.lookAt[number] = after(now, againAfter)
    return []
  }
  residents.flags[number] = flags | residentFlag.unseen
  announced.set(number, announced.get(number) ?? { since, isLearned: false })
  const subjectId = residents.ids[number] ?? ''
  return [
    {
      kind: 'device-troubled',
      ...{ subjectId, siteId: siteOf(residents, number), at: now, deviceId: null, room: '', reason: 'home-unseen' },
      ...{ causeId: `unseen:${subjectId}:${Math.max(since, again)}`, claimedAt: null, unreadable: false },
      detail: { unseenSince: since, sight, lastActiveAt: residents.activeAt.values[number] ?? 0 },
    },
  ]
}
