/** The words of a routine: what is learned from, what a silence is, and what worry says about it. Types only. */
import type { Instant, Span } from '../../domain/time.ts'

/** How many false alarms per resident-month the city accepts when nobody says otherwise. */
export const budgetDefault = 0.5
/** The budget of the gentle first tier: a check-in, not yet an alarm. */
export const budgetCheckIn = 2

/** What was learned of one person: one flat block of numbers, changed in place by `learn`, and its own serialised form. */
declare const profileBrand: unique symbol
export type Profile = Uint16Array & { readonly [profileBrand]: true }

/** One live sign of life. Heartbeats, retained or replayed messages and other people's presses are none: never pass them. */
export type SignOfLife = {
  kind: 'sign'
  at: Instant
  /** Local time minus UTC at that moment, in minutes (`offsetMinutes`): the clock on her wall, DST-safe. */
  offset: number
  /** Where it came from: a stable positive integer (the device's number). It need not be small. */
  source: number
  /** What the source now says: 1 = occupied, open, on, begun; 0 = the opposite. Sources without two states always say 1. */
  state: 0 | 1
  /** How surely a person did this, 0…1: her own button, a door, the bed 1; a lone motion sensor 0.5. Less than 1 needs company to end a silence. */
  certainty: number
  /** The front door (or whatever leads out): a silence after it may be an absence. */
  isExit: boolean
  /** It is her bed: `state` tells that she lies in it, or left it. */
  isBed?: boolean
}

/** Why a silence says nothing about the routine. */
export type Untaught = 'alarm' | 'hospital' | 'away' | 'visitor' | 'blind'

/** Something that `learn` takes. Events must come in the order of their time; an older one is ignored. */
export type RoutineEvent =
  | SignOfLife
  /** The silence that is running now will not be learned from, whenever it ends (an alarm was raised, away, hospital, a visitor, blind). */
  | { kind: 'untaught'; at: Instant; why: Untaught }
  /** A person closed a silence alarm and she was well: the silence is still not learned, but the limits grow cautious for some weeks. */
  | { kind: 'false-alarm'; at: Instant }
  /** Blind time, absence or a mode ended, or somebody looked after her: the silence counts anew from here. */
  | { kind: 'fresh-start'; at: Instant; offset: number }

/** The silence that is running, as the profile remembers it, and how cautious to be. `silenceOf` makes one. */
export type Silence = {
  /** Since when it counts: the last sign that was certain enough, or the fresh start. */
  since: Instant
  /** The last sign of any certainty; later than `since` when stray signs came. 0 = never heard. */
  lastAt: Instant
  source: number
  /** The signs after `since` were single and uncertain: they push the limit, up to `strayCap` after `since`. */
  isStray: boolean
  /** It began with the front door: judged by the not-back timer. */
  afterExit: boolean
  /** It began with a fresh start, not with a sign: nobody knows what came before. */
  isFresh: boolean
  /** False alarms accepted per resident-month: the one knob. */
  budget: number
}

/** What is normal, in the numbers of the sentence. */
export type Usual = {
  /** At this time of day she is normally heard again within: in half of the last six weeks, the week's longest; 0 = none known. */
  within: Span
  /** The longest at about this time of day in six weeks; 0 = none known. */
  longest: Span
  /** Days that were learned from, at most 42. */
  days: number
}

export type Worry = {
  /** Running silence as a share of its limit: 1 and more = act. Grows with `now`, never falls while nobody is heard. */
  level: number
  because: 'silence' | 'not-back'
  silentFor: Span
  limit: Span
  /** When `level` becomes 1. Fixed for as long as no event is learned. */
  dueAt: Instant
  lastAt: Instant
  source: number
  usual: Usual
  /** `low`: fewer than three days are known, or the home has no exit contact; say so. */
  certainty: 'low' | 'normal'
}

/** The morning: up by when? */
export type Morning = {
  /** Minutes after local midnight: her usual and her latest usual first sign of life of the day. null until three mornings are known. */
  usual: number | null
  latest: number | null
  /** The first certain sign of today's morning; null = none yet. */
  upAt: Instant | null
  /** Today's `latest` as a moment. null until three mornings are known. */
  dueAt: Instant | null
}
