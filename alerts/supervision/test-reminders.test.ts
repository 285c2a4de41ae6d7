/** Weekly reminders: at the hour of choice, once a week, in her language, to whoever has not tried the button; and to nobody else. */
import { expect, test } from 'vitest'
import { replyPayload } from '../../broker/replies.ts'
import type { Reminder, ReminderStore } from '../../domain/enrolment-reminders.ts'
import type { Reply } from '../../domain/message.ts'
import { days, hours, type Instant, minutes } from '../../domain/time.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { watchedDevice, watchedResident } from '../silence/examples.contract.ts'
import { startTestReminders } from './test-reminders.ts'

const inMemory = (): ReminderStore => {
  const kept = new Map<string, Reminder>()
  const of = (residentId: string): Reminder =>
    kept.get(residentId) ?? { residentId, isOff: false, language: 'zh', words: '', remindedAt: null }
  return {
    reminders: () => [...kept.values()],
    reminder: (residentId) => kept.get(residentId) ?? null,
    saveWish: async (wish) => void kept.set(wish.residentId, { ...of(wish.residentId), ...wish }),
    async saveReminded(ids, at) {
      for (const id of ids) kept.set(id, { ...of(id), remindedAt: at })
    },
  }
}

function open({ homes = 2, hour = 10 as number | null, store = inMemory() } = {}) {
  // Midnight in Shanghai.
  const clock = openVirtualClock(Date.UTC(2026, 6, 1, 16))
  const told: Reply[] = []
  const provenAt = new Map<string, Instant>()
  const numbers = Array.from({ length: homes }, (_, index) => index + 1)
  const devices = numbers.flatMap((number) => [
    watchedDevice(number),
    watchedDevice(number + homes, { id: `btn-${number}`, residentId: `r${number}`, residentNumber: number, role: 'sos-button' }),
  ])
  const residents = numbers.map((number) => watchedResident(number))
  const site = { id: 'site-a', name: '', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }
  const directory = { sites: async () => [site], watchedDevices: async () => devices, watchedResidents: async () => residents }
  const reminders = startTestReminders({
    ...{ directory, store, clock, hour, log: () => {}, owe: (reply) => void told.push(reply) },
    provenAt: (id) => provenAt.get(id) ?? null,
  })
  const prove = (number: number) => {
    for (const id of [`term-${number}`, `btn-${number}`]) provenAt.set(id, clock.now())
  }
  return { clock, told, prove, store, residents, ...reminders }
}
const hourOf = ({ at }: Reply) => new Date(at + 8 * 3_600_000).getUTCHours()

test('at ten in the morning, once a week, until the button is tried', async () => {
  const it = open()
  it.prove(2)
  await it.clock.advance(days(1))
  expect(it.told.map(({ deviceId }) => deviceId)).toEqual(['term-1'])
  expect(it.told.map(hourOf)).toEqual([10])
  await it.clock.advance(days(6))
  expect(it.told).toHaveLength(1)
  await it.clock.advance(days(2))
  // A week later she is asked again, and by now the neighbour's proof is old too.
  expect(it.told.map(({ deviceId }) => deviceId).sort()).toEqual(['term-1', 'term-1', 'term-2'])
  expect(new Set(it.told.map(hourOf))).toEqual(new Set([10]))
  it.prove(1)
  it.prove(2)
  it.told.length = 0
  await it.clock.advance(days(6))
  expect(it.told).toEqual([])
})

test('in her own language, or in the centre’s own words; not when she wishes none, is away, or the hour is switched off', async () => {
  const it = open({ homes: 5 })
  await it.store.saveWish({ residentId: 'r1', isOff: false, language: 'yue', words: '' })
  await it.store.saveWish({ residentId: 'r2', isOff: false, language: 'ug', words: 'own words of the centre' })
  await it.store.saveWish({ residentId: 'r3', isOff: true, language: 'zh', words: '' })
  it.residents[3] = { ...it.residents[3], mode: 'hospital', modeUntil: null } as never
  await it.clock.advance(hours(12))
  const said = new Map(it.told.map((reply) => [reply.deviceId, JSON.parse(replyPayload(reply))]))
  expect([...said.keys()].sort()).toEqual(['term-1', 'term-2', 'term-5'])
  expect(said.get('term-1')).toMatchObject({ kind: 'test-reminder', language: 'yue', alarmId: null })
  expect(said.get('term-1').say.yue).toContain('撳')
  expect(said.get('term-2').say).toMatchObject({ ug: 'own words of the centre', en: expect.any(String) })
  expect(said.get('term-5')).toMatchObject({ language: 'zh' })

  const off = open({ hour: null })
  await off.clock.advance(days(3))
  expect(off.told).toEqual([])
})

test('a restart in that very hour reminds nobody twice, and a whole town is told in portions', async () => {
  const store = inMemory()
  const first = open({ homes: 700, store })
  await first.clock.advance(minutes(605))
  expect(first.told).toHaveLength(500)
  await first.stop()
  const second = open({ homes: 700, store })
  await second.clock.advance(hours(11))
  expect(second.told).toHaveLength(200)
  expect(new Set([...first.told, ...second.told].map(({ deviceId }) => deviceId)).size).toBe(700)
})
