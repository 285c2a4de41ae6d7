/** One simulated home: a terminal with its pendant and sensors, and somebody whose days move them. It knows only the public protocol. */
import type { Device, Role } from '../domain/device.ts'
import { type Clock, type Instant, instant, milliseconds, minutes, type Span, seconds } from '../domain/time.ts'
import { replyTopic, type UpKind, upTopic } from '../domain/topics.ts'
import { type Link, openLink, type Urgency } from './link.ts'
import { dayOf, type Habit, type Happening, habitOf } from './person.ts'
import type { Random } from './random.ts'

/** What the simulation must be told of a home: who carries what, and with which token it signs in. */
export type SimHome = {
  residentId: string
  building: string
  terminal: { id: string; token: string; heartbeatSeconds: number }
  devices: readonly Pick<Device, 'id' | 'role' | 'room'>[]
}

export type HomeNeeds = {
  home: SimHome
  brokerUrl: string
  clock: Clock
  random: Random
  seed: number
  /** How many times faster than the clock the person lives. Heartbeats keep the clock's pace. */
  speed: number
  utcOffset: Span
  onReply(reply: { deviceId: string; kind: string; id: string }): void
}

export type RunningHome = {
  home: SimHome
  link: Link
  /** A press on the pendant (or the terminal, where there is none). Returns its press id. */
  press(): string
  cancel(pressId?: string): void
  test(): string
  /** Any message of any device of this home. */
  publish(deviceId: string, kind: UpKind, body: Readonly<Record<string, unknown>>): void
  deviceOf(role: Role, room?: string): string | null
  /** The person can move no more, or moves again. */
  still(): void
  lively(): void
  /** She sits quietly, and can still press a button. */
  quiet(): void
  stop(): void
}

const msPerDay = 86_400_000
const msPerMinute = 60_000
const calls: ReadonlySet<UpKind> = new Set<UpKind>(['sos', 'cancel', 'test', 'answer', 'fall', 'smoke', 'gas', 'carbon-monoxide', 'water'])
const batteryEvery = minutes(60)
/** The longest wait that a timer takes on at once. */
const longestWait = minutes(60)

export function startHome(needs: HomeNeeds): RunningHome {
  const { home, clock } = needs
  const carried = home.devices.map(({ id }) => id)
  const link = openLink({
    brokerUrl: needs.brokerUrl,
    deviceId: home.terminal.id,
    token: home.terminal.token,
    replyTopics: [home.terminal.id, ...carried].map(replyTopic),
    clock,
    random: needs.random,
    onReply: (topic, payload) => answerReply(topic, payload),
  })
  const send: Send = (topic, body, urgency) => {
    const madeAt = clock.now()
    link.send({ topic, body: { ...body, at: madeAt }, urgency, madeAt })
  }
  const publish: RunningHome['publish'] = (deviceId, kind, body) => send(upTopic(deviceId, kind), body, calls.has(kind) ? 'call' : 'record')
  const answerReply = (topic: string, payload: string) => {
    const reply = parseReply(payload)
    if (!reply) return
    const deviceId = topic.split('/')[1] ?? ''
    needs.onReply({ deviceId, ...reply })
    asked.hear(reply.kind)
    send(upTopic(deviceId, 'reply-seen'), { id: reply.id }, 'beat')
  }
  const person = startPerson(needs, publish)
  const asked = answering(needs, publish)
  const beats = startBeats(needs, send)
  return {
    home,
    link,
    ...buttons(needs, publish),
    publish,
    deviceOf: (role, room) => home.devices.find((one) => one.role === role && (room === undefined || one.room === room))?.id ?? null,
    still() {
      person.stop()
      asked.setAble(false)
    },
    lively() {
      person.start()
      asked.setAble(true)
    },
    quiet: person.stop,
    stop() {
      asked.setAble(false)
      person.stop()
      beats()
      link.stop()
    },
  }
}

function parseReply(payload: string): { kind: string; id: string } | null {
  try {
    const value: unknown = JSON.parse(payload)
    if (typeof value !== 'object' || value === null || !('kind' in value) || !('id' in value)) return null
    return { kind: String(value.kind), id: String(value.id) }
  } catch {
    return null
  }
}

/** Press ids never repeat, not even after the simulation was started again with the same seed: they carry the moment. */
function buttons({ home, clock, random }: HomeNeeds, publish: RunningHome['publish']) {
  const pendant = home.devices.find(({ role }) => role === 'sos-button')?.id ?? home.terminal.id
  let presses = 0
  const newId = () => {
    presses += 1
    return `${clock.now().toString(36)}-${presses}-${random.whole(0, 1_679_615).toString(36)}`
  }
  const push = (kind: UpKind, id: string) => {
    publish(pendant, kind, { id })
    return id
  }
  return {
    press: () => push('sos', newId()),
    cancel: (pressId?: string) => void push('cancel', pressId ?? newId()),
    test: () => push('test', newId()),
  }
}

/** One in so many does not answer when she is asked whether she is all right: did not hear it, does not like it. */
const deafOneIn = 4

/** Asked by the terminal, most people press it within a minute or so; whoever cannot move presses nothing. */
function answering({ home, clock, random, seed, speed }: HomeNeeds, publish: RunningHome['publish']) {
  const isDeaf = seed % deafOneIn === 0
  let isAble = true
  let callOff: (() => void) | null = null
  const forget = () => {
    callOff?.()
    callOff = null
  }
  const press = () => {
    callOff = null
    publish(home.terminal.id, 'answer', {})
  }
  return {
    hear(kind: string) {
      if (kind === 'over') forget()
      if (kind !== 'check-in' || isDeaf || !isAble || callOff) return
      callOff = clock.later(milliseconds(Math.ceil(seconds(random.whole(15, 75)) / speed)), press)
    },
    setAble(able: boolean) {
      isAble = able
      if (!able) forget()
    },
  }
}

type Send = (topic: string, body: Readonly<Record<string, unknown>>, urgency: Urgency) => void

/** The terminal's heartbeat, at a phase of its own; once an hour the batteries of what it carries. */
function startBeats({ home, clock, random }: HomeNeeds, send: Send): () => void {
  const every = seconds(home.terminal.heartbeatSeconds)
  const signal = -random.whole(45, 85)
  const levels = home.devices.map(({ id }) => ({ id, percent: random.whole(30, 100) }))
  const beat = () =>
    send(upTopic(home.terminal.id, 'heartbeat'), { battery: 100, signal: signal + random.whole(-3, 3), mains: true }, 'beat')
  const reportBatteries = () => {
    for (const { id, percent } of levels) send(upTopic(id, 'battery'), { percent }, 'record')
  }
  const stops: (() => void)[] = []
  const firstBeat = clock.later(milliseconds(random.whole(0, every)), () => {
    beat()
    stops.push(clock.every(every, beat))
  })
  const firstReport = clock.later(milliseconds(random.whole(0, batteryEvery)), () => {
    reportBatteries()
    stops.push(clock.every(batteryEvery, reportBatteries))
  })
  return () => {
    firstBeat()
    firstReport()
    for (const stop of stops) stop()
  }
}

/** Which sensor sees what the person does; a home without such a sensor sees nothing. */
export function sensorFor(happening: Happening, home: SimHome): { id: string; kind: UpKind; body: Record<string, boolean> } | null {
  const find = (role: Role, room?: string) =>
    home.devices.find((one) => one.role === role && (room === undefined || one.id.startsWith(room)))
  if (happening.kind === 'motion') {
    const sensor = find('motion', happening.room)
    return sensor ? { id: sensor.id, kind: 'motion', body: { active: happening.active } } : null
  }
  const sensor = happening.kind === 'door' ? find('front-door') : find('bed')
  if (!sensor) return null
  return happening.kind === 'door'
    ? { id: sensor.id, kind: 'door', body: { open: happening.open } }
    : { id: sensor.id, kind: 'bed', body: { occupied: happening.occupied } }
}

/** The person's days, `speed` times as fast as the clock, from the moment of the start on. */
function startPerson(needs: HomeNeeds, publish: RunningHome['publish']): { start(): void; stop(): void } {
  const { clock, speed, home, utcOffset } = needs
  const habit = habitOf(needs.seed)
  const startedAt = clock.now()
  const startedElapsed = clock.elapsed()
  const lifeNow = () => startedAt + utcOffset + (clock.elapsed() - startedElapsed) * speed
  let upcoming: readonly Moment[] = []
  let reached = lifeNow()
  let cancel: (() => void) | null = null

  const next = () => {
    const now = lifeNow()
    while (upcoming.length === 0) {
      upcoming = momentsOf(habit, Math.floor(reached / msPerDay), reached)
      if (upcoming.length === 0) reached = (Math.floor(reached / msPerDay) + 1) * msPerDay
    }
    const wait = Math.max(0, ((upcoming[0]?.at ?? now) - now) / speed)
    cancel = clock.later(milliseconds(Math.min(longestWait, Math.ceil(wait))), run)
  }
  const run = () => {
    const now = lifeNow()
    const due = upcoming.filter(({ at }) => at <= now)
    upcoming = upcoming.slice(due.length)
    for (const { at, happening } of due) {
      reached = at + 1
      const sensor = sensorFor(happening, home)
      if (sensor) publish(sensor.id, sensor.kind, sensor.body)
    }
    next()
  }
  const stop = () => {
    cancel?.()
    cancel = null
  }
  const start = () => {
    if (cancel) return
    upcoming = []
    reached = Math.max(reached, lifeNow())
    next()
  }
  start()
  return { start, stop }
}

type Moment = { at: Instant; happening: Happening }

const momentsOf = (habit: Habit, day: number, from: number): Moment[] =>
  dayOf(habit, day)
    .map((happening) => ({ at: instant(day * msPerDay + happening.minute * msPerMinute), happening }))
    .filter(({ at }) => at >= from)
