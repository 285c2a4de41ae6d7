/** The daily message: once a day at the chosen time by the relative's own clock, also over restarts, and it says no more than is known. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hours, instant, minutes } from '../../domain/time.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { openStores } from '../../store/sqlite/stores.ts'
import { openVirtualClock, settle } from '../../test/virtual-clock.ts'
import type { Channel, Letter, Sent } from '../channels/channel.ts'
import { openChannelHealth } from '../outbox/channel-health.ts'
import { openSilence } from '../silence.ts'
import { dailyWords, dueDay, startDailyMessages } from './daily-messages.ts'
import { openFamilyMail } from './messages.ts'

/** 07:00 in Shanghai, 01:00 in Berlin. */
const seven = Date.UTC(2026, 6, 1, 23)
let dataDir = ''
let clock = openVirtualClock(seven)
const sent: Letter[] = []
let answer: Sent = { outcome: 'delivered', why: '' }
const channel: Channel = {
  name: 'push',
  reaches: async () => true,
  async send(letter) {
    if (answer.outcome === 'delivered') sent.push(letter)
    return answer
  },
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'anling-daily-'))
  clock = openVirtualClock(seven)
  sent.length = 0
  answer = { outcome: 'delivered', why: '' }
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

/** The loop on the real stores; `stop` is the end of the process. */
async function start() {
  const stores = openStores({ dataDir, clock, ballastBytes: 4_096, onTrouble() {}, onFatal: (error) => Promise.reject(error) })
  const { directory, reach, family, care } = stores
  const directoryRows = await directory.rows('all')
  if (directoryRows.residents.length === 0) await fill(stores)
  const enrolment = { devices: await directory.watchedDevices(), residents: await directory.watchedResidents() }
  const silence = openSilence({ ...enrolment, pages: [], at: clock.now() })
  const health = openChannelHealth(clock, [channel])
  const mail = openFamilyMail({ channels: [channel], health, reach: reach.reach, personOf: async () => null, clock })
  const needs = { ...stores, store: care, silence, reach: reach.reach, mail, origin: 'https://care.example.org', clock, log() {} }
  const loop = startDailyMessages(needs)
  return {
    family,
    silence,
    run: loop.run,
    async stop() {
      await loop.stop()
      await stores.close()
    },
  }
}

type Stores = ReturnType<typeof openStores>

async function fill({ directory, family, reach }: Stores): Promise<void> {
  const resident = {
    siteId: 's',
    homeId: 'h',
    sex: 'female',
    birthYear: 1941,
    phone: '',
    livesAlone: true,
    speech: '',
    medical: [],
  } as const
  await directory.put({
    sites: [{ id: 's', name: 'S', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }],
    homes: [{ id: 'h', siteId: 's', building: '', unit: '', door: '1', address: '', entry: '', doorCode: '' }],
    residents: [
      {
        ...{ id: 'rosa', name: '王秀英', mode: 'home', modeUntil: null, ...resident },
        ...{ inactivityDayHours: null, inactivityNightHours: null, silenceBudget: null },
      },
    ],
    contacts: [{ id: 'anna', residentId: 'rosa', name: '王芳', relation: 'relative', phone: '', hasKey: false, order: 1 }],
  })
  const line = { at: clock.now(), userId: 'u', action: 'family-consent', subjectId: 'rosa', detail: '' }
  await family.putConsent({ residentId: 'rosa', contactId: 'anna', how: 'spoken', note: '', at: clock.now(), by: 'x' }, line)
  await family.putDaily({ residentId: 'rosa', contactId: 'anna', minute: 8 * 60, timeZone: '', doneDay: '' })
  await reach.putReach({
    ...{ personId: 'anna', phone: '', email: '', language: 'zh', subject: '妈妈', timeZone: '', day: ['push'], night: ['push'] },
    ...{ nightHours: { from: 0, until: 0 }, quiet: { from: 0, until: 1_439 } },
  })
}

/** Time passes a minute at a time, and each look is finished before the next. */
async function pass(running: Awaited<ReturnType<typeof start>>, length: number): Promise<void> {
  for (let minute = 0; minute < length; minute += 5) {
    await clock.advance(minutes(5))
    await running.run()
    await settle()
  }
}

test('comes once a day at its time, over a restart in the very minute, and with quiet hours', async () => {
  let running = await start()
  await pass(running, 55)
  expect(sent).toEqual([])
  await pass(running, 10)
  expect(sent.map(({ id, alarmId, plain }) => [id, alarmId, plain?.link])).toEqual([
    ['daily/anna/2026-07-02', '', 'https://care.example.org/family'],
  ])
  await running.stop()
  running = await start()
  await pass(running, 23 * 60)
  expect(sent.length).toBe(1)
  await pass(running, 60)
  expect(sent.map(({ id }) => id)).toEqual(['daily/anna/2026-07-02', 'daily/anna/2026-07-03'])
  await running.stop()
})

test('an absence over its time: sent while it is news, not in the evening', async () => {
  await (await start()).stop()
  await clock.advance(hours(3))
  let running = await start()
  await running.run()
  expect(sent.length).toBe(1)
  await running.stop()
  await clock.advance(hours(27))
  running = await start()
  await pass(running, 60)
  expect(sent.length).toBe(1)
  await running.stop()
})

test('a way that fails now is tried again, and nothing is sent twice for it', async () => {
  const running = await start()
  answer = { outcome: 'retry', why: 'HTTP 503' }
  await pass(running, 90)
  expect(sent).toEqual([])
  answer = { outcome: 'delivered', why: '' }
  await pass(running, 90)
  expect(sent.map(({ id }) => id)).toEqual(['daily/anna/2026-07-02'])
  await running.stop()
})

test('without consent there is no message', async () => {
  const running = await start()
  const line = { at: clock.now(), userId: 'u', action: 'family-consent-withdrawn', subjectId: 'rosa', detail: '' }
  await running.family.withdrawConsent({ residentId: 'rosa', contactId: 'anna' }, line)
  await pass(running, 120)
  expect(sent).toEqual([])
  await running.stop()
})

describe('when it is due', () => {
  const at = (text: string) => instant(Date.parse(text))
  test.each([
    ['before its time', 480, '', 'Asia/Shanghai', '2026-07-01T23:59:00Z', null],
    ['at its time', 480, '', 'Asia/Shanghai', '2026-07-02T00:00:00Z', '2026-07-02'],
    ['done today', 480, '2026-07-02', 'Asia/Shanghai', '2026-07-02T00:30:00Z', null],
    ['done yesterday', 480, '2026-07-01', 'Asia/Shanghai', '2026-07-02T00:30:00Z', '2026-07-02'],
    ['by the clock of Berlin', 480, '', 'Europe/Berlin', '2026-07-02T06:00:00Z', '2026-07-02'],
    ['late in the evening, looked at after midnight', 1_430, '', 'Asia/Shanghai', '2026-07-02T16:30:00Z', '2026-07-02'],
    ['too late to be news', 480, '', 'Asia/Shanghai', '2026-07-02T03:00:00Z', null],
  ] as const)('%s', (...[, minute, doneDay, zone, moment, day]) => {
    expect(dueDay({ minute, doneDay }, zone, at(moment))).toBe(day)
  })
})

describe('the words', () => {
  const told = { upAt: instant(seven), lastAt: instant(seven + 1_800_000), room: '客厅', at: instant(seven + 3_600_000) }
  const verdicts: readonly Verdict[] = ['alarm', 'well', 'quiet', 'overdue', 'away', 'unseen', 'unknown']
  test('say "safe and well" only when somebody saw her today', () => {
    for (const verdict of verdicts) {
      const zh = dailyWords({ ...told, verdict }, { language: 'zh', subject: '妈妈', timeZone: 'Asia/Shanghai' })
      const en = dailyWords({ ...told, verdict }, { language: 'en', subject: 'Mum', timeZone: 'Asia/Shanghai' })
      expect(zh.title.includes('平安'), verdict).toBe(verdict === 'well')
      expect(en.title.includes('safe and well'), verdict).toBe(verdict === 'well')
    }
  })
  test('times are the home’s, and yesterday’s are said to be', () => {
    const reader = { language: 'zh', subject: '妈妈', timeZone: 'Asia/Shanghai' } as const
    expect(dailyWords({ ...told, verdict: 'well' }, reader)).toEqual({
      title: '妈妈：今日平安',
      body: '今天 07:00 起来了。最近一次活动 07:30，客厅。',
    })
    const evening = instant(seven - 9 * 3_600_000)
    expect(dailyWords({ ...told, verdict: 'quiet', upAt: null, lastAt: evening }, reader).body).toContain('最近一次活动 7月1日 22:00')
  })
})
