/** The morning: the first sign of life after four o'clock, and by when she is usually up. Safe and well, or somebody should look. */
import { type Instant, instant } from '../../domain/time.ts'
import { field, get, weeks } from './layout.ts'
import { type LocalTime, localTime, slotOf } from './memory.ts'
import type { Morning, Profile } from './words.ts'

const from = 4 * 60
const until = 14 * 60
/** Past her own latest by so long, somebody should look. */
const grace = 30
const mornings = 3

/** Takes the first sign of a morning; later ones of the same day are none. */
export function noteMorning(profile: Profile, { day, week, minute }: LocalTime): void {
  if (minute < from || day === get(profile, field.upDay)) return
  profile[field.upDay] = day
  profile[field.upMinute] = minute
  if (minute >= until) return
  const count = Math.min(60, get(profile, field.upCount) + 1)
  const mean = get(profile, field.upMean)
  profile[field.upCount] = count
  profile[field.upMean] = Math.round(mean + (minute * 16 - mean) / Math.min(count, 28))
  const latest = field.mornings + slotOf(week)
  if (minute > get(profile, latest)) profile[latest] = minute
}

/** The morning rule: today's first sign and her own latest usual time. `offset`: local minus UTC now, in minutes. */
export function morningOf(profile: Profile, { now, offset }: { now: Instant; offset: number }): Morning {
  const today = localTime(Math.floor(now / 1_000), offset)
  const moment = (minute: number): Instant => instant((today.day * 1_440 + minute - offset) * 60_000)
  const upAt = get(profile, field.upDay) === today.day ? moment(get(profile, field.upMinute)) : null
  if (get(profile, field.upCount) < mornings) return { usual: null, latest: null, upAt, dueAt: null }
  let latest = 0
  for (let slot = 0; slot < weeks; slot += 1) latest = Math.max(latest, get(profile, field.mornings + slot))
  return { usual: Math.round(get(profile, field.upMean) / 16), latest, upAt, dueAt: moment(latest + grace) }
}
