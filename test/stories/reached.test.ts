/** Stories of telephones: in another part of the world, and behind a provider that promises and does nothing. */
import { expect, test } from 'vitest'
import type { Channel } from '../../alerts/channels/channel.ts'
import type { Plan } from '../../domain/alarm.ts'
import { usualReach } from '../../domain/reach.ts'
import { hours, minutes, seconds } from '../../domain/time.ts'
import { home } from '../story.ts'

/** Her daughter any way that reaches her, again each minute; after two minutes the siren too. */
const daughterPlan: Plan = {
  ...{ id: 'daughter', name: 'Daughter', repeatEvery: minutes(1), lease: seconds(90) },
  steps: [
    { wait: seconds(0), tell: [{ contactId: 'anna', label: 'anna', channel: 'any' }] },
    {
      wait: minutes(2),
      tell: [
        { contactId: 'anna', label: 'anna', channel: 'any' },
        { contactId: null, label: 'the centre', channel: 'siren' },
      ],
    },
  ],
}

/** Each says that it delivered; `lies` names those after which no telephone rang. */
function telephones(rang: string[], lies: readonly string[] = []): Channel[] {
  return ['push', 'sms-twilio', 'voice-twilio', 'siren'].map((name) => ({
    name,
    reaches: async () => name !== 'siren',
    async send() {
      if (!lies.includes(name)) rang.push(name)
      return { outcome: 'delivered', why: '' }
    },
  }))
}

test('the relative in another time zone: her night is the night where she lives', async () => {
  const rang: string[] = []
  const anna = {
    ...usualReach('anna'),
    timeZone: 'Europe/London',
    day: ['push'],
    night: ['voice-twilio'],
    quiet: { from: 22 * 60, until: 7 * 60 },
  }
  const it = await home({
    plan: daughterPlan,
    channels: telephones(rang),
    people: { reach: async () => anna, zoneOf: async () => 'Asia/Shanghai' },
  })
  // Eight in the evening in Shanghai is noon in London.
  await it.press('p-1')
  expect(rang).toEqual(['push'])
  await it.acknowledge('lin')
  await it.note('lin', 'spoke')
  await it.resolve('lin', 'social-call')
  rang.length = 0
  // Eight in the morning in Shanghai is midnight in London: a push would be slept through, and her quiet hours hold for anything but a call for help.
  await it.wait(hours(12))
  await it.press('p-2')
  expect(rang).toEqual(['voice-twilio'])
})

test('the provider that says 200 and does nothing: nobody answers, so the next call goes another way, and the siren sounds for ever', async () => {
  const rang: string[] = []
  const anna = { ...usualReach('anna'), day: ['sms-twilio', 'voice-twilio'], night: ['sms-twilio', 'voice-twilio'] }
  const channels = telephones(rang, ['sms-twilio'])
  const it = await home({ plan: daughterPlan, channels, people: { reach: async () => anna, zoneOf: async () => 'Asia/Shanghai' } })
  await it.press('p-1')
  expect(rang).toEqual([])
  await it.wait(minutes(2))
  await it.wait(seconds(2))
  expect(rang).toEqual(expect.arrayContaining(['voice-twilio', 'siren']))
  rang.length = 0
  await it.wait(minutes(10))
  expect(rang.filter((name) => name === 'siren').length).toBeGreaterThanOrEqual(9)
  expect(rang).toContain('voice-twilio')
  expect((await it.alarm()).state).toBe('raised')
})
