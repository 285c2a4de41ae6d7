/** Stories of relatives who answered: they are not rung again for the same call, a new call rings them, and the centre is never muted by their word. */
import { expect, test } from 'vitest'
import type { Plan } from '../../domain/alarm.ts'
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
