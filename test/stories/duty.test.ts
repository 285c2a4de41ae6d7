/** Stories of nights when the question is not what happened to her, but whether anybody is there to hear it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Channel } from '../../alerts/channels/channel.ts'
import { openDesk } from '../../alerts/desk.ts'
import { alsoToDuty } from '../../alerts/duty/to-duty.ts'
import { startDutyWatch } from '../../alerts/duty/watch.ts'
import { openChannelHealth } from '../../alerts/outbox/channel-health.ts'
import { startOutbox } from '../../alerts/outbox.ts'
import { replayJournal } from '../../alerts/replay-journal.ts'
import { startTimekeeper } from '../../alerts/timekeeper.ts'
import { openLocalBus } from '../../bus/bus.ts'
import type { Plan } from '../../domain/alarm.ts'
import type { DutyException, Shift } from '../../domain/duty.ts'
import type { Site } from '../../domain/people.ts'
import { minutes, type Span, seconds } from '../../domain/time.ts'
import { openAccounts } from '../../store/sqlite/accounts.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { openDutyStore } from '../../store/sqlite/duty.ts'
import type { User } from '../../store/store.ts'
import { openVirtualClock, settle, type VirtualClock } from '../virtual-clock.ts'

/** The officer on duty by telephone, after a minute the siren of the centre, for ever. */
const dutyPlan: Plan = {
  ...{ id: 'duty', name: 'Duty first', repeatEvery: minutes(1), lease: seconds(90) },
  steps: [
    { wait: seconds(0), tell: [{ contactId: '@duty', label: 'duty', channel: 'any' }] },
    { wait: minutes(1), tell: [{ contactId: null, label: 'centre', channel: 'siren' }] },
  ],
}

const site = (id: string, name: string): Site => ({
  ...{ id, name, street: '湖南路街道', district: '徐汇区', city: '上海市', timeZone: 'Asia/Shanghai', phone: '' },
})
const chunjiang = site('chunjiang', '春江社区')
const wanghu = site('wanghu', '望湖社区')

const officer = (id: string): User => ({ id, name: id, displayName: id, role: 'operator', siteIds: ['chunjiang'], disabled: false })
/** The story begins at 20:00 in Shanghai, when the night shift does. */
const night: Shift = {
  ...{ id: 'night', siteId: 'chunjiang', name: '夜班', weekdays: [1, 2, 3, 4, 5, 6, 7], from: 1_200, until: 480, personIds: ['wang'] },
  ...{ firstDay: '', lastDay: '' },
}
const day: Shift = { ...night, id: 'day', name: '白班', from: 480, until: 1_200, personIds: ['li'] }

/** Telephones, and whether each is switched on; a siren that always sounds. */
function openTelephones(told: string[], off: ReadonlySet<string>): Channel[] {
  const phone: Channel = {
    name: 'voice-twilio',
    reaches: async ({ recipient }) => recipient.contactId !== null && !off.has(recipient.contactId),
    async send({ recipient, reason }) {
      told.push(`${recipient.contactId} by telephone: ${reason}`)
      return { outcome: 'delivered', why: '' }
    },
  }
  const siren: Channel = {
    name: 'siren',
    async send({ siteId, reason }) {
      told.push(`siren of ${siteId}: ${reason}`)
      return { outcome: 'delivered', why: '' }
    },
  }
  return [phone, siren]
}

type World = { dataDir: string; clock: VirtualClock; told: string[]; off: Set<string>; walls: Set<string>; complaints: string[] }

async function community() {
  const world: World = {
    ...{ dataDir: await mkdtemp(join(tmpdir(), 'anling-duty-')), clock: openVirtualClock(), told: [], off: new Set(), walls: new Set() },
    complaints: [],
  }
  let running = await start(world)
  onTestFinished(async () => {
    const entries = await running.store.journal(null, 0, 10_000)
    for (const [, life] of Map.groupBy(entries, ({ event }) => event.subjectId))
      expect([...replayJournal(life)].filter(({ same }) => !same)).toEqual([])
    await running.stop()
    await rm(world.dataDir, { recursive: true })
    expect(world.complaints).toEqual([])
  })
  return {
    ...world,
    parts: () => running,
    wait: (span: Span) => world.clock.advance(span),
    async restart() {
      await running.stop()
      running = await start(world)
    },
    open: async () => (await running.store.openAlarms('all')).map(({ reason, siteId, detail }) => ({ reason, siteId, ...detail })),
    async press() {
      const press = {
        kind: 'sos-pressed',
        subjectId: 'rosa',
        siteId: 'chunjiang',
        at: world.clock.now(),
        deviceId: 'pendant',
        room: '',
      } as const
      await running.desk.handle({ ...press, causeId: `press:${world.clock.now()}`, claimedAt: null, unreadable: false, detail: {} })
      await world.clock.advance(seconds(1))
    },
  }
}

async function start({ dataDir, clock, told, off, walls, complaints }: World) {
  const trouble = (error: unknown) => void complaints.push(String(error))
  const log = () => {}
  const database = openDatabase({ dataDir, clock, ballastBytes: 4_096, onTrouble() {}, onFatal: trouble })
  const [store, directory, accounts, duty] = [
    openCareStore(database),
    openDirectory(database),
    openAccounts(database),
    openDutyStore(database),
  ]
  if ((await directory.sites()).length === 0) await settleIn({ directory, accounts })
  const bus = openLocalBus(trouble)
  const desk = openDesk({ store, directory: { planFor: async () => dutyPlan }, bus, clock, log, onBroken: trouble })
  const channels = alsoToDuty({ duty, directory, accounts, clock }, openTelephones(told, off))
  const health = openChannelHealth(clock, channels)
  const timekeeper = startTimekeeper({ store, desk, clock, log })
  const outbox = startOutbox({ store, channels, bus, clock, log, health })
  const watch = startDutyWatch({ duty, directory, desk, channels, health, clock, log, openAlarms: await store.openAlarms('all') })
  watch.follow((siteId) => walls.has(siteId))
  await settle()
  return {
    ...{ store, desk, duty, watch, health, accounts },
    async stop() {
      watch.stop()
      await timekeeper.stop()
      await outbox.stop()
      await desk.idle()
      await store.close()
      database.close()
    },
  }
}

type Place = { directory: ReturnType<typeof openDirectory>; accounts: ReturnType<typeof openAccounts> }

async function settleIn({ directory, accounts }: Place) {
  const lived = ['chunjiang', 'wanghu']
  await directory.put({
    sites: [chunjiang, wanghu, site('empty', '新建社区')],
    homes: lived.map((id) => ({
      id: `home-${id}`,
      siteId: id,
      building: '3',
      unit: '2',
      door: '502',
      address: '',
      entry: '',
      doorCode: '',
    })),
    residents: lived.map((id) => ({
      ...{ id: id === 'chunjiang' ? 'rosa' : 'mei', siteId: id, homeId: `home-${id}`, name: '王秀英', sex: 'female', birthYear: 1941 },
      ...{ phone: '', livesAlone: true, speech: '', medical: [], mode: 'home', modeUntil: null },
      ...{ inactivityDayHours: null, inactivityNightHours: null, silenceBudget: null },
    })),
  })
  for (const id of ['wang', 'li']) await accounts.putUser(officer(id), 'no password')
}

test('a press at night calls whoever is on duty at that moment, and a swap made a minute ago holds', async () => {
  const here = await community()
  await here.parts().duty.putShift(night)
  await here.press()
  expect(here.told).toEqual(['wang by telephone: button'])
  const swap: DutyException = { id: 'x', siteId: 'chunjiang', shiftId: 'night', day: '2026-07-01', out: 'wang', in: 'li', note: '' }
  await here.parts().duty.putException(swap)
  await here.press()
  expect(here.told).toEqual(['wang by telephone: button', 'li by telephone: button'])
})

test('with two on duty both are called at once, and one who may not sign in any more is not', async () => {
  const here = await community()
  await here.parts().duty.putShift({ ...night, personIds: ['wang', 'li'] })
  await here.press()
  expect(here.told).toEqual(['wang by telephone: button', 'li by telephone: button'])
  await here.parts().accounts.putUser({ ...officer('wang'), disabled: true })
  await here.press()
  expect(here.told.slice(2)).toEqual(['li by telephone: button'])
})

test('the duty officer whose telephone is off: the call is refused with a sentence, the plan goes on, and the next level hears that nobody can be reached', async () => {
  const here = await community()
  here.walls.add('wanghu')
  here.off.add('wang')
  await here.parts().duty.putShift(night)
  await here.press()
  expect(here.told).toEqual([])
  const [alarm] = await here.parts().store.openAlarms('all')
  const [notice] = await here.parts().store.noticesOf(alarm?.id ?? '')
  expect(notice).toMatchObject({ state: 'refused', attempts: 1 })
  expect(notice?.lastError).toMatch(/reach/)
  await here.wait(minutes(1))
  expect(here.told).toEqual(['siren of chunjiang: button'])
  await here.wait(minutes(2))
  expect(await here.open()).toContainEqual(
    expect.objectContaining({ reason: 'wall-unattended', siteId: 'wanghu', level: 'street', siteIds: 'chunjiang', siteNames: '春江社区' }),
  )
  here.off.clear()
  await here.wait(minutes(1))
  expect((await here.open()).map(({ reason }) => reason)).toEqual(['button'])
})

test('the site with nobody on duty: its wall went dark, so the desk of the same street is told, once, until somebody is back', async () => {
  const here = await community()
  here.walls.add('chunjiang').add('wanghu')
  await here.wait(minutes(5))
  expect(await here.open()).toEqual([])
  here.walls.delete('chunjiang')
  await here.wait(seconds(30))
  expect(await here.open()).toEqual([])
  await here.wait(seconds(31))
  const raised = [{ reason: 'wall-unattended', siteId: 'wanghu', level: 'street', siteIds: 'chunjiang' }]
  expect(await here.open()).toMatchObject(raised)
  const [alarm] = await here.parts().store.openAlarms('all')
  expect(alarm).toMatchObject({ priority: 1, presses: 1 })
  await here.wait(minutes(20))
  expect((await here.parts().store.openAlarms('all')).map(({ id, presses }) => ({ id, presses }))).toEqual([{ id: alarm?.id, presses: 1 }])
  here.walls.add('chunjiang')
  await here.wait(minutes(1))
  expect(await here.open()).toEqual([])
  expect(await here.parts().store.alarm(alarm?.id ?? '')).toMatchObject({ state: 'resolved', by: 'system' })
})

test('when the desk that looked after it goes too, both are one alarm, and a restart says nothing twice', async () => {
  const here = await community()
  here.walls.add('chunjiang').add('wanghu')
  await here.wait(minutes(2))
  here.walls.clear()
  await here.wait(minutes(2))
  const both = [{ siteId: 'chunjiang', level: 'nobody', siteIds: 'chunjiang wanghu' }]
  expect(await here.open()).toMatchObject(both)
  await here.restart()
  await here.wait(minutes(5))
  expect(await here.open()).toMatchObject(both)
  expect(await here.parts().store.openAlarms('all')).toMatchObject([{ presses: 1 }])
})

test('closed by a person although nobody came: it is said again after half an hour, not at once', async () => {
  const here = await community()
  here.walls.add('wanghu').add('chunjiang')
  await here.wait(minutes(2))
  here.walls.delete('chunjiang')
  await here.wait(minutes(2))
  const [alarm] = await here.parts().store.openAlarms('all')
  const asked = { subjectId: alarm?.subjectId ?? '', siteId: 'wanghu', alarmId: alarm?.id ?? '', by: 'mei' }
  await here.parts().desk.handle({ ...asked, kind: 'acknowledge-asked', at: here.clock.now() })
  await here.parts().desk.handle({ ...asked, kind: 'resolve-asked', outcome: 'technical-fixed', text: 'told them', at: here.clock.now() })
  await here.wait(minutes(20))
  expect(await here.open()).toEqual([])
  await here.wait(minutes(15))
  expect(await here.open()).toMatchObject([{ siteIds: 'chunjiang' }])
})

test('a fresh installation without a rota and without a desk rings for nobody and says so on the health page', async () => {
  const here = await community()
  await here.wait(minutes(10))
  expect(await here.open()).toEqual([])
  expect(here.parts().watch.findings()).toMatchObject([{ kind: 'duty-unset', message: expect.stringContaining('2 sites') }])
  here.walls.add('chunjiang')
  await here.wait(minutes(1))
  expect(here.parts().watch.findings()).toMatchObject([{ message: expect.stringContaining('1 site ') }])
})

test('a channel that does not work reaches nobody, however well the number is known', async () => {
  const here = await community()
  here.walls.add('wanghu')
  await here.parts().duty.putShift(night)
  await here.parts().duty.putShift(day)
  await here.wait(minutes(5))
  expect(await here.open()).toEqual([])
  here.parts().health.note('voice-twilio', { outcome: 'refused', why: 'HTTP 401', broken: true })
  await here.wait(minutes(2))
  expect(await here.open()).toMatchObject([{ siteId: 'wanghu', siteIds: 'chunjiang' }])
})

test('in the first minute after a start nobody is missed: walls need a moment to come back', async () => {
  const here = await community()
  here.walls.add('chunjiang').add('wanghu')
  await here.wait(minutes(2))
  here.walls.clear()
  await here.restart()
  await here.wait(seconds(80))
  expect(await here.open()).toEqual([])
  await here.wait(seconds(50))
  expect(await here.open()).toHaveLength(1)
})
