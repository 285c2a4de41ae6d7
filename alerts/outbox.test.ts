/** The outbox: every owed call is made or withdrawn, no channel waits for another, and nobody is called twice for nothing. */
import { expect, onTestFinished, test } from 'vitest'
import { openLocalBus } from '../bus/bus.ts'
import type { RaisedAlarm, Recipient } from '../domain/alarm.ts'
import { after, hours, milliseconds, seconds } from '../domain/time.ts'
import { acknowledged, exampleNotice, raisedAlarm, resolved, start, turnTo } from '../store/examples.contract.ts'
import type { CareStore } from '../store/store.ts'
import { openTemporaryStore } from '../test/temporary-store.ts'
import { openVirtualClock } from '../test/virtual-clock.ts'
import type { Channel, Letter, Sent } from './channels/channel.ts'
import { backOff, startOutbox } from './outbox.ts'

type Answer = (letter: Letter, signal: AbortSignal) => Promise<Sent>
const ok: Answer = async () => ({ outcome: 'delivered', why: '' })
const never: Answer = () => new Promise(() => {})

async function openWorld(channels: Record<string, Answer>, changes: (store: CareStore) => Partial<CareStore> = () => ({})) {
  const { store, discard } = await openTemporaryStore()
  const clock = openVirtualClock(start)
  const letters: Letter[] = []
  const complaints: string[] = []
  const bus = openLocalBus(() => {})
  const all: Channel[] = Object.entries(channels).map(([name, answer]) => ({
    name,
    send(letter, signal) {
      letters.push(letter)
      return answer(letter, signal)
    },
  }))
  const log = (_level: string, message: string) => void complaints.push(message)
  const outbox = startOutbox({ store: { ...store, ...changes(store) }, channels: all, bus, clock, log })
  onTestFinished(async () => {
    await outbox.stop()
    await discard()
  })
  return { store, clock, letters, complaints, outbox, ring: () => bus.publish([]) }
}

const by = (channel: string): Recipient => ({ contactId: null, label: 'centre', channel })

/** An alarm that owes these calls, each by a channel. */
async function owe(store: CareStore, name: string, channels: readonly string[]): Promise<RaisedAlarm> {
  const alarm = raisedAlarm(name, `p-${name}`)
  const notices = channels.map((channel, n) => ({ ...exampleNotice(alarm, `${alarm.id}/${n}`), recipient: by(channel) }))
  await store.commit(turnTo(alarm, await store.load(name), { notices }))
  return alarm
}

const statesOf = async (store: CareStore, alarm: RaisedAlarm) => (await store.noticesOf(alarm.id)).map(({ state }) => state)

test('a ring of the bus is enough; nobody waits for the next second', async () => {
  const { store, clock, letters, ring } = await openWorld({ phone: ok })
  const alarm = await owe(store, 'rosa', ['phone'])
  ring()
  await clock.advance(milliseconds(50))
  expect(letters).toMatchObject([{ alarmId: alarm.id, attempt: 1, subjectId: 'rosa' }])
  expect(await statesOf(store, alarm)).toEqual(['delivered'])
})

test('hundreds of calls stuck in one channel do not hold up another', async () => {
  const { store, clock, letters } = await openWorld({ stuck: never, phone: ok })
  for (let n = 0; n < 30; n += 1) await owe(store, `s${n}`, Array(20).fill('stuck'))
  await clock.advance(seconds(1))
  const alarm = await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(1))
  expect(letters.at(-1)?.recipient.channel).toBe('phone')
  expect(await statesOf(store, alarm)).toEqual(['delivered'])
  expect(letters.filter((letter) => letter.recipient.channel === 'stuck')).toHaveLength(8)
})

test('before each call it looks again: answered while it was on its way means not wanted', async () => {
  const { store, clock, letters } = await openWorld({ phone: ok }, (real) => ({
    async alarm(id) {
      const found = await real.alarm(id)
      if (found?.state === 'raised') {
        const taken = acknowledged(found, start)
        await real.commit(turnTo(taken, await real.load('rosa'), { kind: 'alarm-acknowledged', withdrawn: [id] }))
      }
      return real.alarm(id)
    },
  }))
  const alarm = await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(5))
  expect(letters).toEqual([])
  expect(await statesOf(store, alarm)).toEqual(['withdrawn'])
})

test('a call owed after the answer is made, even when the clock was turned back in between; one of a closed alarm is not', async () => {
  const { store, clock, letters } = await openWorld({ phone: ok })
  const answered = acknowledged(raisedAlarm('ann', 'a'), after(start, hours(2)))
  const again = { ...exampleNotice(answered, `${answered.id}/again`, start), recipient: by('phone') }
  await store.commit(turnTo(answered, await store.load('ann'), { notices: [again] }))
  const over = resolved(raisedAlarm('bob', 'b'), start)
  await store.commit(
    turnTo(over, await store.load('bob'), { notices: [{ ...exampleNotice(over, `${over.id}/over`), recipient: by('phone') }] }),
  )
  await clock.advance(seconds(2))
  expect(letters.map((letter) => letter.id)).toEqual(['sos:a/again'])
  expect((await store.noticesOf(over.id)).map(({ state }) => state)).toEqual(['withdrawn'])
})

test('a call put out of reach by a clock turned back while we were off is made', async () => {
  const { store, clock, letters } = await openWorld({ phone: ok })
  const alarm = raisedAlarm('rosa', 'p')
  const notice = { ...exampleNotice(alarm, `${alarm.id}/n`, after(start, hours(5))), recipient: by('phone') }
  await store.commit(turnTo(alarm, await store.load('rosa'), { notices: [notice] }))
  await clock.advance(seconds(12))
  expect(letters).toHaveLength(1)
})

test('what was delivered but could not be recorded is not called again, and is recorded later', async () => {
  let full = true
  const { store, clock, letters } = await openWorld({ phone: ok }, (real) => ({
    recordNotice: (result) => (full ? Promise.reject(new Error('disk full')) : real.recordNotice(result)),
  }))
  const alarm = await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(20))
  expect(letters).toHaveLength(1)
  expect(await statesOf(store, alarm)).toEqual(['owed'])
  full = false
  await clock.advance(seconds(1))
  expect(await statesOf(store, alarm)).toEqual(['delivered'])
  expect(letters).toHaveLength(1)
})

test('a channel that throws has failed once, like any other', async () => {
  const throws: Answer = () => Promise.reject(new Error('broken wire'))
  const { store, clock } = await openWorld({ phone: throws })
  const alarm = await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(1))
  expect(await store.noticesOf(alarm.id)).toMatchObject([{ state: 'owed', attempts: 1, lastError: 'broken wire' }])
})

test('a receiver that asks for time is given it', async () => {
  const busy: Answer = async () => ({ outcome: 'retry', why: 'HTTP 429', retryAfter: seconds(40) })
  const { store, clock, letters } = await openWorld({ phone: busy })
  await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(39))
  expect(letters).toHaveLength(1)
  await clock.advance(seconds(3))
  expect(letters).toHaveLength(2)
})

test('stopping calls off what is under way and leaves it owed, not failed', async () => {
  const until: Answer = (_letter, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve({ outcome: 'retry', why: 'called off' })))
  const { store, clock, outbox } = await openWorld({ phone: until })
  const alarm = await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(1))
  expect(outbox.busy()).toBe(1)
  await outbox.stop()
  expect(await store.noticesOf(alarm.id)).toMatchObject([{ state: 'owed', attempts: 0, lastError: '' }])
})

test('a channel that is not set up is complained about once, not for each call', async () => {
  const { store, clock, complaints } = await openWorld({ phone: ok })
  for (let n = 0; n < 10; n += 1) await owe(store, `s${n}`, ['pigeon'])
  await clock.advance(seconds(2))
  expect(complaints).toEqual(['Plans name a channel that is not set up; such calls are not made'])
})

test('a wall clock turned back does not put off the next try', async () => {
  const fails: Answer = async () => ({ outcome: 'retry', why: 'HTTP 500' })
  const { store, clock, letters } = await openWorld({ phone: fails })
  await owe(store, 'rosa', ['phone'])
  await clock.advance(seconds(2))
  const before = letters.length
  clock.turn(-7_200_000)
  await clock.advance(seconds(120))
  expect(letters.length).toBeGreaterThan(before)
})

test('waits double up to a minute, differ between calls, and are the same when the run is repeated', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => backOff('a', attempts))
  expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => backOff('a', attempts)))
  for (const [n, wait] of waits.entries()) {
    const plain = Math.min(1_000 * 2 ** n, 60_000)
    expect(wait).toBeGreaterThanOrEqual(plain * 0.75)
    expect(wait).toBeLessThanOrEqual(plain * 1.25 + 1)
  }
  expect(new Set(Array.from({ length: 50 }, (_, n) => backOff(`id-${n}`, 3))).size).toBeGreaterThan(30)
})
