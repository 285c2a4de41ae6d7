/** A platform that nobody answers: the real desk, timekeeper and outbox on a real store, which is closed, cut off and opened again while time goes on. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from '../../alerts/channels/channel.ts'
import { type Desk, openDesk } from '../../alerts/desk.ts'
import { startOutbox } from '../../alerts/outbox.ts'
import { startTimekeeper } from '../../alerts/timekeeper.ts'
import { openLocalBus } from '../../bus/bus.ts'
import type { Plan } from '../../domain/alarm.ts'
import { type Clock, instant } from '../../domain/time.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import type { CareStore } from '../../store/store.ts'
import { openSimClock } from '../../test/simulation/sim-clock.ts'
import type { Judge } from './escalation-judge.ts'

export type EscalationWorld = ReturnType<typeof openEscalationWorld>
type Needs = { dataDir: string; judge: Judge; planOf: (subjectId: string) => Plan; channels: readonly string[]; mutate?: Mutate }
/** A deliberate mistake in the store that the timekeeper asks, to show that it would be noticed. */
export type Mutate = (store: CareStore) => CareStore

/** What ends with a run of the platform. */
type Body = {
  dead: boolean
  /** Questions and commits on their way. */
  inFlight: number
  /** Calls that left and are not on record yet. */
  leaving: Set<string>
  /** Turns of the store left before the process is cut off; null: it is not going to be. */
  cutOffAfter: number | null
}

const never = new Promise<never>(() => {})

/** Everything has come to rest when the store has nothing on its way for this many turns of the event loop. */
const quietTurns = 4

export function openEscalationWorld(needs: Needs) {
  const { judge } = needs
  let body: Body | null = null
  let running: Awaited<ReturnType<typeof boot>> | null = null
  let downSince = 0
  let told = 0
  let busiestMs = 0
  const complaints: string[] = []

  const rest = async () => {
    const from = performance.now()
    for (let quiet = 0; quiet < quietTurns; ) {
      await nextTurn()
      quiet = body !== null && body.inFlight > 0 ? 0 : quiet + 1
    }
    busiestMs = Math.max(busiestMs, performance.now() - from)
  }
  const clock = openSimClock(instant(Date.UTC(2026, 6, 1, 12)), rest)
  const moment = () => ({ elapsed: clock.elapsed(), wall: clock.now() })

  const boot = async () => {
    const life: Body = { dead: false, inFlight: 0, leaving: new Set(), cutOffAfter: null }
    const timers = clock.process()
    const fail = (error: unknown) => void complaints.push(String(error))
    const database = openDatabase({ dataDir: needs.dataDir, clock: timers, onTrouble: fail, onFatal: fail })
    const real = openCareStore(database)
    const store = watchedStore(real, life, () => cut())
    // What was decided in the last moment before the end was never told; the judge reads it up.
    const missedWhileAway = await real.factsSince(told, 100_000)
    for (const stored of missedWhileAway) judge.decided(stored, { ...moment(), elapsed: downSince })
    told = await real.lastSeq()
    judge.cameBack(downSince, moment())
    body = life
    const bus = openLocalBus(fail)
    bus.subscribe((facts) => {
      for (const stored of facts) if (stored.seq > told) judge.decided(stored, moment())
      told = Math.max(told, facts.at(-1)?.seq ?? told)
    })
    const log = (level: string, message: string) => void (level === 'error' && !life.dead && complaints.push(message))
    const directory = { planFor: async (subjectId: string) => needs.planOf(subjectId) }
    const desk = openDesk({ store, directory, bus, clock: timers, log, onBroken: fail })
    const timekeeper = startTimekeeper({ store: needs.mutate?.(store) ?? store, desk, clock: timers, log })
    const channels = needs.channels.map((name) => channelOf({ name, judge, clock, life }))
    const outbox = startOutbox({ store, channels, bus, clock: timers, log })
    return { desk, timekeeper, outbox, store, database, timers }
  }

  /** The process is gone between two instructions: what it had asked of the disk may still be written, nothing else of it goes on. */
  const cut = () => {
    if (!body || !running) return
    body.dead = true
    judge.cutOff(body.leaving)
    running.timers.kill()
    downSince = clock.elapsed()
    running.database.close()
    body = null
    running = null
  }

  return {
    clock,
    complaints,
    busiestMs: () => Math.round(busiestMs),
    desk: (): Desk | null => running?.desk ?? null,
    async start() {
      running = await boot()
      await rest()
    },
    /** Ends in order: what was begun is finished. */
    async stop() {
      if (!running || !body) return
      await running.timekeeper.stop()
      await running.outbox.stop()
      await running.desk.idle()
      await running.store.close()
      cut()
    },
    cut,
    /** Cuts the process off in the middle of its work, after so many more answers of the store. */
    cutAfter(answers: number) {
      if (body) body.cutOffAfter = answers
    },
    turn(milliseconds: number) {
      clock.turn(milliseconds)
      if (milliseconds > 0 && body) judge.wentForward(moment())
    },
  }
}

type Asking = (...given: never[]) => Promise<unknown>

/** The store as a process sees it: once the process is gone, nobody is answered. */
function watchedStore(real: CareStore, life: Body, cut: () => void): CareStore {
  const watch =
    (ask: Asking): Asking =>
    async (...given) => {
      if (life.dead) return never
      life.inFlight += 1
      try {
        return await ask(...given)
      } finally {
        life.inFlight -= 1
        if (life.cutOffAfter !== null && !life.dead && --life.cutOffAfter === 0) cut()
        if (life.dead) await never
      }
    }
  const watched = Object.fromEntries(Object.entries(real).map(([name, ask]) => [name, watch(ask as Asking)])) as unknown as CareStore
  return {
    ...watched,
    async recordNotice(result) {
      await watched.recordNotice(result)
      life.leaving.delete(result.id)
    },
  }
}

type Wire = { name: string; judge: Judge; clock: Clock; life: Body }

function channelOf({ name, judge, clock, life }: Wire): Channel {
  return {
    name,
    async send({ id }) {
      if (life.dead) return never
      judge.sent(id, clock.elapsed())
      life.leaving.add(id)
      return { outcome: 'delivered', why: '' }
    },
  }
}
