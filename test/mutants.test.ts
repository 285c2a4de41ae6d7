/**
 * Mistakes made on purpose, each in a copy of the tree: the check that guards against it must notice. First the copy without the mistake
 * passes the same check. When a place has moved, the test says so; then the mutant must be written anew, not left out.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Copy, type Mistake, openCopy, type Ran } from './mutants/copy.ts'
import { thanksOf, whyNoTracing } from './mutants/thanks-order.ts'

let copy: Copy
beforeAll(() => {
  copy = openCopy()
})
afterAll(() => copy.discard())

const thanksFirst: Mistake = {
  file: 'broker/intake.ts',
  from: `    waitFor(intake, message, intake.accept(message.inbound))
`,
  to: `    const recorded = intake.accept(message.inbound)
    settle(intake, message, null)
    recorded.catch(intake.failed)
`,
}
const normal = (readsBack: number): Mistake => ({
  file: 'store/sqlite/connection.ts',
  from: "{ word: 'FULL', readsBack: 2 }",
  to: `{ word: 'NORMAL', readsBack: ${readsBack} }`,
})
const forgetfulEngine: Mistake = {
  file: 'alerts/rules/decision.ts',
  from: 'return situation.presses.has(pressId) || situation.open.some(',
  to: 'return situation.open.some(',
}
const forgetfulStore: Mistake = {
  file: 'store/sqlite/care.ts',
  from: `    if (fact.pressId !== undefined) remember.run(fact.pressId, fact.alarm.id)
`,
  to: `    if (fact.pressId !== undefined) remember.run(fact.pressId, fact.alarm.id)
    if (fact.alarm.state === 'resolved') connection.prepare('delete from presses where alarm_id = ?').run(fact.alarm.id)
`,
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default'] as const
const oneWayOnly: Mistake = {
  file: 'alerts/outbox/ways.ts',
  from: 'const channel = trusted[0] ?? untried[0]',
  to: 'const channel = ways[0]',
}
const returnsUnrung: Mistake = {
  file: 'alerts/rules/deadline.ts',
  from: "factOf('alarm-returned', returned, { at: now })], ring(returned, now, 'responders'))",
  to: "factOf('alarm-returned', returned, { at: now })])",
}
/** Check → what it says when it notices. */
const checks = {
  simulation: { args: ['test/simulation/simulate.ts', '--lives', '60', '--seed', '1'], says: 'a resend is not a new call' },
  reach: { args: ['test/simulation/simulate.ts', '--lives', '12', '--seed', '1', '--plain'], says: 'whoever can be reached is reached' },
  leases: { args: ['test/simulation/simulate.ts', '--lives', '12', '--seed', '1', '--plain'], says: 'every raised alarm is rung or owed' },
  stories: { args: [...vitest, 'test/stories/pressing.test.ts'], says: 'a press that is sent again is not a new call' },
  broker: {
    args: [...vitest, 'broker/broker.test.ts', '-t', 'until accept has resolved'],
    says: 'there is no PUBACK until accept has resolved',
  },
  store: { args: [...vitest, 'store/sqlite/care.test.ts'], says: 'SQLite would not keep commits durable here' },
} as const

const ran = new Map<string, Promise<Ran>>()
/** Without a mistake, once for each check: mistakes are taken back. */
function soundly(args: readonly string[]): Promise<Ran> {
  const key = args.join(' ')
  const run = ran.get(key) ?? copy.run(args)
  ran.set(key, run)
  return run
}

/** First sound, then with the mistake: passes, then fails for the right reason. */
async function expectNoticed(mistake: Mistake, check: keyof typeof checks): Promise<void> {
  const { args, says } = checks[check]
  const { code, output } = await soundly(args)
  expect(code, output).toBe(0)
  const wrong = await copy.withMistakes([mistake], () => copy.run(args))
  expect(wrong.code, wrong.output).toBe(1)
  expect(wrong.output).toContain(says)
}

const noTracing = whyNoTracing()
const traced = test.skipIf(noTracing !== null)
const skipped = noTracing === null ? '' : ` (skipped: ${noTracing})`
const patience = { timeout: 120_000 }

describe('the commit moved after PUBACK', () => {
  test("is noticed by the broker's own test", patience, () => expectNoticed(thanksFirst, 'broker'))

  traced(`is noticed in the order of system calls${skipped}`, patience, async () => {
    expect(await thanksOf(copy.folder)).toEqual({ thanked: 5, beforeDurable: 0 })
    const { beforeDurable } = await copy.withMistakes([thanksFirst], () => thanksOf(copy.folder))
    expect(beforeDurable).toBeGreaterThan(0)
  })
})

describe('synchronous=NORMAL', () => {
  test('is refused at the start', patience, () => expectNoticed(normal(2), 'store'))

  traced(`also when nobody refuses it, is noticed in the order of system calls${skipped}`, patience, async () => {
    const { thanked, beforeDurable } = await copy.withMistakes([normal(1)], () => thanksOf(copy.folder))
    expect(thanked).toBe(5)
    // Now and then SQLite syncs for a reason of its own; most presses must be found unsafe.
    expect(beforeDurable).toBeGreaterThan(thanked / 2)
  })
})

describe('presses forgotten when their alarm is resolved', () => {
  test('by the engine: noticed by the simulation', patience, () => expectNoticed(forgetfulEngine, 'simulation'))
  test('by the store: noticed by the stories', patience, () => expectNoticed(forgetfulStore, 'stories'))
})

describe('nobody waits for nobody', () => {
  test('a person who is tried by one way only: noticed by the simulation', patience, () => expectNoticed(oneWayOnly, 'reach'))
  test('an answer that was forgotten and comes back without ringing: noticed by the simulation', patience, () =>
    expectNoticed(returnsUnrung, 'leases'),
  )
})

test('a mutant whose place has moved is not left out in silence', async () => {
  const gone: Mistake = { file: 'broker/intake.ts', from: 'no such line', to: '' }
  await expect(copy.withMistakes([gone], async () => undefined)).rejects.toThrow('Write the mutant anew')
})
