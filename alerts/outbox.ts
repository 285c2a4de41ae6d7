/** Makes the calls that are owed, each until it is delivered, refused or no longer wanted. No channel waits for another. */
import { createHash } from 'node:crypto'
import type { Bus } from '../bus/bus.ts'
import type { Alarm } from '../domain/alarm.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { after, between, type Clock, type Instant, instant, milliseconds, minutes, type Span, seconds } from '../domain/time.ts'
import type { CareStore, NoticeResult, StoredNotice } from '../store/store.ts'
import { type Channel, letterOf, type Sent } from './channels/channel.ts'
import { type Gates, openGates } from './gates.ts'
import { steadyTime } from './steady-time.ts'
import { within } from './within.ts'

export type OutboxNeeds = {
  store: Pick<CareStore, 'owedNotices' | 'noticesOf' | 'recordNotice' | 'alarm'>
  channels: readonly Channel[]
  bus: Pick<Bus, 'subscribe'>
  clock: Clock
  log: Log
}

export type Outbox = {
  /** Calls being made or waiting for their channel, right now. */
  busy(): number
  /** Makes no more calls and calls off those under way; they stay owed. Resolves when all have ended. */
  stop(): Promise<void>
}

const lookEvery = seconds(1)
/** From the bus's ring to the look for calls. */
const ringAfter = milliseconds(20)
/** New calls found in one look; the rest are found in the next. */
const lookMax = 500
/** Calls one channel makes at once. */
const channelWidth = 8
/** A channel that has not answered by then has failed, whatever it does. */
const callTime = seconds(15)
const backOffMin = seconds(1)
const backOffMax = seconds(60)
/** Longer than any wait this office sets between two tries. */
const waitMost = minutes(10)
/** How often all owed calls are looked at, to find those that a clock turned back has put out of reach. */
const thoroughEvery = seconds(10)
const thoroughMax = 5_000
const endOfTime = instant(Number.MAX_SAFE_INTEGER)

type Office = OutboxNeeds & {
  now: () => Instant
  channelOf: ReadonlyMap<string, Channel>
  /** Results the store could not take yet: recorded at the next look, and not called twice meanwhile. */
  unrecorded: Map<string, NoticeResult>
  /** Channels that plans name and nobody set up: said once. */
  missed: Set<string>
  stopping: AbortController
  /** When all owed calls were last looked at, by `clock.elapsed()`. */
  thoroughAt: number
}

/** Starts looking once a second and whenever the bus rings. */
export function startOutbox(needs: OutboxNeeds): Outbox {
  const channelOf = new Map(needs.channels.map((channel) => [channel.name, channel]))
  const office: Office = {
    ...needs,
    now: steadyTime(needs.clock),
    channelOf,
    unrecorded: new Map(),
    missed: new Set(),
    stopping: new AbortController(),
    thoroughAt: Number.NEGATIVE_INFINITY,
  }
  const gates = openGates(channelWidth)
  let looking: Promise<void> | null = null
  let rung = false

  const look = async () => {
    do {
      rung = false
      await lookOnce(office, gates)
    } while (rung && !office.stopping.signal.aborted)
  }
  const ring = () => {
    rung = true
    looking ??= look().finally(() => {
      looking = null
    })
  }
  const stopTicking = needs.clock.every(lookEvery, ring)
  let stopWaiting: (() => void) | null = null
  // The wall and the device's thanks go out first, and are on their way, before this takes the processor and the disk: a call takes seconds anyway.
  const unsubscribe = needs.bus.subscribe(() => {
    stopWaiting ??= needs.clock.later(ringAfter, () => {
      stopWaiting = null
      ring()
    })
  })
  return {
    busy: gates.size,
    async stop() {
      stopTicking()
      unsubscribe()
      stopWaiting?.()
      office.stopping.abort()
      await looking
      await gates.idle()
    },
  }
}

async function lookOnce(office: Office, gates: Gates): Promise<void> {
  try {
    for (const result of office.unrecorded.values()) await record(office, result)
    for (const notice of await dueNotices(office, gates.size())) {
      if (office.unrecorded.has(notice.id)) continue
      gates.enter({ gate: notice.recipient.channel, id: notice.id }, () => deliver(office, notice))
    }
  } catch (error) {
    office.log('error', `Owed calls could not be read and are looked for again: ${sentenceOf(error)}`)
  }
}

/** `inHand` are still owed, so they must not fill the page. */
async function dueNotices(office: Office, inHand: number): Promise<readonly StoredNotice[]> {
  const now = office.now()
  const due = await office.store.owedNotices(now, lookMax + inHand)
  if (office.clock.elapsed() - office.thoroughAt < thoroughEvery) return due
  const owed = await office.store.owedNotices(endOfTime, thoroughMax)
  office.thoroughAt = office.clock.elapsed()
  // Further ahead than it was ever set: the wall clock was turned back, and the call shall not wait for it to catch up.
  return [...due, ...owed.filter(({ nextTryAt }) => between(now, nextTryAt) > waitMost)]
}

/** One try. Whatever fails here leaves the notice owed. */
async function deliver(office: Office, notice: StoredNotice): Promise<void> {
  if (office.stopping.signal.aborted) return
  try {
    const alarm = await office.store.alarm(notice.alarmId)
    if (!alarm || !(await stillNeeded(office, alarm, notice))) {
      return await record(office, { ...resultOf(office, notice), attempts: notice.attempts, state: 'withdrawn' })
    }
    const sent = await send(office, notice, alarm)
    // Called off because we stop: it was not a try, and the next start makes it.
    if (sent.outcome === 'retry' && office.stopping.signal.aborted) return
    await record(office, resultAfter(office, notice, sent))
  } catch (error) {
    office.log('error', `A call could not be made and is looked for again: ${sentenceOf(error)}`, idsOf(notice))
  }
}

/** Answered or over since it was found? What is owed after somebody answered is a call for whoever answered; no clock decides which. */
async function stillNeeded({ store }: Office, alarm: Alarm, notice: StoredNotice): Promise<boolean> {
  if (alarm.state !== 'acknowledged') return alarm.state === 'raised'
  return (await store.noticesOf(alarm.id)).some(({ id, state }) => id === notice.id && state === 'owed')
}

/** A plan may name a channel that this platform was not given; the plan's other steps are how people are reached then. */
const noSuchChannel: Sent = { outcome: 'refused', why: 'There is no such channel here.' }

async function send({ channelOf, clock, stopping }: Office, notice: StoredNotice, alarm: Alarm): Promise<Sent> {
  const channel = channelOf.get(notice.recipient.channel)
  if (!channel) return noSuchChannel
  try {
    const patience = { clock, limit: callTime, what: 'The channel', until: stopping.signal }
    return await within(patience, (signal) => channel.send(letterOf(notice, alarm), signal))
  } catch (error) {
    return { outcome: 'retry', why: sentenceOf(error) }
  }
}

function resultAfter(office: Office, notice: StoredNotice, sent: Sent): NoticeResult {
  const { outcome, why } = sent
  const result = resultOf(office, notice)
  if (outcome === 'delivered') return { ...result, state: 'delivered' }
  const attempts = result.attempts
  complain(office, notice, { ...sent, attempts })
  if (outcome === 'refused') return { ...result, state: 'refused', lastError: why }
  const wait = Math.max(backOff(notice.id, attempts), sent.retryAfter ?? 0)
  return { ...result, nextTryAt: after(office.now(), milliseconds(wait)), lastError: why }
}

function complain(office: Office, notice: StoredNotice, { outcome, why, attempts }: Sent & { attempts: number }): void {
  const { channel } = notice.recipient
  if (office.channelOf.has(channel)) {
    office.log(outcome === 'refused' ? 'error' : 'warn', `A call was not delivered: ${why}`, { ...idsOf(notice), outcome, attempts })
  } else if (!office.missed.has(channel)) {
    office.missed.add(channel)
    office.log('warn', 'Plans name a channel that is not set up; such calls are not made', { channel })
  }
}

function resultOf({ now }: Office, { id, attempts, nextTryAt }: StoredNotice): NoticeResult {
  return { id, state: 'owed', attempts: attempts + 1, nextTryAt, lastError: '', at: now() }
}

/** Doubles from one second to a minute, give or take a quarter: many calls that failed together do not come back together. Derived, not drawn, so that a run can be repeated. */
export function backOff(id: string, attempts: number): Span {
  const plain = Math.min(backOffMin * 2 ** Math.min(attempts - 1, 16), backOffMax)
  const share = (createHash('sha256').update(`${id} ${attempts}`).digest()[0] ?? 0) / 255
  return milliseconds(Math.round(plain * (0.75 + share / 2)))
}

async function record({ store, unrecorded, log }: Office, result: NoticeResult): Promise<void> {
  try {
    await store.recordNotice(result)
    unrecorded.delete(result.id)
  } catch (error) {
    unrecorded.set(result.id, result)
    log('error', `What became of a call could not be recorded yet: ${sentenceOf(error)}`, { notice: result.id, state: result.state })
  }
}

const idsOf = ({ id, alarmId, recipient }: StoredNotice) => ({ notice: id, alarm: alarmId, channel: recipient.channel })
