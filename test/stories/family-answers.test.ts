/** Stories of relatives who answered: they are not rung again for the same call, a new call rings them, and the centre is never muted by their word. */
import { expect, test } from 'vitest'
import type { Plan, PlanStep } from '../../domain/alarm.ts'
import type { FamilyAnswer } from '../../domain/family.ts'
import { minutes, seconds } from '../../domain/time.ts'
import { home } from '../story.ts'

const anna = { contactId: 'contact-anna', label: 'anna', channel: 'push' }
const ben = { contactId: 'contact-ben', label: 'ben', channel: 'call' }
const centre = { contactId: null, label: 'the centre', channel: 'siren' }
const planOf = (...tell: readonly (typeof anna | typeof ben | typeof centre)[]): Plan => ({
  ...{ id: 'p', name: 'p', repeatEvery: minutes(1), lease: seconds(90) },
  steps: [{ wait: seconds(0), tell }],
})

type Story = Awaited<ReturnType<typeof home>>
async function say(it: Story, contactId: string, answer: FamilyAnswer): Promise<readonly string[]> {
  const { id, subjectId, siteId } = await it.alarm()
  const word = { contactId, relation: 'relative' as const, answer }
  const asked = { kind: 'family-answered' as const, subjectId, siteId, at: it.clock.now(), alarmId: id, by: contactId, minutes: null, word }
  return (await it.handle(asked)).facts
}
/** A plan of several rungs, a minute apart. */
const rungsOf = (...rungs: readonly PlanStep['tell'][]): Plan => ({
  ...planOf(),
  steps: rungs.map((tell, place) => ({ wait: seconds(place === 0 ? 0 : 60), tell })),
})

/** Whom the next two rounds of the plan tell. */
async function laterRounds(it: Story): Promise<readonly string[]> {
  const before = it.told.length
  await it.wait(seconds(121))
  return [...new Set(it.told.slice(before))].toSorted()
}

test.each(['know', 'going', 'will-call'] as const)('who said "%s" is left in peace; the others and the centre are not', async (answer) => {
  const it = await home({ plan: planOf(anna, ben, centre) })
  await it.press()
  await say(it, 'contact-anna', answer)
  expect(await laterRounds(it)).toEqual(['ben by call', 'the centre by siren'])
})

test('she presses again after the answer: then everybody is rung again, until they answer that', async () => {
  const it = await home({ plan: planOf(anna, centre) })
  await it.press()
  await say(it, 'contact-anna', 'know')
  expect(await laterRounds(it)).toEqual(['the centre by siren'])
  await it.press()
  expect(it.told.slice(-2).toSorted()).toEqual(['anna by push', 'the centre by siren'])
  expect(await laterRounds(it)).toEqual(['anna by push', 'the centre by siren'])
  // The same word, to another call.
  expect(await say(it, 'contact-anna', 'know')).toEqual(['alarm-noted'])
  expect(await laterRounds(it)).toEqual(['the centre by siren'])
})

test('who cannot is rung no more while there is somebody else, and on the last rung again when there is nobody', async () => {
  const it = await home({ plan: planOf(anna, ben, centre) })
  await it.press()
  await say(it, 'contact-anna', 'cannot')
  expect(await laterRounds(it)).toEqual(['ben by call', 'the centre by siren'])
  await say(it, 'contact-ben', 'cannot')
  expect(await laterRounds(it)).toEqual(['anna by push', 'ben by call', 'the centre by siren'])
})

const keyholder = { contactId: 'contact-wei', label: 'the keyholder', channel: 'call' }
const officer = { contactId: '@duty', label: 'duty', channel: 'call' }

test('the only relative of the last rung is going: she is left in peace, and those of the earlier rungs who said nothing are rung instead', async () => {
  const it = await home({ plan: rungsOf([keyholder, centre], [officer], [anna, centre]) })
  await it.press()
  await it.wait(minutes(2))
  await say(it, 'contact-anna', 'going')
  expect(await laterRounds(it)).toEqual(['duty by call', 'the centre by siren', 'the keyholder by call'])
  await say(it, 'contact-wei', 'going')
  expect(await laterRounds(it)).toEqual(['duty by call', 'the centre by siren'])
})

test('a rung on which everybody has answered does not stay silent: the next one is rung a minute earlier, and again in its own turn', async () => {
  const it = await home({ plan: rungsOf([anna, centre], [ben], [keyholder, centre]) })
  await it.press()
  await say(it, 'contact-anna', 'know')
  await say(it, 'contact-ben', 'will-call')
  const told = it.told.length
  await it.wait(seconds(61))
  expect(it.told.slice(told)).toEqual(['the keyholder by call'])
  await it.wait(minutes(1))
  expect(it.told.slice(told + 1)).toEqual(['the keyholder by call', 'the centre by siren'])
})

test('when everybody of the plan has answered, the centre alone is rung on, for ever: nobody there has taken it', async () => {
  const it = await home({ plan: rungsOf([anna, centre], [ben, centre]) })
  await it.press()
  await it.wait(minutes(1))
  await say(it, 'contact-anna', 'going')
  await say(it, 'contact-ben', 'know')
  expect(await laterRounds(it)).toEqual(['the centre by siren'])
  expect((await it.alarm()).state).toBe('raised')
})
