/**
 * Home again before the mode says so: decided by what is seen inside, never by one sign. Whoever waters the flowers comes by the door and leaves
 * by it some minutes later, and is not taken for her. Only away and holiday end so; who is in hospital is told by people. docs/routine.md says how.
 */
import type { Mode } from '../../domain/people.ts'
import { hours, type Instant, minutes, type Span } from '../../domain/time.ts'

/** One live sign of life in the home of somebody who is away. */
export type SignInside = {
  at: Instant
  /** The live sign before it, of whatever kind, or the moment when she was said to be away, whichever is later. */
  before: number
  /** The sign before it was the door that leads out. */
  isAfterExit: boolean
  isExit: boolean
  /** 0…1, as for the routine. */
  certainty: number
  /** Her own button or terminal, or her bed lain in: what no visitor uses. */
  isHers: boolean
}

export type Homecoming = {
  /** Takes the sign; since when she is home, once what was seen is enough, else null. `until` tells one stay away from the next. */
  sign(number: number, until: number, sign: SignInside): Instant | null
  /** She is not away, or counts as home already. */
  forget(number: number): void
  /** Away already when we began to look: nobody saw her go, so nobody need. */
  adopt(number: number, until: number): void
  /** The clock jumped: what was seen so far cannot be compared. */
  startOver(): void
}

/** These end by evidence. */
export const endsByEvidence = (mode: Mode): boolean => mode === 'away' || mode === 'holiday'

type Absence = { until: number; isGone: boolean; isBack: boolean; doorAt: number; from: number; last: number; slot: number; weight: number }

/** She has left when nothing stirred for so long after the door, or for so long at all. Packing is not coming home. */
const goneAfterDoor = minutes(30)
const goneAtAll = hours(4)
/** A pause longer than this inside is the end of that visit. */
const pauseMost = minutes(60)
/** Signs within the same five minutes are one. */
const slotLength = minutes(5)
/** So long after the door her own things say that it is she. */
const hersAfter = minutes(10)
/** Somebody who stays for so long and stirs so often lives here. Without the door having been seen far more is asked. */
const lived: Readonly<Record<'byDoor' | 'unseen', { stay: Span; weight: number }>> = {
  byDoor: { stay: minutes(45), weight: 2 },
  unseen: { stay: hours(3), weight: 6 },
}

const newAbsence = (until: number, isGone: boolean): Absence => ({
  ...{ until, isGone, isBack: false, doorAt: 0, from: 0, last: 0, slot: 0, weight: 0 },
})

export function openHomecoming(): Homecoming {
  const absences = new Map<number, Absence>()
  return {
    sign(number, until, sign) {
      let absence = absences.get(number)
      if (absence?.until !== until) absence = newAbsence(until, false)
      absences.set(number, absence)
      return absence.isBack ? null : take(absence, sign)
    },
    forget: (number) => void absences.delete(number),
    adopt: (number, until) => void absences.set(number, newAbsence(until, true)),
    startOver() {
      for (const [number, { until, isGone, isBack }] of absences) absences.set(number, { ...newAbsence(until, isGone), isBack })
    },
  }
}

function take(absence: Absence, sign: SignInside): Instant | null {
  noteGone(absence, sign)
  if (sign.isExit) {
    beginVisit(absence, sign.at)
    absence.doorAt = sign.at
    return null
  }
  if (!absence.isGone) return null
  if (absence.from === 0 || sign.at - absence.last > pauseMost) {
    // Movement without the door: the sun, or a door that was not seen.
    if (absence.from !== 0 || sign.at - absence.doorAt > pauseMost) absence.doorAt = 0
    beginVisit(absence, sign.at)
  }
  absence.last = sign.at
  const slot = Math.floor(sign.at / slotLength)
  if (slot !== absence.slot) absence.weight += sign.certainty
  absence.slot = slot
  if (!isHome(absence, sign)) return null
  absence.isBack = true
  return absence.from as Instant
}

function noteGone(absence: Absence, { at, before, isAfterExit }: SignInside): void {
  const wasDoor = isAfterExit || (absence.doorAt > 0 && before - absence.doorAt <= minutes(3))
  if (at - before >= (wasDoor ? goneAfterDoor : goneAtAll)) absence.isGone = true
}

function beginVisit(absence: Absence, at: Instant): void {
  Object.assign(absence, { from: at, last: at, slot: 0, weight: 0 })
}

function isHome({ doorAt, from, weight }: Absence, { at, isHers }: SignInside): boolean {
  if (isHers && doorAt > 0 && at - doorAt >= hersAfter) return true
  const needed = doorAt > 0 ? lived.byDoor : lived.unseen
  return at - from >= needed.stay && weight >= needed.weight
}
