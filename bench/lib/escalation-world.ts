/** A platform that nobody answers: the real desk, timekeeper and outbox on a real store, which is closed, cut off and opened again while time goes on. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from '../../alerts/channels/channel.ts'
import { type Desk, openDesk } from '../../alerts/desk.ts'
import { startOutbox } from '../../alerts/outbox.ts'
import { startTimekeeper } from '../../alerts/timekeeper.ts'
import { type Bus, openLocalBus } from '../../bus/bus.ts'
import type { Plan } from '../../domain/alarm.ts'
import { type Clock, instant } from '../../domain/time.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { type Database, openDatabase } from '../../store/sqlite/database.ts'
import type { CareStore } from '../../store/store.ts'
import { openSimClock, type SimClock } from '../../test/simulation/sim-clock.ts'
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

type Running = ReturnType<typeof startParts> & { store: CareStore; database: Database; timers: ReturnType<SimClock['process']> }

/** What outlives a run of the platform. */
type State = {
  body: Body | null
  running: Running | null
  downSince: number
  /** The last fact that the judge was told. */
  told: number
  busiestMs: number
  complaints: string[]
}

export function openEscalationWorld(needs: Needs) {
  const state: State = { body: null, running: null, downSince: 0, told: 0, busiestMs: 0, complaints: [] }
  const rest = () => comeToRest(state)
  const clock = openSimClock(instant(Date.UTC(2026, 6, 1, 12)), rest)
  const cut = () => cutOff(state, { ...needs, clock })
  return {
    clock,
    complaints: state.complaints,
    busiestMs: () => Math.round(state.busiestMs),
    desk: (): Desk | null => state.running?.desk ?? null,
    async start() {
      state.running = await boot(state, { ...needs, clock })
      await rest()
    },
    /** Ends in order: what was begun is finished. */
    async stop() {
      const { running } = state
      if (!running) return
      await running.timekeeper.stop()
      await running.outbox.stop()
      await running.desk.idle()
      await running.store.close()
      cut()
    },
    cut,
    /** Cuts the process off in the middle of its work, after so many more answers of the store. */
    cutAfter(answers: number) {
      if (state.body) state.body.cutOffAfter = answers
    },
    turn(milliseconds: number) {
      clock.turn(milliseconds)
      if (milliseconds > 0 && state.body) needs.judge.wentForward(momentOf(clock))
    },
  }
}

const momentOf = (clock: Clock) => ({ elapsed: clock.elapsed(), wall: clock.now() })

async function comeToRest(state: State): Promise<void> {
  const from = performance.now()
  for (let quiet = 0; quiet < quietTurns; ) {
    await nextTurn()
    quiet = state.body !== null && state.body.inFlight > 0 ? 0 : quiet + 1
  }
  state.busiestMs = Math.max(state.busiestMs, performance.now() - from)
}

type Whole = Needs & { clock: SimClock }

async function boot(state: State, needs: Whole): Promise<Running> {
  const { judge, clock } = needs
  const { complaints } = state
  const life: Body = { dead: false, inFlight: 0, leaving: new Set(), cutOffAfter: null }
  const timers = clock.process()
  const fail = (error: unknown) => void complaints.push(String(error))
  const database = openDatabase({ dataDir: needs.dataDir, clock: timers, onTrouble: fail, onFatal: fail })
  const real = openCareStore(database)
  // What was decided in the last moment before the end was never told; the judge reads it up.
  for (const stored of await real.factsSince(state.told, 100_000)) judge.decided(stored, { ...momentOf(clock), elapsed: state.downSince })
  state.told = await real.lastSeq()
  judge.cameBack(state.downSince, momentOf(clock))
  state.body = life
  const bus = openLocalBus(fail)
  bus.subscribe((facts) => {
    for (const stored of facts) if (stored.seq > state.told) judge.decided(stored, momentOf(clock))
    state.told = Math.max(state.told, facts.at(-1)?.seq ?? state.told)
  })
  const store = watchedStore(real, life, () => cutOff(state, needs))
  return { ...startParts({ ...needs, timers, store, bus, life, complaints }), store, database, timers }
}

/** The process is gone between two instructions: what it had asked of the disk may still be written, nothing else of it goes on. */
function cutOff(state: State, { judge, clock }: Pick<Whole, 'judge' | 'clock'>): void {
  const { body, running } = state
  if (!body || !running) return
  body.dead = true
  judge.cutOff(body.leaving)
  running.timers.kill()
  state.downSince = clock.elapsed()
  running.database.close()
  state.body = null
  state.running = null
}

type Parts = Needs & { clock: Clock; timers: Clock; store: CareStore; bus: Bus; life: Body; complaints: string[] }

function startParts({ timers, store, bus, life, complaints, ...needs }: Parts) {
  const say = (text: string) => void (life.dead || complaints.push(text))
  const log = (level: string, message: string) => void (level === 'error' && say(message))
  const directory = { planFor: async (subjectId: string) => needs.planOf(subjectId) }
  const desk = openDesk({ store, directory, bus, clock: timers, log, onBroken: (error) => say(String(error)) })
  const timekeeper = startTimekeeper({ store: needs.mutate?.(store) ?? store, desk, clock: timers, log })
  const channels = needs.channels.map((name) => channelOf({ name, judge: needs.judge, clock: needs.clock, life }))
  return { desk, timekeeper, outbox: startOutbox({ store, channels, bus, clock: timers, log }) }
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
