/** A plan for everybody becomes the plan of one person, and always tells somebody. */
import { expect, test } from 'vitest'
import type { Plan } from './alarm.ts'
import type { Contact } from './people.ts'
import { builtInPlan, planWithContacts } from './plans.ts'
import { seconds } from './time.ts'

const contact = (id: string, order: number): Contact => ({
  id,
  residentId: 'rosa',
  name: '张三',
  relation: 'neighbour',
  phone: '1',
  hasKey: false,
  order,
})
const toldBy = (plan: Plan) => plan.steps.map((step) => step.tell.map((recipient) => recipient.contactId))

test('places are filled in the order of calling, whatever order the contacts come in', () => {
  const contacts = [contact('c', 9), contact('a', 1), contact('b', 4)]
  expect(toldBy(planWithContacts(builtInPlan('fall'), contacts))).toEqual([
    [null, null, 'a'],
    ['@duty', 'b'],
    ['c'],
    [null, null, null, '@duty', 'a', 'b', 'c'],
  ])
})

test('steps that would tell nobody are left out; the last one still tells the centre for ever', () => {
  expect(toldBy(planWithContacts(builtInPlan('sos'), []))).toEqual([[null, null], ['@duty'], [null, null, null, '@duty']])
})

test('a plan of contacts alone, for somebody without contacts, tells the centre rather than nobody', () => {
  const plan: Plan = {
    ...builtInPlan('sos'),
    steps: [{ wait: seconds(0), tell: [{ contactId: '@all', label: '', channel: 'webhook' }] }],
  }
  expect(toldBy(planWithContacts(plan, []))).toEqual([[null, null]])
})

test('a label says who without a name, and a contact named by the plan stays as written', () => {
  const plan: Plan = {
    ...builtInPlan('sos'),
    steps: [
      {
        wait: seconds(0),
        tell: [
          { contactId: '@1', label: '', channel: 'webhook' },
          { contactId: 'night-nurse', label: 'night nurse', channel: 'console' },
        ],
      },
    ],
  }
  expect(planWithContacts(plan, [contact('a', 3)]).steps[0]?.tell).toEqual([
    { contactId: 'a', label: 'neighbour 1', channel: 'webhook' },
    { contactId: 'night-nurse', label: 'night nurse', channel: 'console' },
  ])
})

test('a technical alarm rings the centre alone, once an hour', () => {
  const plan = planWithContacts(builtInPlan('technical'), [contact('a', 1)])
  expect(toldBy(plan)).toEqual([[null, null]])
  expect(plan.repeatEvery).toBe(3_600_000)
})
