/** Stories of help that almost did not arrive: a silent call taken for nothing, an answer that was forgotten, a hand-over, a plan that changed meanwhile. */
import { expect, test } from 'vitest'
import type { Action, Outcome, Plan } from '../../domain/alarm.ts'
import { minutes, seconds } from '../../domain/time.ts'
import { centrePlan, familyPlan, home } from '../story.ts'

test('the night call that nobody understood: without her voice or a visit it is never "a mistake"', async () => {
  const rosa = await home({ plan: centrePlan })
  await rosa.press()
  await rosa.acknowledge('mei')
  // Breathing, a television, no answer. The number was dialled; her daughter thinks that all is well.
  const heardNothing: readonly Action[] = ['called', 'contacted-family', 'note', 'dispatched', 'on-my-way', 'called-120']
  for (const action of heardNothing) await rosa.note('mei', action, 'no answer')
  const nothing: readonly Outcome[] = [
    'false-press',
    'test',
    'sensor-false',
    'no-fault-found',
    'all-well',
    'social-call',
    'technical-fixed',
  ]
  for (const outcome of nothing) {
    const { facts, refusal } = await rosa.resolve('mei', outcome, { text: 'she does that every night' })
    expect([outcome, facts, refusal?.code]).toEqual([outcome, [], 'contact-needed'])
  }
  expect((await rosa.alarm()).state).toBe('acknowledged')
  await rosa.note('tao', 'arrived', 'on the bathroom floor, awake')
  expect((await rosa.resolve('mei', 'emergency')).facts).toEqual(['alarm-resolved'])
})

test('somebody spoke with her, and then she pressed again: that call is silent anew', async () => {
  const rosa = await home({ plan: centrePlan })
  await rosa.press()
  await rosa.acknowledge('mei')
  await rosa.note('mei', 'spoke', 'sat on the button')
  await rosa.wait(seconds(10))
  await rosa.press()
  expect((await rosa.resolve('mei', 'false-press', { text: 'sat on it' })).refusal?.code).toBe('contact-needed')
  await rosa.note('mei', 'spoke', 'sat on it again, laughed')
  expect((await rosa.resolve('mei', 'false-press', { text: 'sat on it' })).facts).toEqual(['alarm-resolved'])
})

test('a fall that nobody looked at is no false alarm of the sensor; smoke and devices need no voice', async () => {
  const rosa = await home({ plan: centrePlan })
  await rosa.fall('possible')
  await rosa.acknowledge('mei')
  expect((await rosa.resolve('mei', 'sensor-false', { text: 'it often does' })).refusal?.code).toBe('contact-needed')
  await rosa.resolve('mei', 'help-given')
  await rosa.hazard('smoke')
  await rosa.acknowledge('mei')
  expect((await rosa.resolve('mei', 'sensor-false', { text: 'toast' })).facts).toEqual(['alarm-resolved'])
})

test('the acknowledged alarm that was forgotten: it comes back and rings, again and again, until somebody does something', async () => {
  const rosa = await home({ plan: centrePlan })
  await rosa.press()
  for (const forgetful of ['mei', 'tao', 'mei']) {
    const rungBefore = rosa.told.length
    expect((await rosa.acknowledge(forgetful)).facts).toEqual(['alarm-acknowledged'])
    await rosa.wait(seconds(89))
    expect(rosa.told).toHaveLength(rungBefore)
    await rosa.wait(seconds(2))
    expect((await rosa.alarm()).state).toBe('raised')
    expect(rosa.told).toHaveLength(rungBefore + 1)
  }
  await rosa.acknowledge('tao')
  // Each next action buys one more lease, and no more than that.
  for (const action of ['called', 'dispatched', 'on-my-way', 'note'] as const) {
    await rosa.wait(seconds(80))
    expect((await rosa.note('tao', action, 'going')).facts).toEqual(['alarm-noted'])
  }
  expect((await rosa.alarm()).state).toBe('acknowledged')
  await rosa.wait(seconds(91))
  expect((await rosa.alarm()).state).toBe('raised')
  expect(rosa.complaints).toEqual([])
})

test('an alarm given to a colleague who went home comes back; only whoever has it can give it away', async () => {
  const rosa = await home({ plan: centrePlan })
  await rosa.press()
  expect((await rosa.handOver('mei', 'tao')).refusal?.code).toBe('not-acknowledged')
  await rosa.acknowledge('mei')
  await rosa.wait(seconds(60))
  expect((await rosa.handOver('tao', 'tao')).refusal).toMatchObject({ code: 'already-acknowledged', by: 'mei' })
  expect((await rosa.handOver('mei', 'mei')).facts).toEqual([])
  expect((await rosa.handOver('mei', 'tao', 'my shift ends')).facts).toEqual(['alarm-acknowledged'])
  expect(await rosa.alarm()).toMatchObject({ by: 'tao', detail: { handedBy: 'mei' }, notes: [{ action: 'handed-over', by: 'mei' }] })
  await rosa.wait(seconds(60))
  expect((await rosa.alarm()).state).toBe('acknowledged')
  await rosa.wait(seconds(31))
  expect((await rosa.alarm()).state).toBe('raised')
  // Whoever takes it now did not get it from anybody.
  await rosa.acknowledge('ana')
  expect((await rosa.alarm()).detail).toEqual({})
})

test('a running alarm keeps the plan it was raised with; the next one follows the new one', async () => {
  const rosa = await home({ plan: familyPlan })
  await rosa.press()
  rosa.usePlan(centrePlan)
  await rosa.restart()
  await rosa.wait(minutes(2))
  expect(rosa.told).toEqual(['anna by push', 'ben by call'])
  expect(await rosa.alarm()).toMatchObject({ plan: { id: 'family' } })
  await rosa.acknowledge('mei')
  await rosa.resolve('mei', 'help-given')
  await rosa.press()
  expect(rosa.told).toEqual(['anna by push', 'ben by call', 'the centre by siren'])
})

test('who is only told hears of a step once; whoever shall come is called for ever', async () => {
  const [, , last] = familyPlan.steps
  const told = { contactId: 'contact-anna', label: 'anna', channel: 'push', part: 'told' } as const
  const plan: Plan = { ...familyPlan, steps: [{ wait: seconds(0), tell: [...(last?.tell ?? []), told] }] }
  const rosa = await home({ plan })
  await rosa.press()
  await rosa.wait(minutes(5))
  await rosa.press()
  expect(rosa.told.filter((line) => line === 'anna by push')).toHaveLength(1)
  expect(rosa.told.filter((line) => line === 'the centre by siren').length).toBeGreaterThanOrEqual(6)
})
