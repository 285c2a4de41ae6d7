/** What the screens say, decided without a screen: the one answer, the way of help, the ways to reach somebody. Pure. */
import type { ElderToday, FamilyAlarm, FamilyAlarmLine, FamilyStep, ReachNow, Verdict } from '../../contracts-family.ts'
import type { SignName } from './icons.tsx'
import type { Words } from './words/zh.ts'

/** `stale`: what was last heard is too old to be an answer. */
export type Answered = Verdict | 'stale'

/** An alarm stays an alarm until somebody says otherwise; everything else grows old, and "all is well" first of all. */
export const answerOf = ({ verdict }: Pick<ElderToday, 'verdict'>, isStale: boolean): Answered =>
  isStale && verdict !== 'alarm' ? 'stale' : verdict

const signs: Readonly<Record<Answered, SignName>> = {
  alarm: 'alarm',
  well: 'well',
  quiet: 'well',
  overdue: 'look',
  // Nobody watches a home that she has left, so no tick.
  away: 'away',
  unseen: 'unknown',
  unknown: 'unknown',
  stale: 'unknown',
}
/** An alarm that nobody's life hangs on is a triangle: the octagon stays what makes people run. */
export const signOf = (answered: Answered, alarm: Pick<FamilyAlarmLine, 'priority'> | null = null): SignName =>
  answered === 'alarm' && alarm !== null && alarm.priority > 1 ? 'look' : signs[answered]

const looks: Readonly<Record<SignName, string>> = {
  well: '',
  look: ' warn',
  alarm: ' alarm',
  calling: ' alarm',
  away: ' gone',
  unknown: ' gone',
}
/** The class beside `hero`. */
export const lookOf = (sign: SignName): string => looks[sign]

export type DrawnStep = FamilyStep & { times: number }

/** Steps as they are drawn: neighbours of one kind become one; how it began stands above them, and the relatives' words have a list of their own. */
export function drawnSteps(steps: readonly FamilyStep[]): readonly DrawnStep[] {
  const drawn: DrawnStep[] = []
  for (const step of steps) {
    if (step.kind === 'raised' || step.kind.startsWith('family-')) continue
    const last = drawn[drawn.length - 1]
    if (last && last.kind === step.kind && last.name === step.name) drawn[drawn.length - 1] = { ...step, times: last.times + 1 }
    else drawn.push({ ...step, times: 1 })
  }
  return drawn
}

/** What help waits for next; null when for nothing. */
export function waitsFor({ state, steps }: Pick<FamilyAlarm, 'state' | 'steps'>): 'centre' | 'arrival' | null {
  if (state === 'resolved') return null
  if (state === 'raised') return 'centre'
  return steps.some(({ kind }) => kind === 'centre-arrived') ? null : 'arrival'
}

/** Ways as words, each once, those that work apart from those that do not. */
export function waysOf({ ways }: Pick<ReachNow, 'ways'>, words: Words): { ready: readonly string[]; not: readonly string[] } {
  const name = (channel: string) => words.channels[channel] ?? channel
  const unique = (is: boolean) => [...new Set(ways.filter(({ state }) => (state === 'ready') === is).map(({ channel }) => name(channel)))]
  const ready = unique(true)
  return { ready, not: unique(false).filter((way) => !ready.includes(way)) }
}
