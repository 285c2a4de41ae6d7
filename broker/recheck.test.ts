/** A change in the directory reaches those who are connected: the revoked go, the others get the rights they have now. */
import { afterEach, expect, test } from 'vitest'
import type { StoredCredential } from '../domain/message.ts'
import { hashToken } from './credentials.ts'
import { client, closeAll, openHouse, pepper, until } from './house.contract.ts'

afterEach(closeAll)

test('who is revoked is disconnected, who is not stays', async () => {
  const revoked = new Set<string>()
  const known = new Map<string, StoredCredential>()
  const house = await openHouse({ credential: async (id) => (revoked.has(id) ? null : (known.get(id) ?? null)) })
  for (const id of ['stays001', 'leaves01'])
    known.set(id, { deviceId: id, tokenHashes: [hashToken(pepper, house.device(id))], carries: [], base: '' })
  const stays = await client(house, 'stays001')
  const leaves = await client(house, 'leaves01')
  revoked.add('leaves01')
  expect(await house.broker.recheck()).toBe(1)
  await until(() => !leaves.connected)
  expect(stays.connected).toBe(true)
  await stays.publishAsync('care/stays001/heartbeat', '{}', { qos: 1 })
  expect(house.accepted.map(({ topic }) => topic)).toEqual(['care/stays001/heartbeat'])
})

test('a pendant enrolled behind a connected terminal is heard without a new connection', async () => {
  const known = new Map<string, StoredCredential>()
  const house = await openHouse({ credential: async (id) => known.get(id) ?? null })
  const credential = { deviceId: 'terminal1', tokenHashes: [hashToken(pepper, house.device('terminal1'))], carries: [], base: '' }
  known.set('terminal1', credential)
  const terminal = await client(house, 'terminal1')
  known.set('terminal1', { ...credential, carries: ['pendant01'] })
  expect(await house.broker.recheck()).toBe(0)
  await terminal.publishAsync('care/pendant01/sos', '{"id":"1"}', { qos: 1 })
  expect(house.accepted.map(({ topic }) => topic)).toEqual(['care/pendant01/sos'])
})

test('a gateway may describe all its devices in one large packet; a terminal may not', async () => {
  const house = await openHouse()
  house.device('gateway01', { base: 'zigbee2mqtt' })
  const gateway = await client(house, 'gateway01')
  await gateway.publishAsync('zigbee2mqtt/bridge/devices', 'x'.repeat(300_000), { qos: 1 })
  expect(house.accepted.map(({ payload }) => payload.length)).toEqual([300_000])
  house.device('terminal2')
  const terminal = await client(house, 'terminal2')
  terminal.publish('care/terminal2/heartbeat', 'x'.repeat(300_000), { qos: 1 }, () => {})
  await until(() => !terminal.connected)
  expect(house.accepted).toHaveLength(1)
})
