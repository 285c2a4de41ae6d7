/** Away, in hospital, with guests: what a mode means for the watch over silence, and that it is over when its time is. */
import { type Mode, modes } from '../../domain/people.ts'
import type { Instant } from '../../domain/time.ts'
import type { Untaught } from '../routine/routine.ts'
import type { ResidentColumns } from './residents.ts'

const whys: Readonly<Record<Mode, Untaught | null>> = { home: null, away: 'away', hospital: 'hospital', guest: 'visitor', holiday: 'away' }

/** The mode she is in at this moment: one that has ended is over, whoever has not taken it back yet. */
export function modeOf(residents: ResidentColumns, number: number, at: Instant): Mode {
  return (residents.modeUntil[number] ?? 0) > at ? (modes[residents.mode[number] ?? 0] ?? 'home') : 'home'
}

/** Why what her home shows now says nothing about her routine; null = it does. */
export const unlikeHer = (residents: ResidentColumns, number: number, at: Instant): Untaught | null => whys[modeOf(residents, number, at)]

/** Out of the home for longer: her silence is not judged. Guests do not keep her from being judged. */
export function isAway(residents: ResidentColumns, number: number, at: Instant): boolean {
  const mode = modeOf(residents, number, at)
  return mode !== 'home' && mode !== 'guest'
}
