/** The one ordered stream of facts for all screens: no gap, nothing twice, and a memory of what is open that is always exactly as old as its last fact. */
import type { Bus } from '../../bus/bus.ts'
import type { OpenAlarm } from '../../domain/alarm.ts'
import { lifeSignSite } from '../../domain/life-sign.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { CareStore, StoredFact } from '../../store/store.ts'
import type { LiveFact, Place, WallAlarm } from '../contracts.ts'
import { covers, type Scope } from './access.ts'
import type { Places, Subject } from './places.ts'

/** A fact as screens get it. `siteId` decides who may see it. */
export type Told = { siteId: string; live: LiveFact; stored: StoredFact }

export type Stream = {
  /** Reads what is so, then follows. Facts committed meanwhile are not missed: listening begins first. */
  start(): Promise<void>
  /** `seq` of the last fact that was told. */
  seq(): number
  /** `seq` of the last fact of these sites (or of the start, when there was none since): what an up-to-date screen of theirs has. */
  seqFor(scope: Scope): number
  /** Open alarms as of `seq()`, by id. */
  open(): ReadonlyMap<string, WallAlarm>
  /** Facts after `since` of these sites, oldest first; null when that is longer ago than remembered (or never was). */
  after(since: number, scope: Scope): readonly LiveFact[] | null
  /** The newest facts of these sites, oldest first. */
  latest(scope: Scope, limit: number): readonly LiveFact[]
  /** Asks the store whether a ring was missed. Throws StoreTrouble. */
  poke(): Promise<void>
  stop(): void
}

export type StreamNeeds = { store: CareStore; bus: Bus; places: Places; log: Log; tell: (facts: readonly Told[]) => void }

const rememberedMax = 4_000
const pageSize = 1_000
const lookBack = 200

export function openStream(needs: StreamNeeds): Stream {
  const memory = openMemory()
  const line = openLine(needs, memory)
  let unsubscribe = () => {}
  return {
    ...memory,
    poke: line.poke,
    async start() {
      unsubscribe = needs.bus.subscribe(line.ring, 'first')
      await fill({ ...needs, memory })
      line.begin()
    },
    stop: () => unsubscribe(),
  }
}

/** The waiting line: facts ring in any order and leave in the one order there is. */
function openLine({ store, places, log, tell }: StreamNeeds, memory: Memory) {
  const waiting = new Map<number, StoredFact>()
  let busy = true

  const leave = (batch: readonly StoredFact[], found: readonly Place[]) => {
    const told = batch.map((stored, index) => toldOf(stored, found[index] as Place))
    for (const fact of told) waiting.delete(fact.stored.seq)
    memory.add(told)
    tell(told)
  }
  const lookUp = async (batch: readonly StoredFact[]) => leave(batch, await places.find(batch.map(subjectOf)))
  const readOn = async () => {
    const facts = await store.factsSince(memory.seq(), pageSize)
    if (facts.length > 0) await lookUp(facts)
  }
  /** Alone in line: whatever arrives meanwhile waits, so that order holds. */
  const alone = async (work: () => Promise<void>) => {
    busy = true
    const before = memory.seq()
    await work().catch((error: unknown) => {
      log('error', 'The live stream could not read on; it tries again at the next beat.', { why: sentenceOf(error) })
    })
    busy = false
    if (memory.seq() > before || waiting.has(memory.seq() + 1)) drain()
  }
  const drain = () => {
    if (busy || waiting.size === 0) return
    const batch = contiguous(waiting, memory.seq())
    if (batch.length === 0) return void alone(readOn)
    const known = batch.map((stored) => places.known(subjectOf(stored)))
    if (known.every((place) => place !== null)) return leave(batch, known)
    void alone(() => lookUp(batch))
  }
  return {
    ring(facts: readonly StoredFact[]) {
      for (const fact of facts) if (fact.seq > memory.seq()) waiting.set(fact.seq, fact)
      drain()
    },
    begin() {
      for (const seq of waiting.keys()) if (seq <= memory.seq()) waiting.delete(seq)
      busy = false
      drain()
    },
    /** Asking never holds the line up: a store that is slow to answer delays no fact that has rung. */
    async poke() {
      const last = await store.lastSeq()
      if (last > memory.seq() && !busy) await alone(readOn)
    },
  }
}

/** The waiting facts that follow `seq` without a gap, in order. */
function contiguous(waiting: ReadonlyMap<number, StoredFact>, seq: number): StoredFact[] {
  const batch: StoredFact[] = []
  for (let next = waiting.get(seq + 1); next && batch.length < pageSize; next = waiting.get(next.seq + 1)) batch.push(next)
  return batch
}

type Memory = ReturnType<typeof openMemory>

function openMemory() {
  const open = new Map<string, WallAlarm>()
  let recent: Told[] = []
  /** Everything after this number is remembered. */
  let from = 0
  let seq = 0
  /** The newest fact that a screen may see: the platform's own presses pass here and are shown to nobody. */
  let shown = 0
  let base = 0
  const lastOfSite = new Map<string, number>()
  const apply = ({ siteId, live }: Told) => {
    lastOfSite.set(siteId, live.seq)
    seq = live.seq
    if (siteId === lifeSignSite) return
    if (live.alarm) keep(open, live.alarm)
    shown = live.seq
  }
  return {
    seq: () => seq,
    seqFor: (scope: Scope): number => (scope === 'all' ? shown : Math.max(base, ...scope.map((siteId) => lastOfSite.get(siteId) ?? 0))),
    open: (): ReadonlyMap<string, WallAlarm> => open,
    add(told: readonly Told[]) {
      for (const fact of told) apply(fact)
      recent.push(...told.filter(isForScreens))
      if (recent.length <= rememberedMax * 2) return
      recent = recent.slice(-rememberedMax)
      from = (recent[0]?.live.seq ?? 1) - 1
    },
    begin(at: { seq: number; alarms: readonly WallAlarm[]; recent: readonly Told[] }) {
      for (const alarm of at.alarms) keep(open, alarm)
      recent = at.recent.filter(isForScreens)
      seq = at.seq
      shown = at.seq
      base = at.seq
      from = (recent[0]?.live.seq ?? seq + 1) - 1
    },
    after(since: number, scope: Scope): readonly LiveFact[] | null {
      if (since < from || since > seq) return null
      return recent.filter(({ siteId, live }) => live.seq > since && covers(scope, siteId)).map(({ live }) => live)
    },
    latest(scope: Scope, limit: number): readonly LiveFact[] {
      return recent
        .filter(({ siteId }) => covers(scope, siteId))
        .slice(-limit)
        .map(({ live }) => live)
    },
  }
}

export const isForScreens = ({ siteId }: Told): boolean => siteId !== lifeSignSite

function keep(open: Map<string, WallAlarm>, alarm: WallAlarm): void {
  if (alarm.alarm.state === 'resolved') open.delete(alarm.alarm.id)
  else open.set(alarm.alarm.id, alarm)
}

/** What is so now. Alarms are read after the number, so they may already hold what comes next: hearing it again changes nothing. */
async function fill({ store, places, memory }: { store: CareStore; places: Places; memory: Memory }): Promise<void> {
  const seq = await store.lastSeq()
  const alarms = await store.openAlarms('all')
  const facts = (await store.factsSince(Math.max(0, seq - lookBack), lookBack)).filter((fact) => fact.seq <= seq)
  const found = await places.find([...alarms, ...facts.map(subjectOf)])
  memory.begin({
    seq,
    alarms: alarms.map((alarm: OpenAlarm, index) => ({ alarm, place: found[index] as Place })),
    recent: facts.map((stored, index) => toldOf(stored, found[alarms.length + index] as Place)),
  })
}

function subjectOf({ fact }: StoredFact): Subject {
  return fact.kind === 'test-pressed' ? fact : { ...fact, residentIds: fact.alarm.residentIds, detail: fact.alarm.detail }
}

function toldOf(stored: StoredFact, place: Place): Told {
  const { fact, seq } = stored
  const alarm = fact.kind === 'test-pressed' ? null : { alarm: fact.alarm, place }
  return { siteId: fact.siteId, stored, live: { seq, kind: fact.kind, at: fact.at, alarm, place } }
}
