/** Away, hospital, guests, holiday: how long a mode lasts when nobody says otherwise. Every mode but home ends by itself. */
import { type Mode, modes } from './people.ts'
import { after, days, hours, type Instant, type Span } from './time.ts'

const usual: Readonly<Record<Exclude<Mode, 'home'>, Span>> = { away: hours(12), hospital: days(30), guest: hours(24), holiday: days(14) }
/** A mode that is set for longer than this is a mode that was forgotten. */
export const modeMost = days(180)

export const isMode = (text: unknown): text is Mode => modes.some((mode) => mode === text)

/** When this mode ends: as asked, when that is a moment to come and not too far, else after its usual length; `home` has no end. */
export function modeEnd(mode: Mode, at: Instant, asked: Instant | null = null): Instant | null {
  if (mode === 'home') return null
  if (asked !== null && asked > at) return Math.min(asked, after(at, modeMost)) as Instant
  return after(at, usual[mode])
}
