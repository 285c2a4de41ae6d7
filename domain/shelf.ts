/** Putting a device's alarm off for a while: until when, and for how long at most. */
import type { AcknowledgedAlarm, Alarm, Reason } from './alarm.ts'
import { hours, type Instant, instant } from './time.ts'

/** One shift: whoever put it off is still there when it comes back. */
export const shelfMost = hours(8)

/** Alarms about a machine that may hide a call for help are never put off. */
const neverShelved: ReadonlySet<Reason> = new Set(['retained-press', 'wall-unattended', 'home-unseen', 'not-back'])

export const mayShelve = ({ kind, reason }: Pick<Alarm, 'kind' | 'reason'>): boolean => kind === 'technical' && !neverShelved.has(reason)

/** Until when it is put off, or null. */
export function shelvedUntil({ detail }: Pick<Alarm, 'detail'>): Instant | null {
  const until = detail.shelvedUntil
  return typeof until === 'number' ? instant(until) : null
}

/** The alarm back from the shelf: the next thing somebody does with it, or its time, takes it down. */
export function unshelved<A extends Pick<AcknowledgedAlarm, 'detail'>>(alarm: A): A {
  if (alarm.detail.shelvedUntil === undefined) return alarm
  const { shelvedUntil: _, ...detail } = alarm.detail
  return { ...alarm, detail }
}
