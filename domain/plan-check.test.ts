/** A plan that could end with nobody is told so, with the reason; and whoever writes one sees beforehand who would be told. */
import { expect, test } from 'vitest'
import type { Plan, PlanStep, Recipient } from './alarm.ts'
import type { Contact } from './people.ts'
import { planProblem, type Reaching } from './plan-check.ts'
import { whoWouldBeTold } from './plan-preview.ts'
import { builtInPlan } from './plans.ts'
import { hours, minutes, seconds } from './time.ts'

const to = (contactId: string | null, channel: string, part?: Recipient['part']): Recipient => ({ contactId, label: '', channel, part })
const wall = to(null, 'console')
const plan = (tells: readonly (readonly Recipient[])[], more: Partial<Plan> = {}): Plan => ({
  ...{ id: 'p', name: 'p', repeatEvery: minutes(1), lease: seconds(90), ...more },
  steps: tells.map((tell, index): PlanStep => ({ wait: seconds(index === 0 ? 0 : 60), tell })),
})
const person = (id: string, more: Partial<Contact> = {}): Contact => ({
  ...{ id, residentId: 'rosa', name: id, relation: 'relative', phone: '1', hasKey: false, order: 1 },
  ...more,
})
const reaching = (more: Partial<Reaching> = {}): Reaching => ({
  ...{ channels: ['console', 'siren', 'push', 'sms-aliyun'], waysOf: new Map([['anna', ['push', 'sms-aliyun']]]), contacts: null },
  ...more,
})
const hers = [person('anna'), person('ben', { relation: 'neighbour', hasKey: true, order: 2 })]

test.each<[string, Plan, string | null]>([
  ['the built-in plan', builtInPlan('sos'), null],
  ['no step', plan([]), 'plan-empty'],
  ['a step that tells nobody', plan([[], [wall]]), 'plan-empty-step'],
  ['a way that is not set up', plan([[to('anna', 'voice-twilio')], [wall]]), 'plan-unknown-way'],
  ['a way that is a person’s, and no person', plan([[to(null, 'any')], [wall]]), 'plan-no-person'],
  ['the wall at the end', plan([[to('@1', 'any')], [wall]]), null],
  ['a siren at the end', plan([[to(null, 'siren')]]), null],
  ['a contact who may not exist at the end', plan([[wall], [to('@1', 'any')]]), 'plan-nobody'],
  ['whoever is on duty at the end', plan([[wall], [to('@duty', 'any')]]), 'plan-nobody'],
  ['somebody at the end who can be reached now', plan([[wall], [to('anna', 'any')]]), null],
  ['somebody at the end by a way that is not theirs', plan([[wall], [to('anna', 'siren', 'told')]]), 'plan-nobody'],
  ['somebody at the end who is only told', plan([[wall], [to('anna', 'any', 'told')]]), 'plan-nobody'],
  ['the wall at the end, only told', plan([[to(null, 'console', 'told')]]), 'plan-nobody'],
  ['somebody at the end whom no way reaches', plan([[wall], [to('ben', 'any')]]), 'plan-nobody'],
  ['a repeat that nobody would live to hear', plan([[wall]], { repeatEvery: hours(12) }), 'plan-too-slow'],
  ['an answer that holds for a day', plan([[wall]], { lease: hours(24) }), 'plan-too-slow'],
])('%s', (_, written, code) => {
  expect(planProblem(written, 'any', reaching())?.code ?? null).toBe(code)
})

test('for one person the places are known: her first contact can be reached or cannot', () => {
  const first = plan([[wall], [to('@1', 'any')]])
  expect(planProblem(first, 'sos', reaching({ contacts: hers }))).toBeNull()
  expect(planProblem(first, 'sos', reaching({ contacts: [person('ben')] }))?.code).toBe('plan-nobody')
  expect(planProblem(first, 'sos', reaching({ contacts: [] }))?.code).toBe('plan-nobody')
})

test('a plan for devices alone may be slow', () => {
  expect(planProblem(builtInPlan('technical'), 'technical', reaching({ channels: null }))).toBeNull()
})

test('the preview says when, who, by which way and as what; who is only told hears the last step once', () => {
  const written = plan([
    [wall, to('@1', 'any')],
    [to('@neighbour', 'any', 'told')],
    [to('@keyholder', 'any'), to('@duty', 'any'), to('anna', 'any', 'told')],
  ])
  const calls = whoWouldBeTold(written, reaching({ contacts: hers }))
  expect(calls.map(({ afterSeconds, contactId, ways, part, again }) => [afterSeconds, contactId, ways, part, again])).toEqual([
    [0, null, ['console'], 'responder', false],
    [0, 'anna', ['push', 'sms-aliyun'], 'responder', false],
    [60, 'ben', [], 'told', false],
    [120, 'ben', [], 'responder', false],
    [120, '@duty', null, 'responder', false],
    [120, 'anna', ['push', 'sms-aliyun'], 'told', false],
    // People lose their telephones: the last step of every plan sounds on the wall, whatever was written.
    [120, null, ['console'], 'responder', false],
    [180, 'ben', [], 'responder', true],
    [180, '@duty', null, 'responder', true],
    [180, null, ['console'], 'responder', true],
  ])
})

test('of a plan for many the places stay places, and calls by ways that are not set up are left out', () => {
  const calls = whoWouldBeTold(builtInPlan('sos'), reaching())
  expect(
    calls.filter(({ again }) => !again).map(({ afterSeconds, contactId, channel }) => `${afterSeconds} ${contactId ?? channel}`),
  ).toEqual([...['0 console', '0 @1', '60 @duty', '60 @2', '120 @3', '180 console', '180 siren', '180 @duty', '180 @all']])
})
