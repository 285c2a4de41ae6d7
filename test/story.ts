/** A home to tell stories about: the real desk, engine, timekeeper, outbox, audit and SQLite store, with a clock that the story moves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { startAudit } from '../alerts/audit.ts'
import type { Channel, Letter, Sent } from '../alerts/channels/channel.ts'
import { openDesk } from '../alerts/desk.ts'
import { noWishes, type People } from '../alerts/outbox/ways.ts'
import { startOutbox } from '../alerts/outbox.ts'
import { replayJournal } from '../alerts/replay-journal.ts'
import { startTimekeeper } from '../alerts/timekeeper.ts'
import { openLocalBus } from '../bus/bus.ts'
import type { Fact, OpenAlarm, Plan } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { milliseconds, minutes, type Span, seconds } from '../domain/time.ts'
import { openCareStore } from '../store/sqlite/care.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import type { CareStore } from '../store/store.ts'
import { eventsOf } from './story-events.ts'
import { openVirtualClock, settle, type VirtualClock } from './virtual-clock.ts'

/** First the daughter's phone, after two minutes a call to the neighbour, then the whole centre, every minute. */
export const familyPlan: Plan = {
  id: 'family',
  name: 'Family first',
  steps: [
    { wait: seconds(0), tell: [{ contactId: 'contact-anna', label: 'anna', channel: 'push' }] },
    { wait: minutes(2), tell: [{ contactId: 'contact-ben', label: 'ben', channel: 'call' }] },
    { wait: minutes(3), tell: [{ contactId: null, label: 'the centre', channel: 'siren' }] },
  ],
  repeatEvery: minutes(1),
  lease: seconds(90),
}

/** The centre at once, and again every minute. */
export const centrePlan: Plan = {
  id: 'centre',
  name: 'Centre',
  steps: [{ wait: seconds(0), tell: [{ contactId: null, label: 'the centre', channel: 'siren' }] }],
  repeatEvery: minutes(1),
  lease: seconds(90),
}

export type HomeOptions = { plan?: Plan; channels?: readonly Channel[]; subjectId?: string; people?: People }

/** A channel that reaches everybody, unless told otherwise, and remembers what it said. */
export function storyChannel(
  name: string,
  hear: (line: string) => void,
  answer: (letter: Letter) => Promise<Sent> | Sent = reached,
): Channel {
  return {
    name,
    async send(letter) {
      const sent = await answer(letter)
      if (sent.outcome === 'delivered') hear(`${letter.recipient.label} by ${name}`)
      return sent
    },
  }
}
const reached = (): Sent => ({ outcome: 'delivered', why: '' })

type World = {
  dataDir: string
  clock: VirtualClock
  plan: Plan
  channels: readonly Channel[]
  people: People
  seen: Fact[]
  complaints: string[]
}

/** A quiet home. When the test ends, its journal is replayed and must give the same facts. */
export async function home(options: HomeOptions = {}) {
  const told: string[] = []
  const hear = (line: string) => void told.push(line)
  const clock = openVirtualClock()
  const world: World = {
    dataDir: await mkdtemp(join(tmpdir(), 'anling-story-')),
    clock,
    plan: options.plan ?? familyPlan,
    channels: options.channels ?? ['push', 'call', 'siren'].map((name) => storyChannel(name, hear)),
    people: options.people ?? noWishes,
    seen: [],
    complaints: [],
  }
  let running = await start(world)
  onTestFinished(async () => {
    await expectSameReplay(running.store)
    await running.stop()
    await rm(world.dataDir, { recursive: true })
  })
  const handle = async (draft: CareEventDraft) => {
    const { facts, refusal } = await running.desk.handle(draft)
    // The outbox lets the wall ring first, and looks a moment after the bus.
    await clock.advance(milliseconds(20))
    return { facts: facts.map((stored) => stored.fact.kind), refusal }
  }
  const open = () => running.store.openAlarms('all')
  const subjectId = options.subjectId ?? 'rosa'
  return {
    clock,
    dataDir: world.dataDir,
    /** Who was told, in order: 'anna by push'. */
    told,
    hear,
    /** What every screen heard: the facts, in order. */
    seen: world.seen,
    complaints: world.complaints,
    ...eventsOf({ subjectId, now: clock.now, handle, alarmId: async () => (await onlyOne(open)).id }),
    handle,
    /** From now on this is the plan in force. */
    usePlan(plan: Plan) {
      world.plan = plan
    },
    open,
    alarm: () => onlyOne(open),
    past: () => running.store.alarmsOf(subjectId, 100),
    store: () => running.store,
    findings: () => running.audit.findings(),
    async wait(span: Span) {
      await clock.advance(span)
    },
    async restart() {
      await running.stop()
      running = await start(world)
    },
  }
}

async function start(world: World) {
  const { dataDir, clock, channels, people, seen, complaints } = world
  const trouble = (error: unknown) => void complaints.push(String(error))
  const log = (level: string, message: string) => void (level === 'info' || complaints.push(message))
  const database = openDatabase({ dataDir, clock, ballastBytes: 4096, onTrouble() {}, onFatal: trouble })
  const store = openCareStore(database)
  const bus = openLocalBus(trouble)
  bus.subscribe((facts) => void seen.push(...facts.map((stored) => stored.fact)))
  const desk = openDesk({ store, directory: { planFor: async () => world.plan }, bus, clock, log, onBroken: trouble })
  const parts = { store, desk, bus, clock, log, channels }
  const timekeeper = startTimekeeper(parts)
  const outbox = startOutbox({ ...parts, people })
  const audit = startAudit(parts)
  await settle()
  return {
    store,
    desk,
    audit,
    async stop() {
      audit.stop()
      await timekeeper.stop()
      await outbox.stop()
      await desk.idle()
      await store.close()
      database.close()
    },
  }
}

async function onlyOne(open: () => Promise<readonly OpenAlarm[]>): Promise<OpenAlarm> {
  const alarms = await open()
  const [alarm] = alarms
  if (!alarm || alarms.length > 1) throw new Error(`One open alarm was expected, there are ${alarms.length}.`)
  return alarm
}

/** "Nothing else is read": the journal alone gives every fact again. */
async function expectSameReplay(store: CareStore) {
  const entries = await store.journal(null, 0, 100_000)
  for (const [, life] of Map.groupBy(entries, (entry) => entry.event.subjectId)) {
    const different = [...replayJournal(life)].filter((replayed) => !replayed.same)
    expect(different).toEqual([])
  }
}
