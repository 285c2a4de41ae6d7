/** What every Directory promises about plans: there is always one, and the closest one holds. */
import { expect, test } from 'vitest'
import type { Plan } from '../domain/alarm.ts'
import { hours, seconds } from '../domain/time.ts'
import { exampleRows } from './people.examples.contract.ts'
import type { Directory, StoredPlan } from './store.ts'

const plan = (id: string, contactId: string | null = null): Plan => ({
  id,
  name: id,
  steps: [{ wait: seconds(0), tell: [{ contactId, label: 'x', channel: 'console' }] }],
  repeatEvery: seconds(60),
  lease: seconds(90),
})

const stored = (id: string, changes: Partial<StoredPlan> = {}): StoredPlan => ({
  plan: plan(id),
  siteId: null,
  residentId: null,
  kind: 'any',
  ...changes,
})

export function directoryPlansKeepTheirOrder(given: { directory: Directory }): void {
  test('without a stored plan the built-in one holds, with the contacts of the resident in order', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const sos = await directory.planFor('rosa', 'site-a', 'sos')
    const told = sos.steps.map((step) => step.tell.map((recipient) => recipient.contactId))
    expect(told).toEqual([
      [null, null, 'c1'],
      ['@duty', 'c2'],
      [null, null, null, '@duty', 'c1', 'c2'],
    ])
    expect(sos.steps.map((step) => step.wait)).toEqual([0, 60_000, 60_000])
    expect({ repeatEvery: sos.repeatEvery, lease: sos.lease }).toEqual({ repeatEvery: 60_000, lease: 90_000 })
    expect(JSON.stringify(sos)).not.toContain('联系人')
    expect((await directory.planFor('rosa', 'site-a', 'technical')).repeatEvery).toBe(hours(1))
    expect(await directory.plans()).toEqual([])
  })

  test('an area and a stranger have a plan that tells the centre and whoever is on duty', async () => {
    for (const subject of ['area:gw-1', 'nobody']) {
      const found = await given.directory.planFor(subject, 'site-a', 'silence')
      expect(
        found.steps.every(
          (step) => step.tell.length > 0 && step.tell.every(({ contactId }) => contactId === null || contactId === '@duty'),
        ),
      ).toBe(true)
    }
  })

  test('the resident’s plan holds before the site’s, that before everybody’s; one for the kind before one for any', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const holds = async () => (await directory.planFor('rosa', 'site-a', 'sos')).id
    const steps: readonly StoredPlan[] = [
      stored('everybody'),
      stored('everybody-sos', { kind: 'sos' }),
      stored('site', { siteId: 'site-a' }),
      stored('site-sos', { siteId: 'site-a', kind: 'sos' }),
      stored('hers', { residentId: 'rosa' }),
      stored('hers-sos', { residentId: 'rosa', kind: 'sos' }),
    ]
    for (const step of steps) {
      await directory.putPlan(step)
      expect(await holds()).toBe(step.plan.id)
    }
    expect((await directory.planFor('rosa', 'site-a', 'fall')).id).toBe('hers')
    expect((await directory.planFor('ann', 'site-b', 'fall')).id).toBe('everybody')
    expect(await directory.plans()).toHaveLength(6)
  })
}

export function directoryPlansAreChanged(given: { directory: Directory }): void {
  test('a plan for the same people and kind replaces the one before; one for nobody known, or of no steps, is refused', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.putPlan(stored('one', { residentId: 'rosa' }))
    await directory.putPlan(stored('two', { residentId: 'rosa', plan: plan('two', '@2') }))
    expect((await directory.plans()).map((each) => each.plan.id)).toEqual(['two'])
    const [step] = (await directory.planFor('rosa', 'site-a', 'sos')).steps
    expect(step?.tell).toEqual([{ contactId: 'c2', label: 'keyholder 2', channel: 'console' }])
    await expect(directory.putPlan(stored('three', { residentId: 'nobody' }))).rejects.toThrow(RangeError)
    await expect(directory.putPlan(stored('four', { plan: { ...plan('four'), steps: [] } }))).rejects.toThrow(RangeError)
  })

  test('a plan that is removed holds no longer; what is not there cannot be removed', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.putPlan(stored('hers', { residentId: 'rosa' }))
    const version = directory.version()
    expect(await directory.removePlan('hers')).toBe(true)
    expect(directory.version()).toBeGreaterThan(version)
    expect(await directory.plans()).toEqual([])
    expect((await directory.planFor('rosa', 'site-a', 'sos')).id).toBe('built-in-help')
    expect(await directory.removePlan('hers')).toBe(false)
  })

  test('whoever is near is found by relation or key; the last step sounds on the wall, whatever was written', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const tell = (contactId: string) => ({ contactId, label: '', channel: 'any' })
    const steps = [{ wait: seconds(0), tell: [tell('@keyholder'), tell('@neighbour'), tell('@grid'), tell('@duty')] }]
    await directory.putPlan(stored('near', { residentId: 'rosa', plan: { ...plan('near'), steps } }))
    const [step] = (await directory.planFor('rosa', 'site-a', 'sos')).steps
    expect(step?.tell.map(({ contactId, channel }) => `${contactId} ${channel}`)).toEqual(['c2 any', '@duty any', 'null console'])
  })
}
