/** What can happen in a life, and how a seed chooses it. Every act is whole in itself, so a life can be printed, replayed and shortened. */
import { actions, type Outcome, outcomes } from '../../domain/alarm.ts'
import { type Dice, openDice } from './dice.ts'

export const homesInTown = 6

/** `silent`: the provider says 200 and does nothing. */
export const illnesses = ['retry', 'refused', 'hangs', 'throws', 'silent'] as const
export type Illness = (typeof illnesses)[number]

/** `which` numbers mean "that one among those there are", counted round, so that every act always fits. */
export type Act =
  | { kind: 'press'; home: number }
  /** A press sent again, as after a lost PUBACK, or hours late. */
  | { kind: 'resend'; which: number }
  | { kind: 'cancel'; home: number }
  | { kind: 'test'; home: number }
  | { kind: 'fall'; home: number }
  | { kind: 'smoke'; home: number; over: boolean }
  | { kind: 'unpainted'; which: number }
  /** Time to ask her whether she is all right; and a certain sign of life. */
  | { kind: 'ask-her'; home: number; by: 'terminal' | 'centre' }
  | { kind: 'alive'; home: number }
  | { kind: 'acknowledge'; which: number; by: number }
  | { kind: 'note'; which: number; by: number; action: number }
  /** Given to a colleague, who may forget it. */
  | { kind: 'hand-over'; which: number; by: number; to: number }
  | { kind: 'resolve'; which: number; by: number; outcome: number }
  /** Somebody's screen is old: a request for an alarm that is over. */
  | { kind: 'resolve-old'; which: number; by: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'die'; home: number }
  | { kind: 'revive'; home: number }
  /** Who lives in the last home moves no more, or moves again. */
  | { kind: 'still' }
  | { kind: 'move' }
  | { kind: 'power-cut' }
  | { kind: 'power-back' }
  | { kind: 'crash'; when: 'now' | 'crashed-before' | 'crashed-after'; seconds: number }
  | { kind: 'stall'; seconds: number }
  | { kind: 'store-fails'; seconds: number; what: 'all' | 'writes' }
  | { kind: 'store-slow'; seconds: number; milliseconds: number }
  | { kind: 'channel-fails'; channel: number; how: Illness; seconds: number }
  /** One of the ways to people fails until it heals, perhaps for ever; the siren never does. */
  | { kind: 'channel-dies'; channel: number; how: Illness }
  | { kind: 'channel-heals'; channel: number }
  /** So many people are on duty from now on. */
  | { kind: 'duty'; people: number }
  /** Whoever is called there does not hear it; the provider says delivered. */
  | { kind: 'phone'; person: number; off: boolean }
  | { kind: 'clock-jumps'; seconds: number }

export const outcomeOf = (act: { outcome: number }): Outcome => outcomes[act.outcome % outcomes.length] as Outcome
export const carers = ['anna', 'ben', 'cui'] as const
export const channels = ['push', 'call', 'siren'] as const
export const onRota = ['u-duan', 'u-ella'] as const
export const persons = ['c-anna', 'c-ben', 'c-cui', ...onRota] as const

const weights: Record<Act['kind'], number> = {
  ...{ press: 14, resend: 8, cancel: 3, test: 3, fall: 2, smoke: 3, unpainted: 2, 'ask-her': 1, alive: 2 },
  ...{ acknowledge: 9, note: 4, 'hand-over': 2, resolve: 7, 'resolve-old': 1, wait: 26 },
  ...{ still: 1, move: 1, die: 2, revive: 3, 'power-cut': 0.5, 'power-back': 1 },
  ...{ crash: 5, stall: 1, 'store-fails': 2, 'store-slow': 2, 'channel-fails': 3, 'clock-jumps': 1 },
  ...{ 'channel-dies': 1, 'channel-heals': 1.5, duty: 2, phone: 2 },
}

const actsMin = 15
const actsMax = 70

export function lifeOf(seed: number): readonly Act[] {
  const dice = openDice(seed)
  return Array.from({ length: dice.between(actsMin, actsMax) }, () => actOf(dice))
}

function actOf(dice: Dice): Act {
  const kind = dice.weighed(weights)
  const home = dice.between(1, homesInTown)
  const which = dice.between(0, 1_000)
  const by = dice.between(0, carers.length - 1)
  const seconds = spanOf(dice)
  switch (kind) {
    case 'press':
    case 'cancel':
    case 'test':
    case 'fall':
    case 'die':
    case 'revive':
    case 'alive':
      return { kind, home }
    case 'ask-her':
      return { kind, home, by: dice.pick(['terminal', 'centre'] as const) }
    case 'smoke':
      return { kind, home, over: dice.chance(0.4) }
    case 'resend':
    case 'unpainted':
      return { kind, which }
    case 'acknowledge':
    case 'resolve-old':
      return { kind, which, by }
    case 'note':
      return { kind, which, by, action: dice.between(0, actions.length - 1) }
    case 'hand-over':
      return { kind, which, by, to: dice.between(0, carers.length - 1) }
    case 'resolve':
      return { kind, which, by, outcome: dice.between(0, outcomes.length - 1) }
    case 'still':
    case 'move':
    case 'power-cut':
    case 'power-back':
      return { kind }
    case 'channel-dies':
      return { kind, channel: dice.between(0, 1), how: dice.pick(illnesses) }
    case 'channel-heals':
      return { kind, channel: dice.between(0, 1) }
    case 'duty':
      return { kind, people: dice.between(0, onRota.length) }
    case 'phone':
      return { kind, person: dice.between(0, persons.length - 1), off: dice.chance(0.5) }
    default:
      return troubleOf(dice, kind, seconds)
  }
}

type TroubleKind = 'wait' | 'crash' | 'stall' | 'store-fails' | 'store-slow' | 'channel-fails' | 'clock-jumps'

function troubleOf(dice: Dice, kind: TroubleKind, seconds: number): Act {
  switch (kind) {
    case 'crash':
      return { kind, when: dice.pick(['now', 'crashed-before', 'crashed-after'] as const), seconds: dice.between(1, 20) }
    case 'store-fails':
      return { kind, seconds, what: dice.pick(['all', 'writes', 'writes'] as const) }
    case 'store-slow':
      return { kind, seconds, milliseconds: dice.pick([50, 900, 3_000, 7_000]) }
    case 'channel-fails':
      return { kind, channel: dice.between(0, 2), how: dice.pick(illnesses), seconds }
    case 'clock-jumps':
      return { kind, seconds: dice.pick([-7_200, -61, -5, 5, 61, 3_600, 90_000]) }
    case 'stall':
      return { kind, seconds: dice.pick([4, 20, 70]) }
    default:
      return { kind, seconds }
  }
}

/** Mostly seconds, sometimes minutes: most misfortunes need two things at nearly the same time. */
const spanOf = (dice: Dice): number => (dice.chance(0.7) ? dice.between(0, 12) : dice.between(20, 200))

/** A life as a list to read. */
export const told = (life: readonly Act[]): string => life.map((act, index) => `  ${index + 1}. ${sentenceOf(act)}`).join('\n')

function sentenceOf({ kind, ...rest }: Act): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  return [kind, ...details].join(', ')
}
