/** The SQLite reach keeps the promises of every ReachStore. */
import { expect, onTestFinished, test } from 'vitest'
import { usualReach } from '../../domain/reach.ts'
import { instant } from '../../domain/time.ts'
import { exampleHome, exampleResident, exampleSite } from '../people.examples.contract.ts'
import { reachContract } from '../reach.contract.ts'
import { openWorld } from './world.contract.ts'

reachContract('SQLite', async () => {
  const { stores, reopen, discard } = await openWorld()
  return { reach: stores.reach, reopen: async () => (await reopen()).reach, discard }
})

test('how a contact is reached ends with the contact, and when it becomes another elder’s; the staff keep theirs', async () => {
  const { stores, discard } = await openWorld()
  onTestFinished(discard)
  const { directory, reach } = stores
  const contact = (id: string, residentId = 'rosa', name = id) => ({
    ...{ id, residentId, name, relation: 'relative' as const, phone: '139', hasKey: false, order: 1 },
  })
  const residents = [exampleResident(), exampleResident('hans')]
  const contacts = ['gone', 'moved', 'renamed'].map((id) => contact(id))
  await directory.put({ sites: [exampleSite()], homes: [exampleHome()], residents, contacts })
  const people = ['gone', 'moved', 'renamed', 'staff']
  for (const personId of people) {
    await reach.putReach({ ...usualReach(personId), email: `${personId}@example.org` })
    const browser = { id: `b-${personId}`, personId, endpoint: 'https://push.example.org/', p256dh: 'p', auth: 'a', label: '' }
    await reach.putSubscription({ ...browser, madeAt: instant(1), deadAt: null, usedAt: null })
  }
  await directory.remove('contacts', 'gone')
  await directory.put({ contacts: [contact('moved', 'hans'), contact('renamed', 'rosa', 'Rose')] })
  const left = await Promise.all(people.map(async (id) => [(await reach.reach(id))?.email, (await reach.subscriptionsOf(id)).length]))
  expect(left).toEqual([
    [undefined, 0],
    [undefined, 0],
    ['renamed@example.org', 1],
    ['staff@example.org', 1],
  ])
})
