/** Two hundred lives in every `npm test`; and proof that the rules bite, by mistakes made on purpose. */
import { describe, expect, test } from 'vitest'
import type { Alarm } from '../../domain/alarm.ts'
import type { CareStore, Turn } from '../../store/store.ts'
import { lifeOf, told } from './acts.ts'
import { live, liveThrough, report, shortened } from './life.ts'
import { remembered } from './remembered.ts'
import type { WorldOptions } from './world.ts'

const lives = 200
describe('lives under trouble', () => {
  const blocks = Array.from({ length: lives / 50 }, (_, index) => index * 50 + 1)
  test.each(blocks)('fifty lives from seed %i keep every rule', { timeout: 120_000 }, async (first) => {
    for (let seed = first; seed < first + 50; seed += 1) await expectPeace(seed)
  })

  test.each(Object.entries(remembered))('%s', async (_, life) => {
    const { broken } = await liveThrough(life)
    expect(broken).toBeNull()
  })

  test('the same seed is the same life', async () => {
    expect(lifeOf(7)).toEqual(lifeOf(7))
    expect(await live(7)).toEqual(await live(7))
    expect(lifeOf(8)).not.toEqual(lifeOf(7))
  })
})

describe('the rules bite', () => {
  test('a store that thanks before it is durable is found out', async () => {
    expect(await rulesBroken({ lying: true }, 10)).toContain('a thanked press is recorded')
  })

  test('a commit that failed and is thanked all the same is found out', async () => {
    const mutate = (store: CareStore): CareStore => ({ ...store, commit: (turn) => store.commit(turn).catch(() => []) })
    expect(await rulesBroken({ mutate }, 40)).toContain('a thanked press is recorded')
  })

  test('calls that are not owed with their alarm are found out', async () => {
    const mutate = (store: CareStore): CareStore => ({ ...store, commit: (turn) => store.commit({ ...turn, notices: [] }) })
    expect(await rulesBroken({ mutate }, 5)).toContain('every raised alarm is rung or owed')
  })

  test('a deadline that is never found is found out', async () => {
    const mutate = (store: CareStore): CareStore => ({ ...store, commit: (turn) => lose(turn, store) })
    const lose = (turn: Parameters<CareStore['commit']>[0], store: CareStore) =>
      turn.event.kind === 'deadline-passed' ? Promise.resolve([]) : store.commit(turn)
    expect(await rulesBroken({ mutate }, 5)).toContain('an unanswered alarm reaches the end of its plan')
  })

  test('a siren whose provider says 200 and that stays silent is found out', async () => {
    expect(await rulesBroken({ mute: true }, 3)).toContain('every alarm reaches a human or the last rung')
  })

  test('a lease that ran out and is not rung is found out', async () => {
    const returned = (turn: Turn) => turn.facts.some(({ kind }) => kind === 'alarm-returned')
    const mutate = (store: CareStore): CareStore => ({
      ...store,
      commit: (turn) => store.commit(returned(turn) ? { ...turn, notices: [] } : turn),
    })
    expect(await rulesBroken({ mutate }, 12)).toContain('every raised alarm is rung or owed')
  })

  test('a last rung that does not repeat is found out', async () => {
    const atTheEnd = ({ facts }: Turn) =>
      facts.some((fact) => fact.kind === 'alarm-escalated' && fact.alarm.rings > (openPlan(fact.alarm)?.steps.length ?? 99))
    const mutate = (store: CareStore): CareStore => ({ ...store, commit: async (turn) => (atTheEnd(turn) ? [] : store.commit(turn)) })
    expect(await rulesBroken({ mutate }, 5)).toContain('an unanswered alarm rings on for ever')
  })

  test('a failing life is made short and can be read', async () => {
    const short = await shortened(lifeOf(1), { lying: true })
    expect(short.length).toBeLessThan(lifeOf(1).length / 4)
    expect(told(short)).toMatch(/^ {2}1\. /)
  })
})

const openPlan = (alarm: Alarm) => (alarm.state === 'resolved' ? null : alarm.plan)

async function expectPeace(seed: number): Promise<void> {
  const { broken } = await live(seed)
  if (broken) throw new Error(await report(seed, broken))
}

async function rulesBroken(options: WorldOptions, lives: number): Promise<readonly string[]> {
  const rules = new Set<string>()
  for (let seed = 1; seed <= lives; seed += 1) {
    const { broken } = await live(seed, options)
    if (broken) rules.add(broken.rule)
  }
  return [...rules]
}
