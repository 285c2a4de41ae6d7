/** A large put is all or nothing, whatever fails and whenever the machine goes down; and presses pass while it runs. */
import { copyFileSync, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { instant } from '../../../domain/time.ts'
import { pressTurn } from '../../examples.contract.ts'
import { exampleContact, exampleDevice, exampleHome, exampleResident, exampleRows, exampleSite } from '../../people.examples.contract.ts'
import type { AuditLine, Directory, DirectoryRows } from '../../store.ts'
import { openStores } from '../stores.ts'
import { needsOf, openWorld, type StoresWorld, temporaryFolder } from '../world.contract.ts'

let world: StoresWorld
let directory: Directory
let side: DatabaseSync
beforeEach(async () => {
  world = await openWorld()
  directory = world.stores.directory
  await directory.put(exampleRows())
  side = new DatabaseSync(join(world.dataDir, 'care.db'), { timeout: 5_000 })
})
afterEach(async () => {
  side.close()
  await world.discard()
})

const line: AuditLine = { at: instant(1), userId: 'u1', action: 'import-many', subjectId: 'many', detail: '' }
const lines = async () => (await world.stores.accounts.auditLines(0, 100)).length

/** New rows, rows that replace what is there, and devices behind gateways: some thousands. */
function manyRows(devices: DirectoryRows['devices'] = []): DirectoryRows {
  const ids = Array.from({ length: 700 }, (_, n) => `${n}`)
  const others = (of: string) => ({ residentId: `r${of}` })
  return {
    sites: [{ ...exampleSite(), name: 'replaced' }, exampleSite('site-new')],
    homes: [{ ...exampleHome(), door: 'replaced' }, ...ids.map((id) => exampleHome(`h${id}`))],
    residents: [exampleResident('rosa', { name: 'replaced', medical: [] }), ...ids.map((id) => exampleResident(`r${id}`))],
    contacts: ids.map((id) => exampleContact(`c${id}`, 1, `r${id}`)),
    devices: [
      ...ids.map((id) => exampleDevice(`behind-${id}`, { ...others(id), gatewayId: `gate-${id}`, key: `k${id}` })),
      ...ids.map((id) => exampleDevice(`gate-${id}`, others(id))),
      ...devices,
    ],
  }
}

const underWay = () => (side.prepare('select count(*) as count from directory_undo').get()?.count as number) > 0
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

test('what was put comes back, with one line for the record', async () => {
  const rows = manyRows()
  await directory.put(rows, line)
  const found = await directory.rows('all')
  expect(found.homes.length).toBe(701)
  expect(new Set(found.devices.map(({ id }) => id))).toEqual(new Set([...exampleRows().devices, ...rows.devices].map(({ id }) => id)))
  expect((await directory.card('rosa'))?.resident.name).toBe('replaced')
  expect(await lines()).toBe(1)
  expect(underWay()).toBe(false)
})

test.each<[string, DirectoryRows['devices'], RegExp]>([
  ['a reference that is nowhere', [exampleDevice('last', { residentId: 'nobody' })], /nobody/],
  ['a mistake that is only seen when all is written', [exampleDevice('last', { gatewayId: 'gate-1', key: 'k1' })], /key/],
])('%s leaves everything as it was, numbers included', async (_name, wrong, says) => {
  const before = [await directory.rows('all'), await directory.watchedDevices(), await directory.watchedResidents()]
  const put = directory.put(manyRows(wrong), line)
  await expect(put).rejects.toThrow(RangeError)
  await expect(put).rejects.toThrow(says)
  expect([await directory.rows('all'), await directory.watchedDevices(), await directory.watchedResidents()]).toEqual(before)
  expect(await lines()).toBe(0)
})

test('a disk that fails at the last slice leaves everything as it was; one that fails to put it back does so at the next change', async () => {
  const before = await directory.rows('all')
  side.exec(`create trigger no_record before insert on audit begin select raise(abort, 'no record'); end`)
  side.exec(`create trigger no_going_back before delete on directory_undo begin select raise(abort, 'nor back'); end`)
  await expect(directory.put(manyRows(), line)).rejects.toThrow()
  await expect(directory.remove('contacts', 'c1')).rejects.toThrow()
  side.exec('drop trigger no_record; drop trigger no_going_back')
  expect(await directory.remove('contacts', 'nobody')).toBe(false)
  expect(await directory.rows('all')).toEqual(before)
})

test('a machine that goes down in the middle finds everything as it was', async () => {
  const before = await directory.rows('all')
  const put = directory.put(manyRows(), line)
  const images: string[] = []
  for (const slices of [1, 4, 9]) {
    await until(() => (side.prepare('select max(place) as last from directory_undo').get()?.last as number) >= slices * 250)
    const image = await temporaryFolder()
    for (const name of ['care.db', 'care.db-wal'])
      if (existsSync(join(world.dataDir, name))) copyFileSync(join(world.dataDir, name), join(image, name))
    images.push(image)
  }
  await put
  for (const image of images) {
    const stores = openStores(needsOf(image))
    expect(await stores.directory.rows('all')).toEqual(before)
    expect(await stores.directory.siteOf('homes', 'h1')).toBeNull()
    await stores.close()
    await rm(image, { recursive: true })
  }
})

test('presses are recorded while it runs, and other changes wait until it stands', async () => {
  let done = false
  const put = directory.put(manyRows(), line).then(() => {
    done = true
  })
  await until(underWay)
  await world.stores.care.commit(pressTurn('rosa', 'press-1'))
  expect(done).toBe(false)
  const other = directory.put({ residents: [exampleResident('rosa', { name: 'later' })] })
  const another = directory.put(manyRows(), line)
  await put
  await other
  await another
  expect((await directory.card('rosa'))?.resident.name).toBe('replaced')
  expect((await world.stores.care.openAlarms('all')).length).toBe(1)
  expect(await lines()).toBe(2)
})
