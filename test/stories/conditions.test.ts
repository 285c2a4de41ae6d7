/** Stories of things that come and go: smoke, falls, silence, batteries, power cuts. */
import { expect, test } from 'vitest'
import { minutes, seconds } from '../../domain/time.ts'
import { centrePlan, home } from '../story.ts'

test('smoke that clears is shown as cleared, and still a person must look', async () => {
  const rosa = await home()
  await rosa.hazard('smoke')
  expect((await rosa.hazard('smoke')).facts).toEqual([])
  expect((await rosa.hazardGone('smoke')).facts).toEqual(['alarm-cleared'])
  expect((await rosa.hazardGone('smoke')).facts).toEqual([])
  await rosa.wait(minutes(2))
  expect(await rosa.alarm()).toMatchObject({ state: 'raised', priority: 1 })
  expect(rosa.told).toEqual(['anna by push', 'ben by call'])
  expect((await rosa.hazard('smoke')).facts).toEqual(['alarm-repeated'])
  expect((await rosa.alarm()).clearedAt).toBeNull()
})

test('one detector does not speak for the other', async () => {
  const rosa = await home()
  await rosa.hazard('smoke', 'kitchen')
  expect((await rosa.hazard('smoke', 'bedroom')).facts).toEqual(['alarm-repeated'])
  expect((await rosa.hazardGone('smoke', 'kitchen')).facts).toEqual([])
  expect((await rosa.alarm()).clearedAt).toBeNull()
})

test('water is less urgent than gas, and both are told', async () => {
  const rosa = await home()
  await rosa.hazard('water-leak')
  await rosa.hazard('gas')
  expect((await rosa.open()).map(({ reason, priority }) => `${reason} ${priority}`).sort()).toEqual(['gas 1', 'water-leak 2'])
})

test('a possible fall becomes a certain one and never the other way round', async () => {
  const rosa = await home()
  await rosa.fall('possible')
  expect(await rosa.alarm()).toMatchObject({ priority: 2, reason: 'fall-possible' })
  await rosa.fall('confirmed')
  expect(await rosa.alarm()).toMatchObject({ priority: 1, reason: 'fall-confirmed', presses: 2 })
  await rosa.fall('possible')
  expect(await rosa.alarm()).toMatchObject({ priority: 1, reason: 'fall-confirmed', presses: 3 })
})

test('a long quiet is one alarm; a sign of life is shown and closes nothing', async () => {
  const rosa = await home()
  await rosa.quietFor(6)
  expect((await rosa.quietFor(6)).facts).toEqual([])
  expect(await rosa.alarm()).toMatchObject({ kind: 'silence', priority: 2, detail: { limitHours: 6 } })
  const at = rosa.clock.now()
  await rosa.handle({
    ...{ kind: 'condition-cleared', subjectId: 'rosa', siteId: 'site-1', at },
    ...{ reason: 'inactivity', deviceId: null },
  })
  expect(await rosa.alarm()).toMatchObject({ state: 'raised', clearedAt: at })
})

test('a low battery opens and closes by itself; a call beside it stays', async () => {
  const rosa = await home({ plan: centrePlan })
  await rosa.trouble('battery-low')
  expect((await rosa.trouble('battery-low')).facts).toEqual([])
  await rosa.press()
  expect((await rosa.troubleOver('battery-low')).facts).toEqual(['alarm-resolved'])
  expect((await rosa.past()).find((alarm) => alarm.kind === 'technical')).toMatchObject({
    ...{ state: 'resolved', by: 'system', outcome: 'technical-fixed', priority: 3 },
  })
  expect((await rosa.alarm()).kind).toBe('sos')
})

test('a silent terminal weighs more than a silent door, and a retained press most of all', async () => {
  const rosa = await home()
  await rosa.trouble('device-silent', 'door-1', 'door')
  await rosa.trouble('device-silent', 'terminal-1', 'terminal')
  await rosa.trouble('retained-press', 'button-1', 'sos-button')
  expect((await rosa.open()).map((alarm) => alarm.priority).sort()).toEqual([1, 2, 3])
  expect((await rosa.troubleOver('retained-press', 'button-1')).facts).toEqual(['alarm-cleared'])
  expect((await rosa.troubleOver('device-silent', 'terminal-1')).facts).toEqual(['alarm-resolved'])
})

test('a dark district is one alarm that names every home, and a call from inside stays on top', async () => {
  const area = await home({ plan: centrePlan, subjectId: 'area:district-3' })
  await area.areaSilent(['rosa', 'li', 'wang'])
  expect(area.told).toEqual(['the centre by siren'])
  expect((await area.areaSilent(['rosa', 'li', 'wang'])).facts).toEqual([])
  expect((await area.areaSilent(['rosa', 'li', 'wang', 'zhao'])).facts).toEqual(['alarm-updated'])
  expect(area.told).toEqual(['the centre by siren'])
  const press = { kind: 'sos-pressed', subjectId: 'li', siteId: 'site-1', at: area.clock.now(), deviceId: 'pendant-li', room: '' } as const
  await area.handle({ ...press, causeId: 'li:1', claimedAt: null, unreadable: false, detail: {} })
  const open = [...(await area.open())].sort((a, b) => a.priority - b.priority)
  expect(open.map(({ kind, subjectId }) => `${kind} ${subjectId}`)).toEqual(['sos li', 'technical area:district-3'])
  expect(open[1]?.residentIds).toEqual(['rosa', 'li', 'wang', 'zhao'])
  expect((await area.areaBack()).facts).toEqual(['alarm-resolved'])
  expect((await area.alarm()).kind).toBe('sos')
  await area.wait(seconds(61))
  expect(area.told).toEqual(['the centre by siren', 'the centre by siren', 'the centre by siren'])
})
