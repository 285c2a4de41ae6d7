/** Reaching people as they wish: way after way, in their own night, quiet but never for an SOS. With a real store and the real outbox. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { openLocalBus } from '../../bus/bus.ts'
import type { RaisedAlarm, Recipient } from '../../domain/alarm.ts'
import { type Reach, usualReach } from '../../domain/reach.ts'
import { after, hours, type Instant, instant, minutes, seconds } from '../../domain/time.ts'
import { exampleNotice, raisedAlarm, turnTo } from '../../store/examples.contract.ts'
import { openTemporaryStore } from '../../test/temporary-store.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import type { Channel, Sent } from '../channels/channel.ts'
import { startOutbox } from '../outbox.ts'

type Answer = () => Sent
const ok = (_?: unknown): Sent => ({ outcome: 'delivered', why: '' })
const down: Answer = () => ({ outcome: 'retry', why: 'HTTP 503' })
const no: Answer = () => ({ outcome: 'refused', why: 'HTTP 410' })
const held: Answer = () => ({ outcome: 'retry', why: 'limit', retryAfter: minutes(1), held: true })

const anna: Recipient = { contactId: 'anna', label: 'relative 1', channel: 'any' }
/** Eight in the evening in Shanghai. */
const evening = instant(Date.UTC(2026, 6, 1, 12))

async function openWorld(answers: Record<string, Answer>, wishes: Partial<Reach> = {}, startAt: Instant = evening) {
  const clock = openVirtualClock(startAt)
  const { store, discard } = await openTemporaryStore(clock)
  const told: string[] = []
  const remembered: string[] = []
  const log: string[] = []
  const channels: Channel[] = Object.keys(answers).map((name) => ({
    name,
    reaches: async () => true,
    async send() {
      const sent = answers[name]?.() ?? no()
      if (!('held' in sent)) told.push(`${name} ${sent.outcome}`)
      return sent
    },
  }))
  const world = { clock, told, answers, remembered, log, fail: false }
  const wish = () => {
    if (world.fail) throw new Error('disk')
    return { ...usualReach('anna'), ...wishes }
  }
  const outbox = startOutbox({
    ...{ store, channels, clock, bus: openLocalBus(() => {}), log: (_level, message) => void log.push(message) },
    people: { reach: async (id) => (id === 'anna' ? wish() : null), zoneOf: async () => 'Asia/Shanghai' },
    remember: async ({ channel, reference }) => void remembered.push(`${channel} ${reference}`),
  })
  onTestFinished(async () => {
    await outbox.stop()
    await discard()
  })
  let round = 0
  const owe = async (changes: Partial<RaisedAlarm> = {}, recipient: Recipient = anna) => {
    const alarm = { ...raisedAlarm('rosa', 'p'), ...changes } as RaisedAlarm
    const notice = { ...exampleNotice(alarm, `${alarm.id}/${round++}`, clock.now()), recipient }
    await store.commit(turnTo(alarm, await store.load('rosa'), { notices: [notice] }))
    return async () => (await store.noticesOf(alarm.id)).find(({ id }) => id === notice.id)
  }
  return Object.assign(world, { owe, outbox })
}

describe('any way', () => {
  test('the first choice of the hour is tried first', async () => {
    const day = await openWorld({ sms: ok, email: ok, push: ok }, { day: ['email', 'push'], night: ['sms'] })
    await day.owe()
    await day.clock.advance(seconds(1))
    expect(day.told).toEqual(['email delivered'])
    const night = await openWorld({ sms: ok, email: ok }, { day: ['email'], night: ['sms'] }, after(evening, hours(4)))
    await night.owe()
    await night.clock.advance(seconds(1))
    expect(night.told).toEqual(['sms delivered'])
  })

  test('night is the person’s own: a daughter in London is asleep when Shanghai is at breakfast', async () => {
    const wishes = { day: ['email'], night: ['voice'], timeZone: 'Europe/London' }
    const breakfast = instant(Date.UTC(2026, 6, 1, 0))
    const world = await openWorld({ voice: ok, email: ok }, wishes, breakfast)
    await world.owe()
    await world.clock.advance(seconds(1))
    expect(world.told).toEqual(['voice delivered'])
  })

  test('a way that fails is followed by the next at once, and all are tried again', async () => {
    const world = await openWorld({ push: down, sms: down, email: down }, { day: ['push', 'sms', 'email'] })
    await world.owe()
    await world.clock.advance(seconds(3))
    expect(world.told.slice(0, 3)).toEqual(['push retry', 'sms retry', 'email retry'])
    world.answers.sms = ok
    await world.clock.advance(minutes(1))
    expect(world.told.at(-1)).toBe('sms delivered')
  })

  test('a way that will never do is not tried twice; when all will not, the call is refused', async () => {
    const world = await openWorld({ push: no, sms: down }, { day: ['push', 'sms'] })
    const state = await world.owe()
    await world.clock.advance(seconds(30))
    expect(world.told.filter((line) => line === 'push refused')).toHaveLength(1)
    expect(await state()).toMatchObject({ state: 'owed' })
    world.answers.sms = no
    await world.clock.advance(minutes(2))
    expect(await state()).toMatchObject({ state: 'refused' })
  })

  test('a way over its limit is passed over without an attempt, and is not lost when the others refuse', async () => {
    const world = await openWorld({ push: held, sms: no }, { day: ['push', 'sms'] })
    const state = await world.owe()
    await world.clock.advance(seconds(5))
    expect(world.told).toEqual(['sms refused'])
    expect(await state()).toMatchObject({ state: 'owed' })
    world.answers.push = ok
    await world.clock.advance(minutes(2))
    expect(world.told).toEqual(['sms refused', 'push delivered'])
  })

  test('a delivered call that brought no answer makes the next begin a way further on', async () => {
    const world = await openWorld({ push: ok, voice: ok }, { day: ['push', 'voice'] })
    for (let n = 0; n < 3; n += 1) {
      await world.owe()
      await world.clock.advance(seconds(1))
    }
    expect(world.told).toEqual(['push delivered', 'voice delivered', 'push delivered'])
  })

  test('nobody who can be reached: said once, and refused', async () => {
    const world = await openWorld({}, {})
    const state = await world.owe()
    await world.clock.advance(seconds(2))
    expect(await state()).toMatchObject({ state: 'refused' })
    expect(world.log).toEqual(['A call was not delivered: No channel here reaches this person.'])
  })

  test('what a provider calls a message is remembered for its receipts', async () => {
    const world = await openWorld({ sms: () => ({ outcome: 'delivered', why: '', reference: 'SM1' }) })
    await world.owe()
    await world.clock.advance(seconds(1))
    expect(world.remembered).toEqual(['sms SM1'])
  })
})

describe('quiet', () => {
  const quiet = { from: 19 * 60, until: 21 * 60 }
  const light = { kind: 'technical', reason: 'battery-low', priority: 3 } as const

  test('keeps a weak battery until the quiet hours end, whatever the plan names', async () => {
    for (const channel of ['any', 'sms']) {
      const world = await openWorld({ sms: ok }, { day: ['sms'], quiet })
      const state = await world.owe(light, { ...anna, channel })
      await world.clock.advance(minutes(59))
      expect(world.told).toEqual([])
      expect(await state()).toMatchObject({ state: 'owed', attempts: 0 })
      await world.clock.advance(minutes(2))
      expect(world.told).toEqual(['sms delivered'])
    }
  })

  test('never keeps an SOS, nor anything else where somebody may be in danger', async () => {
    const world = await openWorld({ sms: ok }, { day: [], night: [], quiet: { from: 0, until: 24 * 60 } })
    await world.owe()
    await world.owe({ kind: 'environment', reason: 'smoke', priority: 1 })
    await world.clock.advance(seconds(1))
    expect(world.told).toEqual(['sms delivered', 'sms delivered'])
  })

  test('does not hold for a place', async () => {
    const world = await openWorld({ siren: ok }, { quiet: { from: 0, until: 24 * 60 } })
    await world.owe(light, { contactId: null, label: 'centre', channel: 'siren' })
    await world.clock.advance(seconds(1))
    expect(world.told).toEqual(['siren delivered'])
  })

  test('somebody who wants no small alarms at all gets none, and that is no failure of a channel', async () => {
    const world = await openWorld({ sms: ok }, { day: [], night: [] })
    const state = await world.owe(light)
    await world.clock.advance(seconds(2))
    expect(world.told).toEqual([])
    expect(await state()).toMatchObject({ state: 'refused' })
    expect(world.outbox.health()).toMatchObject([{ channel: 'sms', works: true }])
  })
})

test('a channel is said not to work after three failures in a row, and to work after one success', async () => {
  const world = await openWorld({ sms: down }, { day: ['sms'] })
  await world.owe()
  await world.clock.advance(seconds(20))
  expect(world.outbox.health()).toMatchObject([{ channel: 'sms', works: false, why: 'HTTP 503' }])
  world.answers.sms = ok
  await world.clock.advance(minutes(2))
  expect(world.outbox.health()).toMatchObject([{ channel: 'sms', works: true, failures: 0 }])
})

test('a channel that hangs is passed over by those who wait behind it: everybody is reached by another way', async () => {
  const clock = openVirtualClock(evening)
  const { store, discard } = await openTemporaryStore(clock)
  const told: string[] = []
  const hanging: Channel = {
    name: 'sms',
    reaches: async () => true,
    send: (_letter, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ outcome: 'retry', why: 'hangs' }), { once: true })),
  }
  const push: Channel = { name: 'push', reaches: async () => true, send: async ({ id }) => ok(told.push(id)) }
  const reach = async (id: string) => ({ ...usualReach(id), day: ['sms', 'push'] })
  const people = { reach, zoneOf: async () => 'Asia/Shanghai' }
  const outbox = startOutbox({ store, channels: [hanging, push], clock, bus: openLocalBus(() => {}), log: () => {}, people })
  onTestFinished(async () => {
    await outbox.stop()
    await discard()
  })
  for (let n = 0; n < 100; n += 1) {
    const alarm = raisedAlarm(`r${n}`, `p${n}`)
    const notice = { ...exampleNotice(alarm, `${alarm.id}/0`, clock.now()), recipient: { ...anna, contactId: `c${n}` } }
    await store.commit(turnTo(alarm, await store.load(`r${n}`), { notices: [notice] }))
  }
  // Eight hang for 15 s, two more begin before the third has failed; the other ninety wait for neither.
  await clock.advance(seconds(17))
  expect(new Set(told).size).toBeGreaterThanOrEqual(98)
  await clock.advance(seconds(16))
  expect(new Set(told).size).toBe(100)
})

test('a store that cannot say how somebody wishes to be reached holds up nobody else', async () => {
  const world = await openWorld({ sms: ok, siren: ok })
  world.fail = true
  await world.owe()
  await world.owe({}, { ...anna, channel: 'sms' })
  await world.owe({}, { contactId: null, label: 'centre', channel: 'siren' })
  await world.clock.advance(seconds(2))
  expect(world.told.sort()).toEqual(['siren delivered', 'sms delivered'])
  world.fail = false
  await world.clock.advance(seconds(2))
  expect(world.told).toHaveLength(3)
})

test('a key that only a person can mend says at once that the channel does not work; a wrong number does not', async () => {
  const world = await openWorld({ sms: no }, { day: ['sms'] })
  await world.owe()
  await world.clock.advance(seconds(1))
  expect(world.outbox.health()).toMatchObject([{ works: true }])
  world.answers.sms = () => ({ outcome: 'refused', why: 'key', broken: true })
  await world.owe()
  await world.clock.advance(seconds(1))
  expect(world.outbox.health()).toMatchObject([{ works: false, why: 'key' }])
})
