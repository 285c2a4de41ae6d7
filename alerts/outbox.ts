/** Makes the calls that are owed, each until it is delivered, refused or no longer wanted. No channel waits for another. */
import { createHash } from 'node:crypto'
import type { Bus } from '../bus/bus.ts'
import type { Alarm } from '../domain/alarm.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { SentCall } from '../domain/reach.ts'
import { after, between, type Clock, type Instant, instant, milliseconds, minutes, type Span, seconds } from '../domain/time.ts'
import type { CareStore, NoticeResult, StoredNotice } from '../store/store.ts'
import { type Channel, letterOf, type Sent } from './channels/channel.ts'
import { type ChannelHealth, openChannelHealth } from './outbox/channel-health.ts'
import { openFirsts } from './outbox/firsts.ts'
import { type Gates, openGates } from './outbox/gates.ts'
import { anyWay, noWishes, openWays, type People, type Way, type Ways, wayOf } from './outbox/ways.ts'
import { steadyTime } from './steady-time.ts'
import { within } from './within.ts'

export type OutboxNeeds = {
  store: Pick<CareStore, 'owedNotices' | 'noticesOf' | 'recordNotice' | 'alarm'>
  channels: readonly Channel[]
  bus: Pick<Bus, 'subscribe'>
  clock: Clock
  log: Log
  /** How people wish to be reached; without it everybody is reached in the usual order, at any hour. */
  people?: People
  /** Where it is noted which channels work; receipts may say more. */
  health?: ReturnType<typeof openChannelHealth>
  /** Remembers what a provider calls a message that it took, for its receipts. */
  remember?: (sent: SentCall) => Promise<void>
}

export type Outbox = {
  /** Calls being made or waiting for their channel, right now. */
  busy(): number
  /** What became of the latest calls by each channel. */
  health(): readonly ChannelHealth[]
  /** Makes no more calls and calls off those under way; they stay owed. Resolves when all have ended. */
  stop(): Promise<void>
}

const lookEvery = seconds(1)
/** From the bus's ring to the look for calls. */
const ringAfter = milliseconds(20)
/** New calls found in one look; when there may be more, the next look follows at once. */
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
/** Refusals remembered as told. */
const refusalsKept = 2_000
const endOfTime = instant(Number.MAX_SAFE_INTEGER)

type Office = OutboxNeeds & {
  now: () => Instant
  channelOf: ReadonlyMap<string, Channel>
  /** Results the store could not take yet: recorded at the next look, and not called twice meanwhile. */
  unrecorded: Map<string, NoticeResult>
  /** Channels that plans name and nobody set up: said once. */
  missed: Set<string>
  /** Refusals that were told. */
  refusals: ReturnType<typeof openFirsts>
  stopping: AbortController
  /** When all owed calls were last looked at, by `clock.elapsed()`. */
  thoroughAt: number
  ways: Ways
  health: ReturnType<typeof openChannelHealth>
}

/** Starts looking once a second and whenever the bus rings. */
export function startOutbox(needs: OutboxNeeds): Outbox {
  const channelOf = new Map(needs.channels.map((channel) => [channel.name, channel]))
  const health = needs.health ?? openChannelHealth(needs.clock, needs.channels)
  const office: Office = {
    ...needs,
    now: steadyTime(needs.clock),
    channelOf,
    unrecorded: new Map(),
    missed: new Set(),
    refusals: openFirsts(refusalsKept),
    stopping: new AbortController(),
    thoroughAt: Number.NEGATIVE_INFINITY,
    ways: openWays({ ...needs, ...(needs.people ?? noWishes), isTrusted: health.isTrusted }),
    health,
  }
  const gates = openGates(channelWidth)
  let looking: Promise<void> | null = null
  let rung = false

  const look = async () => {
    do {
      rung = false
      if ((await lookOnce(office, gates)) >= lookMax) rung = true
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
  const ringSoon = () => {
    stopWaiting ??= needs.clock.later(ringAfter, () => {
      stopWaiting = null
      ring()
    })
  }
  const unsubscribe = needs.bus.subscribe(ringSoon)
  // What was owed when the last process ended has waited enough.
  ringSoon()
  return {
    busy: gates.size,
    health: office.health.all,
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

/** Resolves with how many calls went on their way: with none, looking again at once would find nothing else. */
async function lookOnce(office: Office, gates: Gates): Promise<number> {
  let entered = 0
  try {
    for (const result of office.unrecorded.values()) await record(office, result)
    for (const notice of await dueNotices(office, gates.size())) {
      if (office.unrecorded.has(notice.id) || gates.has(notice.id)) continue
      const way = await wayOf(office, notice, office.now())
      if (way === null) continue
      if (way.go === 'later') await record(office, postponed(office, notice, way.at))
      // Where it leads nowhere it is still looked at again, behind a gate of its own: it may no longer be wanted.
      else gates.enter({ gate: way.go === 'by' ? way.channel : 'nowhere', id: notice.id }, () => deliver(office, notice, way))
      entered += 1
    }
  } catch (error) {
    office.log('error', `Owed calls could not be read and are looked for again: ${sentenceOf(error)}`)
  }
  return entered
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

/** The person wants quiet: no try was made. In slices, so that a change of mind or of clocks is noticed. */
function postponed(office: Office, notice: StoredNotice, until: Instant): NoticeResult {
  const slice = after(office.now(), waitMost)
  const nextTryAt = until < slice ? until : slice
  return { ...resultOf(office, notice), attempts: notice.attempts, nextTryAt, lastError: 'The person wants quiet at this hour.' }
}

/** One try. Whatever fails here leaves the notice owed. */
async function deliver(office: Office, notice: StoredNotice, way: Exclude<Way, { go: 'later' }>): Promise<void> {
  if (office.stopping.signal.aborted) return
  // Found not to work while this call waited behind its gate: the next look chooses another way.
  if (way.go === 'by' && way.others && !office.health.isTrusted(way.channel)) return
  try {
    const alarm = await office.store.alarm(notice.alarmId)
    if (!alarm || !(await stillNeeded(office, alarm, notice))) {
      return await record(office, { ...resultOf(office, notice), attempts: notice.attempts, state: 'withdrawn' })
    }
    const channel = way.go === 'by' ? way.channel : ''
    const sent = way.go === 'by' ? await send(office, { channel, notice }, alarm) : nobodyReached
    // Called off because we stop: it was not a try, and the next start makes it.
    if (sent.outcome === 'retry' && office.stopping.signal.aborted) return
    office.health.note(channel, sent)
    await record(office, resultAfter(office, { notice, channel }, sent))
    if (sent.outcome === 'delivered' && sent.reference) await remember(office, { notice, channel, reference: sent.reference })
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

const nobodyReached: Sent = { outcome: 'refused', why: 'No channel here reaches this person.' }

type Try = { notice: StoredNotice; channel: string }

async function send({ channelOf, clock, stopping }: Office, { notice, channel: name }: Try, alarm: Alarm): Promise<Sent> {
  const channel = channelOf.get(name)
  if (!channel) return noSuchChannel
  try {
    const patience = { clock, limit: callTime, what: 'The channel', until: stopping.signal }
    return await within(patience, (signal) => channel.send(letterOf(notice, alarm), signal))
  } catch (error) {
    return { outcome: 'retry', why: sentenceOf(error) }
  }
}

function resultAfter(office: Office, { notice, channel }: Try, sent: Sent): NoticeResult {
  const { outcome, why } = sent
  const tried = resultOf(office, notice)
  if (outcome === 'delivered') return { ...tried, state: 'delivered' }
  // Held back by our own limit: nothing was tried, and a flood is no news.
  const held = outcome === 'retry' && sent.held === true
  const result = { ...tried, attempts: held ? notice.attempts : tried.attempts, lastError: why }
  if (!held) complain(office, { notice, channel }, { ...sent, attempts: result.attempts })
  const others = othersAfter(office, { notice, channel }, outcome)
  // Another way is tried at once: somebody may be lying on the floor.
  if (others.untried > 0) return { ...result, nextTryAt: office.now() }
  if (outcome === 'refused' && others.possible === 0) return { ...result, state: 'refused' }
  const asked = sent.outcome === 'retry' ? (sent.retryAfter ?? 0) : 0
  const wait = Math.max(backOff(notice.id, Math.max(1, result.attempts)), asked)
  return { ...result, nextTryAt: after(office.now(), milliseconds(wait)) }
}

/** The ways that are left after this try; none when the plan named the one way. */
function othersAfter({ ways }: Office, { notice, channel }: Try, outcome: Sent['outcome']): ReturnType<Ways['left']> {
  if (notice.recipient.channel !== anyWay || notice.recipient.contactId === null) return { untried: 0, possible: 0 }
  ways.tried(notice, channel, outcome === 'refused')
  return ways.left(notice)
}

function complain(office: Office, { notice, channel }: Try, { outcome, why, attempts }: Sent & { attempts: number }): void {
  if (office.channelOf.has(channel) || channel === '') {
    // A plan asks again each minute, and a site without a siren refuses each time: told once for each alarm and channel.
    if (outcome === 'refused' && !office.refusals.isFirst(`${notice.alarmId} ${channel} ${why}`)) return
    office.log('warn', `A call was not delivered: ${why}`, { ...idsOf(notice), channel, outcome, attempts })
  } else if (!office.missed.has(channel)) {
    office.missed.add(channel)
    office.log('warn', 'Plans name a channel that is not set up; such calls are not made', { channel })
  }
}

/** Without it a receipt finds no call; the call itself was made. */
async function remember({ remember, log, now }: Office, { notice, channel, reference }: Try & { reference: string }): Promise<void> {
  try {
    await remember?.({ channel, reference, noticeId: notice.id, at: now() })
  } catch (error) {
    log('warn', `What a provider calls a message could not be kept: ${sentenceOf(error)}`, idsOf(notice))
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

async function record({ store, unrecorded, log, ways }: Office, result: NoticeResult): Promise<void> {
  try {
    await store.recordNotice(result)
    unrecorded.delete(result.id)
    if (result.state !== 'owed') ways.forget(result.id)
  } catch (error) {
    unrecorded.set(result.id, result)
    log('error', `What became of a call could not be recorded yet: ${sentenceOf(error)}`, { notice: result.id, state: result.state })
  }
}

const idsOf = ({ id, alarmId, recipient }: StoredNotice) => ({ notice: id, alarm: alarmId, channel: recipient.channel })
