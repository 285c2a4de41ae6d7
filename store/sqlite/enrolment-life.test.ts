/** Lives, visits and reminders on a real disk: there after a restart, a code good for one use, and a device's life ends with the device. */
import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { newLife } from '../../domain/enrolment-life.ts'
import type { Visit } from '../../domain/enrolment-visits.ts'
import { instant } from '../../domain/time.ts'
import { openDatabase } from './database.ts'
import { openDirectory } from './directory.ts'
import { openLifeStore } from './enrolment-life.ts'
import { openReminderStore } from './enrolment-reminders.ts'
import { openVisitStore } from './enrolment-visits.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

async function folder() {
  const dataDir = await temporaryFolder()
  onTestFinished(() => rm(dataDir, { recursive: true }))
  return dataDir
}

test('a life and its lines outlive a restart; its lines outlive even the device', async () => {
  const dataDir = await folder()
  const first = openDatabase(needsOf(dataDir))
  const store = openLifeStore(first)
  const site = { id: 's', name: 's', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }
  const device = { id: 'device-1', siteId: 's', residentId: null, gatewayId: null, family: 'native', key: 'device-1', base: '' } as const
  await openDirectory(first).put({
    sites: [site],
    devices: [{ ...device, role: 'other', room: '', power: 'mains', heartbeatSeconds: null }],
  })
  const life = {
    ...newLife('device-1', instant(5)),
    state: 'retired',
    lastResidentId: 'r1',
    lastResidentNumber: 7,
    lastRoom: '卧室',
  } as const
  const line = {
    deviceId: 'device-1',
    at: instant(6),
    deed: 'retired',
    by: 'u',
    residentId: 'r1',
    room: '卧室',
    detail: 'cracked',
  } as const
  await store.saveLife(life, line)
  await store.saveLife({ ...life, replacedBy: 'device-2' }, { ...line, at: instant(7), deed: 'replaced' })
  const note = { deviceId: 'device-1', batteryPercent: 41.5, batteryAt: instant(9), vendor: 'v', model: 'm', firmware: '1.2' }
  await store.saveNotes([note])
  first.close()

  const second = openDatabase(needsOf(dataDir))
  onTestFinished(second.close)
  const again = openLifeStore(second)
  expect(again.lives()).toEqual([{ ...life, replacedBy: 'device-2' }])
  expect(again.notes()).toEqual([note])
  expect((await again.historyOf('device-1', 10)).map(({ deed }) => deed)).toEqual(['replaced', 'retired'])
  expect(await again.historyIn('r1', 1)).toEqual([{ ...line, at: instant(7), deed: 'replaced' }])
  await openDirectory(second).remove('devices', 'device-1')
  expect([again.lives(), again.notes()]).toEqual([[], []])
  expect(await again.historyIn('r1', 10)).toHaveLength(2)
})

test('a code is good for one use, by one person, while it lasts; an ended visit is over', async () => {
  const database = openDatabase(needsOf(await folder()))
  onTestFinished(database.close)
  const store = openVisitStore(database)
  const hash = (byte: number) => new Uint8Array(32).fill(byte)
  const visit: Visit = {
    ...{ id: 'v1', siteId: 's', residentIds: ['r1', 'r2'], madeBy: 'u', madeAt: instant(0), until: instant(100) },
    ...{ usedBy: null, visitUntil: null },
  }
  await store.add(visit, hash(1))
  await store.add({ ...visit, id: 'v2', until: instant(10) }, hash(2))
  const use = (at: number, by = 'tom') => ({ by, at: instant(at), visitUntil: instant(at + 1_000), siteIds: ['s', 't'] })
  expect(await store.redeem(hash(2), use(10))).toBeNull()
  expect(await store.redeem(hash(3), use(50))).toBeNull()
  for (const siteIds of [['t'], []]) expect(await store.redeem(hash(1), { ...use(50, 'sam'), siteIds })).toBeNull()
  const both = await Promise.all([store.redeem(hash(1), use(50)), store.redeem(hash(1), use(50, 'tim'))])
  expect(both.map((found) => found?.usedBy ?? null)).toEqual(['tom', null])
  expect((await store.open(instant(500))).map(({ id, usedBy }) => [id, usedBy])).toEqual([['v1', 'tom']])
  expect(await store.open(instant(1_050))).toEqual([])
  expect(await store.end('v1', instant(200))).toBe(true)
  expect(await store.open(instant(201))).toEqual([])
  expect(await store.end('v1', instant(300))).toBe(false)
})

test('a wish leaves what was reminded as it is, and the other way round', async () => {
  const database = openDatabase(needsOf(await folder()))
  onTestFinished(database.close)
  const store = openReminderStore(database)
  expect(store.reminder('r1')).toBeNull()
  await store.saveReminded(['r1', 'r2'], instant(5))
  await store.saveWish({ residentId: 'r1', isOff: true, language: 'yue', words: '撳' })
  await store.saveWish({ residentId: 'r3', isOff: false, language: 'en', words: '' })
  await store.saveReminded(['r1'], instant(9))
  expect(store.reminders()).toEqual([
    { residentId: 'r1', isOff: true, language: 'yue', words: '撳', remindedAt: 9 },
    { residentId: 'r2', isOff: false, language: 'zh', words: '', remindedAt: 5 },
    { residentId: 'r3', isOff: false, language: 'en', words: '', remindedAt: null },
  ])
})
