import { expect, test } from 'vitest'
import type { AcknowledgedAlarm, Note, OpenAlarm, RaisedAlarm } from './alarm.ts'
import { builtInPlan } from './plans.ts'
import { lateSteps, responseOf } from './response.ts'
import { instant } from './time.ts'

const base: Omit<RaisedAlarm, 'state' | 'nextStepAt'> = {
  ...{
    id: 'a',
    subjectId: 'r',
    siteId: 's',
    kind: 'sos',
    reason: 'button',
    priority: 1,
    raisedAt: instant(0),
    causes: [],
    presses: 1,
    rings: 0,
  },
  ...{ cancelAskedAt: null, clearedAt: null, residentIds: [], notes: [], detail: {}, plan: builtInPlan('sos'), planStep: 0 },
}
const raised: RaisedAlarm = { ...base, state: 'raised', nextStepAt: instant(60_000) }
const taken = (notes: readonly Note[] = [], more: Partial<AcknowledgedAlarm> = {}): AcknowledgedAlarm => ({
  ...{ ...base, state: 'acknowledged', by: 'li', at: instant(20_000), leaseUntil: instant(110_000), notes },
  ...more,
})
const note = (at: number, more: Partial<Note>): Note => ({ at: instant(at), by: 'li', action: 'note', text: '', ...more })
const shape = (alarm: OpenAlarm) => responseOf(alarm).map(({ id, state }) => `${id} ${state}`)

test('before anybody has it there is one thing to do, within a minute; then the call, whose result chooses the branch', () => {
  expect(shape(raised)).toEqual(['take now', 'call coming'])
  expect(lateSteps(raised, 59_999)).toEqual([])
  expect(lateSteps(raised, 60_000).map(({ id }) => id)).toEqual(['take'])
  expect(shape(taken())).toEqual(['take done', 'call now'])
  expect(responseOf(taken())[1]?.dueAt).toBe(110_000)
})

test.each([
  ['fine', ['calm now', 'family coming', 'close coming']],
  ['no-answer', ['send now', 'ambulance coming', 'family coming', 'arrive coming', 'close coming']],
  ['hurt', ['ambulance now', 'send coming', 'stay coming', 'family coming', 'arrive coming', 'close coming']],
] as const)('%s changes the steps', (result, steps) => {
  expect(shape(taken([note(30_000, { action: 'called', result })])).slice(2)).toEqual(steps)
})

test('another result later changes the branch, and what was done already stays done', () => {
  const alarm = taken([
    note(30_000, { action: 'spoke', result: 'fine', presses: 1 }),
    note(40_000, { action: 'called-120' }),
    note(50_000, { action: 'spoke', result: 'hurt', presses: 1 }),
  ])
  expect(shape(alarm).slice(2, 4)).toEqual(['ambulance done', 'send now'])
  expect(lateSteps(alarm, 50_000 + 120_000).map(({ id }) => id)).toEqual(['send'])
})

test('"she is well" holds until she calls again; "hurt" holds on', () => {
  const said = (result: 'fine' | 'hurt') => taken([note(30_000, { action: 'spoke', result, presses: 1 })], { presses: 2 })
  expect(shape(said('fine'))).toEqual(['take done', 'call now'])
  expect(shape(said('hurt'))[2]).toBe('ambulance now')
})

test('a relative who says that she goes is not the step of the desk; a hand-over starts no clock anew', () => {
  const family = { contactId: 'c', relation: 'relative', answer: 'going' } as const
  expect(shape(taken([note(30_000, { action: 'called', result: 'no-answer' }), note(31_000, { action: 'on-my-way', family })]))[2]).toBe(
    'send now',
  )
  const handed = taken([], { at: instant(90_000), hands: [{ at: instant(20_000), kind: 'taken' }] })
  expect(responseOf(handed)[1]?.dueAt).toBe(110_000)
})

test('a device has no voice: no call and no branch', () => {
  expect(shape(taken([], { kind: 'technical', reason: 'device-silent', priority: 3 }))).toEqual([
    'take done',
    'look now',
    'send coming',
    'close coming',
  ])
})
