/** Logins by other platforms' formulas: sealed, two at once, nobody else's name, gone with a revocation. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { openDatabase } from './database.ts'
import { openDirectory } from './directory.ts'
import { openDeviceLogins, readVendorKey, seal, unseal } from './vendor-logins.ts'

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

const device = (id: string) => ({
  ...{ id, siteId: 's', residentId: null, gatewayId: null, family: 'thing-model' as const, key: id, base: '/sys/p/d' },
  ...{ role: 'sos-button' as const, room: '', power: 'mains' as const, heartbeatSeconds: null },
})
async function openThem() {
  const dataDir = mkdtempSync(join(tmpdir(), 'anling-vendor-'))
  const fail = (error: unknown) => {
    throw error
  }
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal: fail, ballastBytes: 4_096 })
  opened.push(() => database.close())
  const directory = openDirectory(database)
  await directory.put({
    sites: [{ id: 's', name: 's', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }],
    devices: [device('term-1'), device('term-2')],
  })
  return { dataDir, directory, logins: openDeviceLogins(database, readVendorKey(dataDir)) }
}

const name = { scheme: 'alink' as const, product: 'p', device: 'd' }
const secretText = 'a secret nobody may read'
const secret = Buffer.from(secretText)

test('the two newest secrets of a name are valid, and the name is one device’s', async () => {
  const { logins } = await openThem()
  for (const letter of ['a', 'b', 'c']) await logins.put({ ...name, deviceId: 'term-1', secret: Buffer.from(letter.repeat(9)) })
  const found = logins.find('alink', 'p/d')
  expect(found?.deviceId).toBe('term-1')
  expect(found?.secrets.map(String)).toEqual(['ccccccccc', 'bbbbbbbbb'])
  expect(logins.of('term-1')).toEqual({ ...name, deviceId: 'term-1', secrets: 2 })
  expect(await logins.put({ ...name, deviceId: 'term-2', secret })).toBe(false)
  expect(await logins.put({ ...name, device: 'other', deviceId: 'term-1', secret })).toBe(true)
  expect(logins.find('alink', 'p/d')).toBeNull()
  expect(await logins.put({ ...name, deviceId: 'term-2', secret })).toBe(true)
})

test('no secret lies open in the database; its key is readable by its owner only; sealed for one it opens for no other', async () => {
  const { dataDir, logins } = await openThem()
  await logins.put({ ...name, deviceId: 'term-1', secret })
  for (const file of ['care.db', 'care.db-wal']) expect(readFileSync(join(dataDir, file)).includes(secretText)).toBe(false)
  expect(statSync(join(dataDir, 'vendor-key')).mode & 0o777).toBe(0o600)
  const key = createSecretKey(randomBytes(32))
  const named = { deviceId: 'term-1', scheme: 'alink' as const, name: 'p/d' }
  const sealed = seal(key, named, secret)
  expect(unseal(key, named, sealed).equals(secret)).toBe(true)
  expect(() => unseal(key, { ...named, deviceId: 'term-2' }, sealed)).toThrow()
  expect(() => unseal(createSecretKey(randomBytes(32)), named, sealed)).toThrow()
})

test('revoking a device ends its token, its vendor login and its certificates; what removed it does too', async () => {
  const { directory, logins } = await openThem()
  await logins.put({ ...name, deviceId: 'term-1', secret })
  expect(logins.complete('term-1', null)).toMatchObject({ byVendor: true, certifiedAfter: null, tokenHashes: [], base: '/sys/p/d' })
  await directory.revokeCredentials('term-1')
  const after = logins.complete('term-1', await directory.credential('term-1'))
  expect(after).toMatchObject({ byVendor: false, tokenHashes: [] })
  expect(after?.certifiedAfter).toBeGreaterThan(0)
  expect(logins.find('alink', 'p/d')).toBeNull()
  await directory.remove('devices', 'term-2')
  expect(logins.complete('term-2', null)).toBeNull()
  await directory.put({ devices: [device('term-2')] })
  expect(logins.complete('term-2', null)?.certifiedAfter).toBeGreaterThan(0)
})
