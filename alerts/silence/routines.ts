/**
 * What is normal for each person, kept beside the register: learned from every live sign of life, saved with the register's pages.
 * It runs on a steady time of its own (wall clock minus `skew`), so that a clock that is put right, or hours in which the platform was off,
 * neither lengthen nor shorten a silence.
 */
import type { Instant } from '../../domain/time.ts'
import { instant } from '../../domain/time.ts'
import type { RegisterPage } from '../../store/store.ts'
import { offsetMinutes } from '../routine/clock-on-the-wall.ts'
import {
  learn,
  openProfile,
  type Profile,
  parseProfile,
  type Silence,
  serialiseProfile,
  silenceOf,
  type Untaught,
} from '../routine/routine.ts'
import { grownUint8 } from './register.ts'

export type Sign = { at: Instant; source: number; state: 0 | 1; certainty: number; isExit: boolean; isBed?: boolean }

export type Routines = {
  /** Takes in a sign of life; `unlike` says why it tells nothing about the routine. */
  sign(number: number, sign: Sign, unlike: Untaught | null): void
  /** The silence that is running will not be learned from. */
  untaught(number: number, at: Instant, why: Untaught): void
  /** The silence counts anew from `at`. */
  freshStart(number: number, at: Instant): void
  profile(number: number): Profile | null
  /** The running silence of this person; null while nothing is known. */
  silence(number: number, budget: number): Silence | null
  /** What was recorded of the days before, in order, for somebody of whom little is known: it takes the place of what was learned so far. */
  recall(number: number, signs: readonly Sign[]): void
  /** A person found her well after an alarm: some weeks of caution. */
  falseAlarm(number: number, at: Instant): void
  /** Steady time of a moment of the wall clock, and back. */
  steady(at: Instant): Instant
  wall(steadyAt: Instant): Instant
  /** Local minus UTC for this person, for use with steady time, in minutes. */
  offset(number: number, at: Instant): number
  /** The wall clock jumped, or the platform was off, for `by` milliseconds: no silence grows by it. */
  shift(by: number): void
  /** Changed profiles, copied and marked clean; those whose person is silent first, for only they are needed as they are after a crash. */
  takeDirty(limit: number, isBusy: (number: number) => boolean): RegisterPage[]
  giveBack(page: RegisterPage): void
}

export type RoutinesNeeds = { pages: readonly RegisterPage[]; zoneOf(number: number): string }

const name = 'resident-routine'
const profileBytes = serialiseProfile(openProfile()).byteLength
const profileNumbers = Math.ceil(profileBytes / 8)
const weekMs = 7 * 86_400_000

/** Page n holds the profile of resident n, byte for byte; page 0, that of nobody, holds the skew. */
export function openRoutines({ pages, zoneOf }: RoutinesNeeds): Routines {
  const profiles = profilesOf(pages)
  let dirty: Uint8Array = new Uint8Array(1_024)
  let skew = pages.find(({ register, page }) => register === name && page === 0)?.values[0] ?? 0
  const mark = (number: number) => {
    if (number >= dirty.length) dirty = grownUint8(dirty, Math.max(number + 1, dirty.length * 2))
    dirty[number] = 1
  }
  const known = (number: number): Profile => {
    const found = profiles[number] ?? openProfile()
    profiles[number] = found
    mark(number)
    return found
  }
  const steady = (at: Instant) => instant(at - skew)
  // A skew of years changes nothing about the hour on her wall: only what is left of whole weeks does.
  const offset = (number: number, at: Instant) => offsetMinutes(zoneOf(number), at) + Math.round((skew % weekMs) / 60_000)
  return {
    sign(number, { at, ...sign }, unlike) {
      const profile = known(number)
      if (unlike) learn(profile, { kind: 'untaught', at: steady(at), why: unlike })
      learn(profile, { kind: 'sign', at: steady(at), offset: offset(number, at), ...sign })
    },
    untaught(number, at, why) {
      if (profiles[number]) learn(known(number), { kind: 'untaught', at: steady(at), why })
    },
    freshStart(number, at) {
      if (profiles[number]) learn(known(number), { kind: 'fresh-start', at: steady(at), offset: offset(number, at) })
    },
    profile: (number) => profiles[number] ?? null,
    silence(number, budget) {
      const profile = profiles[number]
      return profile ? silenceOf(profile, { budget }) : null
    },
    recall(number, signs) {
      const profile = openProfile()
      for (const { at, ...sign } of signs) learn(profile, { kind: 'sign', at: steady(at), offset: offset(number, at), ...sign })
      profiles[number] = profile
      mark(number)
    },
    falseAlarm(number, at) {
      if (profiles[number]) learn(known(number), { kind: 'false-alarm', at: steady(at) })
    },
    steady,
    wall: (steadyAt) => instant(steadyAt + skew),
    offset,
    shift(by) {
      skew += by
      mark(0)
    },
    takeDirty: (limit, isBusy) => takeDirty({ profiles, dirty, skew }, limit, isBusy),
    giveBack: ({ register, page }) => {
      if (register === name) mark(page)
    },
  }
}

function profilesOf(pages: readonly RegisterPage[]): (Profile | undefined)[] {
  const profiles: (Profile | undefined)[] = []
  for (const { register, page, values } of pages) {
    if (register !== name || page === 0) continue
    profiles[page] = parseProfile(new Uint8Array(values.buffer, values.byteOffset, Math.min(values.byteLength, profileBytes))) ?? undefined
  }
  return profiles
}

type Kept = { profiles: readonly (Profile | undefined)[]; dirty: Uint8Array; skew: number }

function takeDirty({ profiles, dirty, skew }: Kept, limit: number, isBusy: (number: number) => boolean): RegisterPage[] {
  const pages: RegisterPage[] = []
  const take = (number: number) => {
    dirty[number] = 0
    const profile = profiles[number]
    pages.push(profile ? pageOf(number, profile) : { register: name, page: number, values: Float64Array.of(skew) })
  }
  for (const wantsBusy of [false, true]) {
    for (let number = dirty.indexOf(1); number >= 0 && pages.length < limit; number = dirty.indexOf(1, number + 1)) {
      if (wantsBusy || !isBusy(number)) take(number)
    }
  }
  return pages
}

function pageOf(page: number, profile: Profile): RegisterPage {
  const values = new Float64Array(profileNumbers)
  new Uint8Array(values.buffer).set(serialiseProfile(profile))
  return { register: name, page, values }
}
