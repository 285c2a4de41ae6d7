/** What every Directory promises. */
import { beforeEach, describe, expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import { directoryPlansAreChanged, directoryPlansKeepTheirOrder } from './directory-plans.contract.ts'
import {
  exampleContact,
  exampleDevice,
  exampleHome,
  exampleResident,
  exampleRows,
  exampleSite as site,
} from './people.examples.contract.ts'
import type { Directory } from './store.ts'

/** One empty directory. `reopen` opens what is left after a restart; `discard` closes what is open and cleans up. */
export type DirectoryWorld = { directory: Directory; reopen(): Promise<Directory>; discard(): Promise<void> }
type Given = { directory: Directory; world: DirectoryWorld }

/** Runs the suite on directories made by `open`, one for each test. */
export function directoryContract(name: string, open: () => Promise<DirectoryWorld>): void {
  describe(`${name} keeps the promises of a Directory`, () => {
    const given = {} as Given
    beforeEach(async () => {
      given.world = await open()
      given.directory = given.world.directory
      return () => given.world.discard()
    })
    rowsComeBack(given)
    modesAreSet(given)
    putIsAllOrNothing(given)
    numbersAreStable(given)
    devicesAreFound(given)
    credentialsTurnOver(given)
    residentsAreFound(given)
    sitesStayApart(given)
    rowsCanGo(given)
    directoryPlansKeepTheirOrder(given)
    directoryPlansAreChanged(given)
  })
}

const byId = <T extends { id: string }>(rows: readonly T[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))

function rowsComeBack(given: Given) {
  test('what was put comes back, each field as it was', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const rows = await directory.rows('all')
    const expected = exampleRows()
    expect(rows.sites).toEqual(expected.sites)
    expect(rows.homes).toEqual(expected.homes)
    expect(rows.residents).toEqual(expected.residents)
    expect(byId(rows.contacts)).toEqual(byId(expected.contacts))
    expect(byId(rows.devices)).toEqual(byId(expected.devices))
  })

  test('a card says all of one resident, her contacts in the order of calling', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const card = await directory.card('rosa')
    expect(card).toMatchObject({ resident: exampleResident(), home: exampleHome(), site: site() })
    expect(card?.contacts).toEqual([exampleContact('c1', 1), exampleContact('c2', 2)])
    expect(card?.devices.map((device) => device.id).sort()).toEqual(['button-1', 'term-1', 'z2m-door'])
    expect(await directory.card('nobody')).toBeNull()
    expect((await directory.cards(['nobody', 'rosa'])).map((each) => each.resident.id)).toEqual(['rosa'])
    const where = { resident: card?.resident, home: card?.home, site: card?.site }
    expect(await directory.whereabouts(['nobody', 'rosa'])).toEqual([where])
  })

  test('a row that is put again is replaced, and the rest stays', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const changed = exampleResident('rosa', { mode: 'hospital', modeUntil: instant(1_800_000_000_000), birthYear: null, medical: [] })
    await directory.put({ residents: [changed] })
    const card = await directory.card('rosa')
    expect(card?.resident).toMatchObject(changed)
    expect(card?.contacts).toHaveLength(2)
  })

  test('each change makes the version grow; a refused one does not', async () => {
    const { directory } = given
    const first = directory.version()
    await directory.put(exampleRows())
    const second = directory.version()
    expect(second).toBeGreaterThan(first)
    await directory.put({ homes: [exampleHome('h', 'nowhere')] }).catch(() => undefined)
    expect(directory.version()).toBe(second)
    await directory.putCredential('term-1', new Uint8Array([1]))
    expect(directory.version()).toBeGreaterThan(second)
  })
}

function modesAreSet(given: Given) {
  test('where somebody is can be set alone, and is what the register is told', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    const [resident] = exampleRows().residents
    const id = resident?.id ?? ''
    const before = directory.version()
    expect(await directory.setMode(id, { mode: 'hospital', until: instant(5_000) })).toBe(true)
    expect(directory.version()).toBeGreaterThan(before)
    expect((await directory.card(id))?.resident).toMatchObject({ ...resident, mode: 'hospital', modeUntil: 5_000 })
    expect((await directory.watchedResidents()).find((watched) => watched.id === id)).toMatchObject({ mode: 'hospital', modeUntil: 5_000 })
    expect(await directory.setMode(id, { mode: 'home', until: null })).toBe(true)
    expect((await directory.card(id))?.resident).toMatchObject({ mode: 'home', modeUntil: null })
    expect(await directory.setMode('nobody', { mode: 'away', until: null })).toBe(false)
  })
}

function putIsAllOrNothing(given: Given) {
  const broken = [
    { rows: { homes: [exampleHome('home-9', 'site-9')] }, says: /site-9.*home-9/i },
    { rows: { residents: [exampleResident('ann', { homeId: 'home-9' })] }, says: /home-9.*ann/i },
    { rows: { residents: [exampleResident('ann', { siteId: 'site-9' })] }, says: /site-9.*ann/i },
    { rows: { contacts: [exampleContact('c9', 1, 'nobody')] }, says: /nobody.*c9/i },
    { rows: { devices: [exampleDevice('dev-9', { residentId: 'nobody' })] }, says: /nobody.*dev-9/i },
    { rows: { devices: [exampleDevice('dev-9', { gatewayId: 'gone' })] }, says: /gone.*dev-9/i },
    { rows: { devices: [exampleDevice('dev-9', { gatewayId: 'button-1' })] }, says: /button-1/i },
    { rows: { devices: [exampleDevice('dev-9', { gatewayId: 'term-1', key: '0x00158d' })] }, says: /key/i },
    { rows: { devices: [exampleDevice('term-1', { gatewayId: 'term-1' })] }, says: /term-1/i },
  ]
  test.each(broken)(
    'a row that cannot stand is refused with a RangeError, and nothing of the put happened: $says',
    async ({ rows, says }) => {
      const { directory } = given
      await directory.put(exampleRows())
      const before = await directory.rows('all')
      const put = directory.put({ sites: [site('site-new')], ...rows })
      await expect(put).rejects.toThrow(RangeError)
      await expect(put).rejects.toThrow(says)
      expect(await directory.rows('all')).toEqual(before)
    },
  )

  test('rows of one put may refer to each other in any order', async () => {
    const { devices, contacts, residents, homes, sites } = exampleRows()
    await given.directory.put({ devices, contacts, residents, homes, sites })
    expect((await given.directory.devices('all')).length).toBe(3)
  })
}

function numbersAreStable(given: Given) {
  test('numbers are small, kept when a row is replaced and over a restart, and never given to another', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    for (let round = 0; round < 5; round += 1) await directory.put(exampleRows())
    const numberOf = async (of: Directory, id: string) => (await of.device(id))?.number ?? -1
    const first = { button: await numberOf(directory, 'button-1'), rosa: (await directory.card('rosa'))?.resident.number }
    await directory.put({ devices: [exampleDevice('last')] })
    const last = await numberOf(directory, 'last')
    expect(Math.max(last, first.button)).toBeLessThanOrEqual(4)
    await directory.remove('devices', 'last')
    const reopened = await given.world.reopen()
    await reopened.put({ devices: [exampleDevice('newer')] })
    expect(await numberOf(reopened, 'newer')).toBeGreaterThan(last)
    expect(await numberOf(reopened, 'button-1')).toBe(first.button)
    expect((await reopened.card('rosa'))?.resident.number).toBe(first.rosa)
  })
}

function devicesAreFound(given: Given) {
  test('a device by its id and by what its gateway calls it, with the number of its resident', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.put({ devices: [exampleDevice('hall-gw', { residentId: null, role: 'gateway' })] })
    const rosa = (await directory.card('rosa'))?.resident.number
    const door = await directory.deviceByKey('term-1', '0x00158d')
    expect(door).toMatchObject({ id: 'z2m-door', residentNumber: rosa, family: 'zigbee2mqtt' })
    expect(await directory.device('z2m-door')).toEqual(door)
    expect(await directory.device('hall-gw')).toMatchObject({ residentId: null, residentNumber: null })
    expect(await directory.deviceByKey('hall-gw', '0x00158d')).toBeNull()
    expect(await directory.device('unknown')).toBeNull()
  })

  test('the lists for the silence register name everyone who should be heard', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.put({ devices: [exampleDevice('hall-gw', { residentId: null, role: 'gateway' })] })
    const devices = new Map((await directory.watchedDevices()).map((device) => [device.id, device]))
    const { number: rosa, inactivityDayHours } = (await directory.watchedResidents())[0] ?? {}
    expect(inactivityDayHours).toBe(6.5)
    expect(devices.get('term-1')).toMatchObject({ residentId: 'rosa', residentNumber: rosa, building: '3', heartbeatSeconds: 60 })
    expect(devices.get('button-1')).toMatchObject({ gatewayId: 'term-1', power: 'battery', heartbeatSeconds: null, role: 'sos-button' })
    expect(devices.get('hall-gw')).toMatchObject({ residentId: null, residentNumber: null, building: '' })
    expect(devices.size).toBe(4)
  })
}

function credentialsTurnOver(given: Given) {
  const hash = (byte: number) => new Uint8Array(32).fill(byte)

  test('a credential carries the native devices behind it and the base of its gateway', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.putCredential('term-1', hash(1))
    const credential = await directory.credential('term-1')
    expect(credential).toMatchObject({ deviceId: 'term-1', carries: ['button-1'], base: 'zigbee2mqtt' })
    expect(credential?.tokenHashes.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(['01'.repeat(32)])
    expect(await directory.credential('button-1')).toBeNull()
  })

  test('the two newest hashes are valid while it changes; revoking ends all', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    for (const byte of [1, 2, 3]) await directory.putCredential('term-1', hash(byte))
    expect((await directory.credential('term-1'))?.tokenHashes.map((bytes) => bytes[0]).sort()).toEqual([2, 3])
    await directory.revokeCredentials('term-1')
    expect(await directory.credential('term-1')).toBeNull()
  })

  test('no credential for a device that does not exist; a removed device has none any more', async () => {
    const { directory } = given
    await expect(directory.putCredential('ghost', hash(1))).rejects.toThrow(RangeError)
    await directory.put(exampleRows())
    await directory.putCredential('button-1', hash(1))
    expect(await directory.remove('devices', 'button-1')).toBe(true)
    expect(await directory.credential('button-1')).toBeNull()
  })
}

function residentsAreFound(given: Given) {
  test('a resident is found by a part of the name or telephone, in these sites only, and no sign is a pattern', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.put({
      sites: [site('site-b')],
      homes: [exampleHome('home-b', 'site-b')],
      residents: ['a', 'b', 'c'].map((id) =>
        exampleResident(id, { siteId: 'site-b', homeId: 'home-b', name: `王秀英${id}%_`, phone: '0571-8888' }),
      ),
    })
    const found = async (typed: string, sites: readonly string[] | 'all' = ['site-b'], limit = 10) =>
      (await directory.findResidents(typed, sites, limit)).map(({ resident, home }) => `${resident.id} in ${home.id}`)
    expect(await found('秀英')).toEqual(['a in home-b', 'b in home-b', 'c in home-b'])
    expect(await found('秀英', 'all', 2)).toEqual(['a in home-b', 'b in home-b'])
    expect(await found('8888', ['site-a'])).toEqual([])
    expect((await found('8888')).length).toBe(3)
    expect([await found('b%_'), await found('%b'), await found('\\'), await found('nobody')]).toEqual([['b in home-b'], [], [], []])
  })
}

function sitesStayApart(given: Given) {
  test('lists of one site hold nothing of another', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await directory.put({
      sites: [site('site-b')],
      homes: [exampleHome('home-b', 'site-b')],
      residents: [exampleResident('bob', { siteId: 'site-b', homeId: 'home-b' })],
      contacts: [exampleContact('cb', 1, 'bob')],
      devices: [exampleDevice('term-b', { siteId: 'site-b', residentId: 'bob' })],
    })
    const rows = await directory.rows(['site-b'])
    expect(Object.values(rows).map((list) => list.map((row: { id: string }) => row.id))).toEqual([
      ['site-b'],
      ['home-b'],
      ['bob'],
      ['cb'],
      ['term-b'],
    ])
    expect((await directory.residents(['site-b'])).map(({ resident, home }) => [resident.id, home.id])).toEqual([['bob', 'home-b']])
    expect((await directory.devices(['site-a'])).map((device) => device.id)).not.toContain('term-b')
    expect(await directory.residents([])).toEqual([])
    expect((await directory.residents('all')).length).toBe(2)
    expect((await directory.sites()).map(({ id }) => id)).toEqual(['site-a', 'site-b'])
    expect(await directory.site('site-b')).toEqual(site('site-b'))
    expect(await directory.site('site-x')).toBeNull()
  })

  test('it knows to which site each row belongs', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    for (const [table, id] of [
      ['sites', 'site-a'],
      ['homes', 'home-1'],
      ['residents', 'rosa'],
      ['contacts', 'c1'],
      ['devices', 'button-1'],
    ] as const) {
      expect(await directory.siteOf(table, id)).toBe('site-a')
      expect(await directory.siteOf(table, 'unknown')).toBeNull()
    }
  })
}

function rowsCanGo(given: Given) {
  test('what is in use is not removed, in words; what is free is; what is unknown is not', async () => {
    const { directory } = given
    await directory.put(exampleRows())
    await expect(directory.remove('sites', 'site-a')).rejects.toThrow(/site-a is still in use/i)
    await expect(directory.remove('homes', 'home-1')).rejects.toThrow(RangeError)
    await expect(directory.remove('residents', 'rosa')).rejects.toThrow(RangeError)
    await expect(directory.remove('devices', 'term-1')).rejects.toThrow(RangeError)
    for (const id of ['button-1', 'z2m-door', 'term-1']) expect(await directory.remove('devices', id)).toBe(true)
    expect(await directory.remove('residents', 'rosa')).toBe(true)
    expect((await directory.rows('all')).contacts).toEqual([])
    expect(await directory.remove('residents', 'rosa')).toBe(false)
  })
}
