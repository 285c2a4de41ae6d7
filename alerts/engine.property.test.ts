/** What holds for every life, however it goes: thousands of random ones against the laws of the engine. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Alarm, actions, dueAt, type Fact, type Notice, outcomes } from '../domain/alarm.ts'
import type { CareEvent } from '../domain/event.ts'
import { shelfMost, shelvedUntil } from '../domain/shelf.ts'
import { type Decision, emptySituation, type Situation } from '../domain/situation.ts'
import { after, instant, minutes, type Span, seconds } from '../domain/time.ts'
import { step } from './engine.ts'
import { leaseOf, waitAfter } from './rules/ring.ts'

const plan = {
  id: 'p',
  name: 'p',
  steps: [
    { wait: seconds(0), tell: [{ contactId: null, label: 'centre', channel: 'console' }] },
    {
      wait: seconds(60),
      tell: [
        { contactId: 'c1', label: 'relative 1', channel: 'webhook' },
        { contactId: 'c2', label: 'relative 2', channel: 'webhook', part: 'told' as const },
      ],
    },
  ],
  repeatEvery: seconds(60),
  lease: seconds(90),
}

/** One thing that happens, `pause` after the thing before. Alarm and press are chosen by number, so that shrinking keeps them meaningful. */
type Happening = { what: (typeof whats)[number]; pause: number; which: number; who: number; choice: number }
const whats = [
  ...['sos', 'sos', 'fall', 'smoke', 'water', 'quiet', 'battery', 'retained', 'area', 'test', 'cancel', 'cleared'],
  ...['acknowledge', 'acknowledge', 'take-over', 'hand-over', 'note', 'note', 'shelve', 'resolve', 'deadline', 'deadline', 'unpainted'],
] as const

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...whats),
  // Mostly seconds; sometimes the clock is turned back, sometimes hours pass.
  pause: fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.constantFrom(-7_200_000, 7_200_000)),
  which: fc.integer({ min: 0, max: 6 }),
  who: fc.integer({ min: 0, max: 1 }),
  choice: fc.integer({ min: 0, max: 20 }),
})
const lives = fc.array(happening, { maxLength: 60 })

/** Calls for help and those who answer, quickly one after the other. */
const callsAlone = fc.array(
  fc.record({
    what: fc.constantFrom('sos' as const, 'fall' as const, 'acknowledge' as const, 'note' as const, 'note' as const, 'resolve' as const),
    pause: fc.integer({ min: 0, max: 5_000 }),
    which: fc.integer({ min: 0, max: 3 }),
    who: fc.constant(0),
    choice: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 20, maxLength: 60 },
)

type Turn = { event: CareEvent; before: Situation; decision: Decision }

function live(happenings: readonly Happening[]): Turn[] {
  let situation: Situation = emptySituation('rosa')
  let now = instant(1_760_000_000_000)
  const seen: string[] = []
  return happenings.map((each) => {
    now = after(now, each.pause as Span)
    const event = eventOf(each, { now, seen })
    const before = deepFreeze(situation)
    const decision = step(before, event, now)
    situation = decision.situation
    for (const fact of decision.facts) if (fact.kind === 'alarm-raised') seen.push(fact.alarm.id)
    return { event, before, decision }
  })
}

function eventOf(
  { what, which, who, choice }: Happening,
  { now: at, seen }: { now: Turn['decision']['facts'][0]['at']; seen: string[] },
): CareEvent {
  const base = { subjectId: 'rosa', siteId: 's', at }
  const raising = {
    ...base,
    deviceId: `d${which % 2}`,
    room: '',
    claimedAt: null,
    unreadable: false,
    plan,
    detail: {},
    causeId: `${what}:${which}`,
  }
  const asked = { ...base, alarmId: seen[which % Math.max(1, seen.length)] ?? 'none', by: `user-${who}` }
  const outcome = outcomes[choice % outcomes.length] ?? 'help-given'
  const reasons = ['button', 'smoke', 'inactivity', 'battery-low', 'retained-press', 'area-silent', 'fall-possible'] as const
  const events: Record<(typeof whats)[number], CareEvent> = {
    sos: { ...raising, kind: 'sos-pressed' },
    fall: { ...raising, kind: 'fall-detected', level: choice % 2 ? 'possible' : 'confirmed' },
    smoke: { ...raising, kind: 'environment-detected', hazard: 'smoke' },
    water: { ...raising, kind: 'environment-detected', hazard: 'water-leak' },
    quiet: { ...raising, kind: 'inactivity-noticed', since: at, limit: minutes(60) },
    battery: { ...raising, kind: 'device-troubled', reason: 'battery-low' },
    retained: { ...raising, kind: 'device-troubled', reason: 'retained-press' },
    area: { ...raising, kind: 'area-silenced', residentIds: ['a', 'b', 'c'].slice(0, 1 + (choice % 3)) },
    test: { ...base, kind: 'test-pressed', deviceId: 'd0', causeId: raising.causeId },
    cancel: { ...base, kind: 'cancel-pressed', deviceId: 'd0' },
    cleared: {
      ...base,
      kind: 'condition-cleared',
      reason: reasons[choice % reasons.length] ?? 'smoke',
      deviceId: who ? `d${which % 2}` : null,
    },
    acknowledge: { ...asked, kind: 'acknowledge-asked' },
    'take-over': { ...asked, kind: 'acknowledge-asked', from: `user-${1 - who}` },
    shelve: { ...asked, kind: 'shelve-asked', until: after(at, minutes(choice * 30)), text: choice % 4 ? 'later' : '' },
    'hand-over': { ...asked, kind: 'hand-over-asked', to: `user-${choice % 2}`, text: '' },
    note: { ...asked, kind: 'note-asked', action: actions[choice % actions.length] ?? 'note', text: '' },
    resolve: { ...asked, kind: 'resolve-asked', outcome, text: choice % 3 ? 'because' : '' },
    deadline: { ...asked, kind: 'deadline-passed' },
    unpainted: { ...asked, kind: 'unpainted-noticed' },
  }
  return events[what]
}

function deepFreeze<T>(value: T): T {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}

const always = (law: (turns: Turn[]) => void) =>
  fc.assert(
    fc.property(lives, (happenings) => law(live(happenings))),
    { numRuns: 500, seed: 7 },
  )
const alarmOf = (fact: Fact): Alarm[] => (fact.kind === 'test-pressed' ? [] : [fact.alarm])
const alarmsIn = (turns: readonly Turn[]) => turns.flatMap((turn) => turn.decision.facts.flatMap(alarmOf))

test('the lives are rich enough for the laws to bite: every kind of fact happens', () => {
  const kinds = new Set<string>()
  const watch = (happenings: readonly Happening[]) => {
    for (const { decision } of live(happenings)) for (const fact of decision.facts) kinds.add(fact.kind)
  }
  fc.assert(fc.property(lives, watch), { numRuns: 500, seed: 7 })
  expect([...kinds].sort()).toEqual([
    ...['alarm-acknowledged', 'alarm-cancel-asked', 'alarm-cleared', 'alarm-escalated', 'alarm-noted', 'alarm-raised'],
    ...['alarm-repeated', 'alarm-resolved', 'alarm-returned', 'alarm-updated', 'test-pressed'],
  ])
})

describe('for every life', () => {
  test('no fact, no change: the situation comes back untouched, and nobody is called', () => {
    always((turns) => {
      for (const { before, decision } of turns.filter((turn) => turn.decision.facts.length === 0)) {
        expect(decision.situation).toBe(before)
        expect([...decision.notices, ...decision.withdrawn]).toEqual([])
      }
    })
  })

  test('the same events give the same facts, notices and situation', () => {
    fc.assert(
      fc.property(lives, (happenings) => void expect(live(happenings)).toEqual(live(happenings))),
      { numRuns: 200, seed: 8 },
    )
  })

  test('an alarm is raised once, and nothing happens to it after it was resolved', () => {
    always((turns) => {
      const raised = turns.flatMap(({ decision }) => decision.facts.filter((fact) => fact.kind === 'alarm-raised').flatMap(alarmOf))
      expect(new Set(raised.map((alarm) => alarm.id)).size).toBe(raised.length)
      const over = new Set<string>()
      for (const alarm of alarmsIn(turns)) {
        expect(over.has(alarm.id)).toBe(false)
        if (alarm.state === 'resolved') over.add(alarm.id)
      }
    })
  })

  test('a recorded press is never a second press', () => {
    always((turns) => {
      const presses = turns.flatMap(({ decision }) =>
        decision.facts.flatMap((fact) => (fact.kind === 'alarm-updated' ? [] : (fact.pressId ?? []))),
      )
      expect(new Set(presses).size).toBe(presses.length)
    })
  })

  test('only a person ends a call for help, and only after answering it', () => {
    always((turns) => {
      const stateOf = new Map<string, Alarm['state']>()
      for (const alarm of alarmsIn(turns)) {
        if (alarm.state === 'resolved' && (alarm.kind !== 'technical' || alarm.reason === 'retained-press')) {
          expect(alarm.by).not.toBe('system')
          expect(stateOf.get(alarm.id)).toBe('acknowledged')
        }
        stateOf.set(alarm.id, alarm.state)
      }
    })
  })

  test('a call for help that nobody heard or saw since it was last made ends as help, or not at all', () => {
    let ended = 0
    const law = (happenings: readonly Happening[]) => {
      const silent = new Set<string>()
      for (const { event, decision } of live(happenings)) {
        for (const alarm of decision.facts.flatMap(alarmOf)) {
          if (event.kind === 'sos-pressed' || event.kind === 'fall-detected') silent.add(alarm.id)
          if (event.kind === 'note-asked' && (event.action === 'spoke' || event.action === 'arrived')) silent.delete(alarm.id)
          if (alarm.state !== 'resolved') continue
          ended += 1
          if (silent.has(alarm.id)) expect(['emergency', 'help-given']).toContain(alarm.outcome)
        }
      }
    }
    fc.assert(fc.property(callsAlone, law), { numRuns: 500, seed: 7 })
    expect(ended).toBeGreaterThan(100)
  })

  test('who is only told is never called by a press made again, nor by the last step coming round', () => {
    always((turns) => {
      for (const { before, decision } of turns) {
        const told = decision.notices.filter(({ recipient }) => recipient.part === 'told')
        if (told.length === 0) continue
        expect(decision.facts.map(({ kind }) => kind)).toEqual(['alarm-escalated'])
        expect(before.open.find(({ id }) => id === told[0]?.alarmId)?.planStep).toBe(0)
      }
    })
  })

  test('every open alarm has a deadline within reach, set by its own plan', () => {
    always((turns) => {
      for (const { decision, event } of turns) for (const fact of decision.facts) expectWithinReach(event, fact)
    })
  })

  test('whoever waits is found: a deadline in the past, or out of reach, is always acted on', () => {
    always((turns) => {
      const last = turns.at(-1)
      for (const alarm of last?.decision.situation.open ?? []) {
        const at = dueAt(alarm)
        const { subjectId, siteId, id: alarmId } = alarm
        const late = step(last?.decision.situation ?? emptySituation(''), { kind: 'deadline-passed', subjectId, siteId, alarmId, at }, at)
        expect(late.facts).toHaveLength(1)
        const back = instant(at - (shelvedUntil(alarm) === null ? minutes(180) : shelfMost + minutes(1)))
        const early = step(
          last?.decision.situation ?? emptySituation(''),
          { kind: 'deadline-passed', subjectId, siteId, alarmId, at: back },
          back,
        )
        expect(early.facts).toHaveLength(1)
      }
    })
  })

  test('every call has an id of its own, belongs to a fact of its turn, and is due now', () => {
    always((turns) => {
      const notices = turns.flatMap(({ decision }) => decision.notices)
      expect(new Set(notices.map((notice) => notice.id)).size).toBe(notices.length)
      for (const { decision, event } of turns) for (const notice of decision.notices) expectCalledFor(notice, decision, event)
    })
  })

  test('what was asked for is in the alarm: presses count, causes stay bounded and the first one stays', () => {
    always((turns) => {
      const first = new Map<string, string | undefined>()
      for (const alarm of alarmsIn(turns)) {
        if (!first.has(alarm.id)) first.set(alarm.id, alarm.causes[0]?.id)
        expect(alarm.causes[0]?.id).toBe(first.get(alarm.id))
        expect(alarm.causes.length).toBeLessThanOrEqual(20)
        expect(alarm.presses).toBeGreaterThanOrEqual(alarm.causes.length)
      }
    })
  })
})

/** Only what sets a deadline is held to it: a press during the night the clock was turned back keeps the old one, and `isDue` finds that. */
function expectWithinReach(event: CareEvent, fact: Fact) {
  if (fact.kind === 'test-pressed' || fact.alarm.state === 'resolved' || !setsDeadline.has(fact.kind)) return
  const { alarm } = fact
  const shelf = shelvedUntil(alarm)
  if (shelf !== null) {
    expect([alarm.kind, dueAt(alarm)]).toEqual(['technical', shelf])
    expect(shelf).toBeLessThanOrEqual(event.at + shelfMost)
    return
  }
  const set = alarm.state === 'raised' ? waitAfter(alarm.plan, alarm.planStep) : leaseOf(alarm.plan)
  expect(dueAt(alarm)).toBe(after(event.at, set))
}
const setsDeadline: ReadonlySet<Fact['kind']> = new Set([
  ...(['alarm-raised', 'alarm-escalated', 'alarm-returned', 'alarm-acknowledged', 'alarm-noted'] as const),
])

function expectCalledFor(notice: Notice, decision: Decision, event: CareEvent) {
  expect(notice.dueAt).toBe(event.at)
  expect(decision.facts.flatMap(alarmOf).map((alarm) => alarm.id)).toContain(notice.alarmId)
  expect(decision.withdrawn).not.toContain(notice.id)
}
