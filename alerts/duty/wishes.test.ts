/** Whoever is on duty is called as they wish, at day and at night; a call for help is muted by nobody, and what it carries leads to the wall. */
import { expect, test } from 'vitest'
import type { Shift } from '../../domain/duty.ts'
import { type Reach, usualReach } from '../../domain/reach.ts'
import { instant } from '../../domain/time.ts'
import type { User } from '../../store/store.ts'
import { onOwnPage } from '../channels/all.ts'
import { exampleLetter } from '../channels/channel.contract.ts'
import type { Channel, Letter } from '../channels/channel.ts'
import { bodyOf } from '../channels/shared/words.ts'
import { openReachable } from '../outbox/reachable.ts'
import { alsoToDuty } from './to-duty.ts'
import { withDutyWishes } from './wishes.ts'

const wang: Partial<Reach> = {
  day: ['push', 'email'],
  night: ['voice-twilio'],
  nightHours: { from: 22 * 60, until: 6 * 60 },
  quiet: { from: 20 * 60, until: 22 * 60 },
}
/** Wang by her own wishes, Li as usual, both on duty all day. `at`: the clock of Shanghai. */
function house(at: string, ids: readonly string[] = ['wang'], siteIds: readonly string[] = ['site']) {
  const clock = { now: () => instant(Date.parse(`2026-11-22T${at}:00+08:00`)) }
  const shift: Shift = {
    ...{ id: 's', siteId: 'site', name: '', weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 0, personIds: ids, firstDay: '', lastDay: '' },
  }
  const user = (id: string): User => ({ id, name: id, displayName: id, role: 'operator', siteIds, disabled: false })
  const needs = {
    duty: { shifts: async () => [shift], exceptions: async () => [] },
    directory: {
      site: async (id: string) => ({ id, name: '', street: '', district: '', city: '', timeZone: 'Asia/Shanghai', phone: '' }),
    },
    accounts: { user: async (id: string) => user(id) },
    reach: { reach: async (id: string) => (id === 'wang' ? { ...usualReach(id), ...wang } : null) },
    clock,
  }
  const sent: string[] = []
  const link = onOwnPage({ settings: { ANLING_PUBLIC_ORIGIN: 'https://care.example.org' } })
  const channel = (name: string): Channel => ({
    name,
    reaches: async ({ recipient }) => recipient.contactId !== null,
    async send(letter) {
      sent.push(`${letter.recipient.contactId} by ${name} ${link(letter)}`)
      return { outcome: 'delivered', why: '' }
    },
  })
  const channels = alsoToDuty(needs, ['push', 'email', 'voice-twilio'].map(channel))
  const people = withDutyWishes(needs, { reach: needs.reach.reach, zoneOf: async () => 'Asia/Shanghai' })
  const ways = (kind: 'sos' | 'technical') =>
    openReachable({ channels, people, clock })({ personId: '@duty', subjectId: 'rosa', siteId: 'site', kind })
  const send = async (name: string, changes: Partial<Letter>) => {
    const letter = {
      ...exampleLetter(),
      siteId: 'site',
      alarmId: 'sos-1',
      recipient: { contactId: '@duty', label: 'duty', channel: 'any' },
      ...changes,
    }
    const answer = await channels.find((each) => each.name === name)?.send(letter, new AbortController().signal)
    return answer?.outcome
  }
  return { ways, send, sent, quietOf: async () => (await people.reach('@duty', 'site'))?.quiet }
}
const technical = { kind: 'technical', priority: 3 } as const

test('her order by day, another one by night; for a call for help the ways she did not choose follow', async () => {
  expect(await house('12:00').ways('technical')).toEqual(['push', 'email'])
  expect(await house('12:00').ways('sos')).toEqual(['push', 'email', 'voice-twilio'])
  expect(await house('23:00').ways('technical')).toEqual(['voice-twilio'])
  expect(await house('23:00').ways('sos')).toEqual(['voice-twilio', 'push', 'email'])
})

test('in her quiet hours she hears of calls for help and of nothing else; the message leads to the alarm on the wall', async () => {
  const evening = house('21:00')
  expect(await evening.send('push', technical)).toBe('refused')
  expect(await evening.send('push', { kind: 'sos', priority: 1 })).toBe('delivered')
  expect(evening.sent).toEqual(['wang by push https://care.example.org/#/alarm/sos-1'])
})

test('whoever was moved to other sites is told nothing more of this one, whatever the rota still says', async () => {
  const moved = house('12:00', ['wang'], ['elsewhere'])
  expect(await moved.send('push', { kind: 'sos', priority: 1 })).toBe('refused')
  expect([moved.sent, await moved.ways('sos')]).toEqual([[], []])
})

test('whoever is on duty is asked to take the alarm, a relative whether she can go', () => {
  const context = { subject: '', timeZone: 'Asia/Shanghai', phone: '', link: 'https://care.example.org/#/alarm/sos-1' }
  const said = (isToStaff: boolean) =>
    (['zh', 'en'] as const).map((language) => bodyOf({ ...exampleLetter(), ...(isToStaff && { isToStaff }) }, { ...context, language }))
  expect(said(true)).toEqual([expect.stringContaining('sos-1 接警。'), expect.stringContaining('sos-1 and take it.')])
  expect(said(false)).toEqual([expect.stringContaining('能否前往'), expect.stringContaining('whether you can go')])
})

test('two on duty: each hears what they wish; it is quiet only when both want it', async () => {
  const both = house('21:00', ['wang', 'li'])
  expect(await both.quietOf()).toBeNull()
  expect(await both.send('push', technical)).toBe('delivered')
  expect(both.sent.map((line) => line.split(' ')[0])).toEqual(['li'])
  await both.send('push', { kind: 'sos', priority: 1 })
  expect(both.sent.map((line) => line.split(' ')[0])).toEqual(['li', 'wang', 'li'])
})

test('nobody on duty has no wishes, and a plain call for help is not quieted by them', async () => {
  expect(await house('12:00', []).ways('sos')).toEqual([])
})
