/** A terminal's line to the platform: one MQTT connection that comes back by itself, and an outbox that keeps what was not thanked. */
import { connect, type MqttClient } from 'mqtt'
import { type Clock, type Instant, milliseconds, seconds } from '../domain/time.ts'
import type { Random } from './random.ts'

/** `call`: kept and sent, byte for byte the same, until PUBACK. `record`: kept for a while and marked when it comes late. `beat`: of now or never. */
export type Urgency = 'call' | 'record' | 'beat'
export type Outgoing = { topic: string; body: Readonly<Record<string, unknown>>; urgency: Urgency; madeAt: Instant }

export type LinkNeeds = {
  brokerUrl: string
  deviceId: string
  token: string
  /** Topics of the replies to this terminal and to what it carries. */
  replyTopics: readonly string[]
  clock: Clock
  random: Random
  onReply(topic: string, payload: string): void
}

export type LinkCounts = { sent: number; thanked: number; sentAgain: number; dropped: number; connections: number }

export type Link = {
  send(message: Outgoing): void
  /** Opens the connection and keeps it open. */
  up(): void
  /** Breaks it as a pulled plug does, until `up`. */
  down(): void
  isUp(): boolean
  /** Nothing waits and nothing is on its way. */
  isIdle(): boolean
  counts(): LinkCounts
  stop(): void
}

type Item = Outgoing & { attempts: number; bytes: string | null }

const inFlightMost = 16
const recordsKept = 500
/** A message older than this is no longer news of now. */
const lateAfter = seconds(10)
const firstRetry = seconds(1)
const lastRetry = seconds(60)
/** A reply that never comes: the connection is worth nothing, try a new one. */
const thanksWithin = seconds(20)

export function openLink(needs: LinkNeeds): Link {
  const state: State = {
    needs,
    waiting: [],
    flying: new Set(),
    client: null,
    ready: false,
    wanted: false,
    failures: 0,
    cancelRetry: nothing,
  }
  const counts: LinkCounts = { sent: 0, thanked: 0, sentAgain: 0, dropped: 0, connections: 0 }
  const line = { state, counts }
  return {
    send(message) {
      if (message.urgency === 'beat' && !state.ready) return
      enqueue(line, { ...message, attempts: 0, bytes: null })
      flush(line)
    },
    up() {
      if (state.wanted) return
      state.wanted = true
      dial(line)
    },
    down: () => hangUp(line),
    isUp: () => state.ready,
    isIdle: () => state.waiting.length === 0 && state.flying.size === 0,
    counts: () => ({ ...counts }),
    stop: () => hangUp(line),
  }
}

type State = {
  needs: LinkNeeds
  waiting: Item[]
  flying: Set<Item>
  client: MqttClient | null
  ready: boolean
  wanted: boolean
  failures: number
  cancelRetry: () => void
}
type Line = { state: State; counts: LinkCounts }
const nothing = () => {}

/** Calls for help stand before everything else. */
function enqueue({ state, counts }: Line, item: Item): void {
  if (item.urgency === 'call') {
    const place = state.waiting.findIndex(({ urgency }) => urgency !== 'call')
    state.waiting.splice(place < 0 ? state.waiting.length : place, 0, item)
    return
  }
  state.waiting.push(item)
  if (state.waiting.length <= recordsKept) return
  const oldest = state.waiting.findIndex(({ urgency }) => urgency !== 'call')
  if (oldest < 0) return
  state.waiting.splice(oldest, 1)
  counts.dropped += 1
}

function flush(line: Line): void {
  const { state } = line
  while (state.ready && state.client && state.flying.size < inFlightMost) {
    const item = state.waiting.shift()
    if (!item) return
    fly(line, state.client, item)
  }
}

function fly(line: Line, client: MqttClient, item: Item): void {
  const { state, counts } = line
  state.flying.add(item)
  counts.sent += 1
  if (item.attempts > 0) counts.sentAgain += 1
  item.attempts += 1
  const bytes = bytesOf(item, state.needs.clock.now())
  const giveUp = state.needs.clock.later(thanksWithin, () => {
    if (state.flying.has(item) && state.client === client) client.stream.destroy()
  })
  client.publish(item.topic, bytes, { qos: 1 }, (error) => {
    giveUp()
    if (error || state.client !== client || !state.flying.delete(item)) return
    counts.thanked += 1
    flush(line)
  })
}

/** A call keeps the bytes of its first attempt, so that the platform knows it again; a record says when it comes late. */
function bytesOf(item: Item, now: Instant): string {
  if (item.bytes !== null) return item.bytes
  const late = now - item.madeAt > lateAfter
  const bytes = JSON.stringify(late ? { ...item.body, replay: true } : item.body)
  if (item.urgency === 'call') item.bytes = bytes
  return bytes
}

function dial(line: Line): void {
  const { state, counts } = line
  const { brokerUrl, deviceId, token, replyTopics, onReply } = state.needs
  const client = connect(brokerUrl, {
    clientId: deviceId,
    username: deviceId,
    password: token,
    clean: true,
    keepalive: 60,
    reconnectPeriod: 0,
    connectTimeout: 15_000,
    queueQoSZero: false,
  })
  state.client = client
  client.on('error', nothing) // told by 'close', which always follows
  client.on('message', (topic, payload) => onReply(topic, payload.toString()))
  client.on('close', () => lost(line, client))
  client.on('connect', () => {
    if (state.client !== client) return
    counts.connections += 1
    state.ready = true
    state.failures = 0
    if (replyTopics.length > 0) client.subscribe([...replyTopics], { qos: 1 }, nothing)
    flush(line)
  })
}

/** What was on its way may or may not have arrived: it waits again, in its old order, and goes out once more. */
function lost(line: Line, client: MqttClient): void {
  const { state } = line
  if (state.client !== client) return
  state.client = null
  state.ready = false
  const again = [...state.flying].filter(({ urgency }) => urgency !== 'beat')
  state.flying.clear()
  state.waiting.unshift(...again)
  client.end(true, nothing)
  if (!state.wanted) return
  const wait = Math.min(lastRetry, firstRetry * 2 ** Math.min(state.failures, 10)) * (0.5 + state.needs.random.next())
  state.failures += 1
  state.cancelRetry = state.needs.clock.later(milliseconds(Math.round(wait)), () => {
    if (state.wanted && !state.client) dial(line)
  })
}

function hangUp(line: Line): void {
  const { state } = line
  state.wanted = false
  state.cancelRetry()
  const client = state.client
  if (!client) return
  client.stream.destroy()
  lost(line, client)
}
