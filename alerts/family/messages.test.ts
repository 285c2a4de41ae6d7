/** How relatives are written to: an honest answer to "would it reach me now?", and links only for those whose page opens. */
import { expect, test } from 'vitest'
import { type Reach, usualReach } from '../../domain/reach.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { onOwnPage } from '../channels/all.ts'
import { exampleLetter } from '../channels/channel.contract.ts'
import type { Channel, Letter, Sent } from '../channels/channel.ts'
import { openChannelHealth } from '../outbox/channel-health.ts'
import { openFamilyMail } from './messages.ts'

const anna = { residentId: 'rosa', contactId: 'anna', siteId: 's', timeZone: 'Asia/Shanghai' }

function world(wishes: Partial<Reach> = {}) {
  const clock = openVirtualClock()
  const sent: string[] = []
  const answers: Record<string, Sent> = {}
  const way = (name: string, canReach = true): Channel => ({
    name,
    reaches: async () => canReach,
    async send(letter) {
      const answer = answers[name] ?? { outcome: 'delivered', why: '' }
      if (answer.outcome === 'delivered') sent.push(`${name}: ${letter.plain?.title}`)
      return answer
    },
  })
  const place: Channel = { name: 'siren', send: async () => ({ outcome: 'delivered', why: '' }) }
  const channels = [way('push'), way('voice-twilio'), way('sms-twilio'), way('email', false), place]
  const health = openChannelHealth(clock, channels)
  const reach = async () => ({ ...usualReach('anna'), ...wishes })
  const person = { phone: '+8613800138000', email: '', language: 'zh', subject: '', timeZone: 'Asia/Shanghai', centrePhone: '' } as const
  const mail = openFamilyMail({ channels, health, reach, personOf: async () => person, clock })
  return { mail, sent, answers, health }
}

test('a call for help goes every way there is, in the order chosen; what fails now and what cannot reach is said', async () => {
  const { mail, health } = world({ day: ['sms-twilio'], night: ['sms-twilio'] })
  expect(mail.offered).toEqual(['push', 'voice-twilio', 'sms-twilio', 'email'])
  expect((await mail.reachNow(anna)).ways).toEqual([
    { channel: 'sms-twilio', state: 'ready' },
    { channel: 'push', state: 'ready' },
    { channel: 'voice-twilio', state: 'ready' },
    { channel: 'email', state: 'no-address' },
  ])
  health.note('sms-twilio', { outcome: 'refused', why: 'HTTP 401', broken: true })
  expect((await mail.reachNow(anna)).ways.map(({ channel, state }) => `${channel} ${state}`)).toEqual([
    'push ready',
    'voice-twilio ready',
    'sms-twilio not-working',
    'email no-address',
  ])
})

test('an ordinary message goes by the first way that carries words, and rings nobody’s telephone', async () => {
  const { mail, sent, answers } = world()
  const plain = { title: 'all is well', body: '', link: '' }
  expect(await mail.write(anna, { id: 'daily/anna/1', plain })).toBe('delivered')
  answers.push = { outcome: 'refused', why: 'HTTP 410' }
  expect(await mail.write(anna, { id: 'daily/anna/2', plain })).toBe('delivered')
  answers['sms-twilio'] = { outcome: 'retry', why: 'HTTP 503' }
  expect(await mail.write(anna, { id: 'daily/anna/3', plain })).toBe('retry')
  expect(sent).toEqual(['push: all is well', 'sms-twilio: all is well'])
})

test('who wants nothing but calls for help is written to by no way, and still reached by all when it matters', async () => {
  const { mail, sent } = world({ day: [], night: [] })
  expect(await mail.write(anna, { id: 'daily/anna/1', plain: { title: 'all is well', body: '', link: '' } })).toBe('refused')
  expect(sent).toEqual([])
  expect((await mail.reachNow(anna)).ways.filter(({ state }) => state === 'ready').length).toBe(3)
})

test('a message to somebody who joined leads to the alarm on the family’s page; to anybody else it leads nowhere', () => {
  const link = onOwnPage({ settings: { ANLING_PUBLIC_ORIGIN: 'https://care.example.org' }, hasPage: (id) => id === 'anna' })
  const to = (contactId: string | null, changes: Partial<Letter> = {}): Letter => ({
    ...exampleLetter(),
    alarmId: 'sos/1 2',
    recipient: { contactId, label: '', channel: 'push' },
    ...changes,
  })
  expect(link(to('anna'))).toBe('https://care.example.org/family#/alarm/sos%2F1%202')
  expect(link(to('ben'))).toBe('')
  expect(link(to(null))).toBe('')
  expect(link(to('anna', { plain: { title: '', body: '', link: 'https://care.example.org/family' } }))).toBe(
    'https://care.example.org/family',
  )
  expect(onOwnPage({ settings: { ANLING_PUBLIC_ORIGIN: '' }, hasPage: () => true })(to('anna'))).toBe('')
})
