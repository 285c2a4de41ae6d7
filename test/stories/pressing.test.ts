/** Stories of the button itself: pressed twice, sent twice, taken back, tried out. */
import { expect, test } from 'vitest'
import { minutes, seconds } from '../../domain/time.ts'
import { familyPlan, home } from '../story.ts'

test('a press that is sent again is not a new call, not even days after the alarm was closed', async () => {
  const rosa = await home()
  await rosa.press('pendant:boot-7:41')
  expect((await rosa.press('pendant:boot-7:41')).facts).toEqual([])
  await rosa.acknowledge('mei')
  expect((await rosa.press('pendant:boot-7:41')).facts).toEqual([])
  await rosa.resolve('mei', 'help-given')
  await rosa.restart()
  expect((await rosa.press('pendant:boot-7:41')).facts).toEqual([])
  expect(rosa.told).toEqual(['anna by push'])
  expect(await rosa.open()).toEqual([])
  expect(await rosa.past()).toHaveLength(1)
})

test('a second press counts and rings again, and does not make the next step later', async () => {
  const rosa = await home()
  await rosa.press()
  await rosa.wait(seconds(60))
  expect((await rosa.press()).facts).toEqual(['alarm-repeated'])
  expect(rosa.told).toEqual(['anna by push', 'anna by push'])
  expect(await rosa.alarm()).toMatchObject({ presses: 2, state: 'raised' })
  await rosa.wait(seconds(61))
  expect(rosa.told).toEqual(['anna by push', 'anna by push', 'ben by call'])
})

test('a press while somebody has it rings the centre where the owner sits, and takes nothing from her time', async () => {
  const [first, ...rest] = familyPlan.steps
  const tell = [...(first?.tell ?? []), { contactId: null, label: 'the centre', channel: 'siren' }]
  const rosa = await home({ plan: { ...familyPlan, steps: [{ wait: seconds(0), tell }, ...rest] } })
  await rosa.press()
  await rosa.acknowledge('mei')
  const before = await rosa.alarm()
  await rosa.wait(seconds(30))
  expect((await rosa.press()).facts).toEqual(['alarm-repeated'])
  expect(rosa.told).toEqual(['anna by push', 'the centre by siren', 'the centre by siren'])
  expect(await rosa.alarm()).toEqual({ ...before, presses: 2, rings: 2, causes: expect.any(Array) })
})

test('"never mind" is shown and not obeyed; pressing again takes it back', async () => {
  const rosa = await home()
  await rosa.press()
  const at = rosa.clock.now()
  expect((await rosa.cancel()).facts).toEqual(['alarm-cancel-asked'])
  expect((await rosa.alarm()).cancelAskedAt).toBe(at)
  expect((await rosa.cancel()).facts).toEqual([])
  await rosa.wait(minutes(2))
  expect(rosa.told).toContain('ben by call')
  await rosa.press()
  expect((await rosa.alarm()).cancelAskedAt).toBeNull()
})

test('"never mind" without a call means nothing', async () => {
  const rosa = await home()
  expect((await rosa.cancel()).facts).toEqual([])
  expect(rosa.seen).toEqual([])
})

test('a test press is remembered, and rings nobody', async () => {
  const rosa = await home()
  expect((await rosa.testPress('test:1')).facts).toEqual(['test-pressed'])
  expect((await rosa.testPress('test:1')).facts).toEqual([])
  await rosa.wait(minutes(10))
  expect(rosa.told).toEqual([])
  expect(await rosa.open()).toEqual([])
})

test('a press between two alarms is a new alarm', async () => {
  const rosa = await home()
  await rosa.press()
  await rosa.acknowledge('mei')
  await rosa.note('mei', 'spoke')
  await rosa.resolve('mei', 'social-call')
  expect((await rosa.press()).facts).toEqual(['alarm-raised'])
  expect(new Set((await rosa.past()).map((alarm) => alarm.id)).size).toBe(2)
})

test('many presses are one alarm that stays small', async () => {
  const rosa = await home()
  for (let n = 0; n < 40; n += 1) await rosa.press()
  const alarm = await rosa.alarm()
  expect(alarm.presses).toBe(40)
  expect(alarm.causes.length).toBeLessThanOrEqual(20)
  expect(alarm.causes[0]?.id).toBe('pendant:1')
  expect(alarm.causes.at(-1)?.id).toBe('pendant:40')
})
