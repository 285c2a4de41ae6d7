/** A CareStore in memory with a model of a disk: what was not durable is lost in a crash, and commits can fail, be slow, or never return. */
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { Instant } from '../../domain/time.ts'
import { type CareStore, type StoredFact, StoreTrouble } from '../../store/store.ts'
import { applyChange, type Change, dueIn, emptyTables, openAlarmsIn, situationIn, type Tables } from './memory-tables.ts'

/** What survives a crash: the changes that reached the platter, in order. */
export type Disk = { durable: Change[] }

/** What becomes of one attempt to make changes durable. After a crash nobody is answered, whether it had reached the platter or not. */
export type Fate = 'durable' | 'failed' | 'crashed-before' | 'crashed-after'

export type DiskMood = {
  /** Asked once for each group of changes; may take its time. */
  sync(): Promise<Fate>
  /** Asked before each read; may take its time, throw, or never return. */
  read(): Promise<void>
}

export const calmMood: DiskMood = { sync: async () => 'durable', read: async () => undefined }

/**
 * `lying`: thanks before it is durable, as a disk cache without power protection or `synchronous=NORMAL` does. Only to show that the
 * simulation notices; then `flush` is what the operating system does now and then.
 */
export type MemoryStoreNeeds = { disk: Disk; mood?: DiskMood; lying?: boolean }

type Job = { change: Change; resolve: (facts: readonly StoredFact[]) => void; reject: (error: unknown) => void }
type Outcome = { facts: readonly StoredFact[] } | { error: unknown }

export const emptyDisk = (): Disk => ({ durable: [] })

/** What the disk holds now. */
export function tablesOn(disk: Disk): Tables {
  const tables = emptyTables()
  for (const change of disk.durable) applyChange(tables, change)
  return tables
}

export function openMemoryStore({ disk, mood = calmMood, lying = false }: MemoryStoreNeeds): CareStore & { flush(): void } {
  const tables = tablesOn(disk)
  const unsynced: Change[] = []
  let queue: Job[] = []
  let writing = false
  let closed = false

  const writeAll = async () => {
    while (queue.length > 0) {
      const jobs = queue
      queue = []
      const fate = await mood.sync()
      if (fate === 'crashed-before') return
      if (fate === 'failed') failAll(jobs)
      else settleAll(jobs, changeAll(tables, jobs, lying ? unsynced : disk.durable), fate)
      if (fate === 'crashed-after') return
    }
    writing = false
  }
  const write = (change: Change): Promise<readonly StoredFact[]> => {
    if (closed) return Promise.reject(new StoreTrouble('closed', 'The store is closed.'))
    return new Promise((resolve, reject) => {
      queue.push({ change: frozenCopy(change), resolve, reject })
      if (writing) return
      writing = true
      void Promise.resolve().then(writeAll)
    })
  }
  const read = async <T>(answer: (tables: Tables) => T): Promise<T> => {
    await mood.read()
    return answer(tables)
  }
  return {
    ...questions(read),
    commit: (turn) => write({ kind: 'turn', turn }),
    recordNotice: async (result) => void (await write({ kind: 'notice', result })),
    async close() {
      closed = true
    },
    flush: () => void disk.durable.push(...unsynced.splice(0)),
  }
}

/** Each change stands or falls alone. */
function changeAll(tables: Tables, jobs: readonly Job[], to: Change[]): readonly Outcome[] {
  return jobs.map(({ change }) => {
    try {
      const facts = applyChange(tables, change)
      to.push(change)
      return { facts }
    } catch (error) {
      return { error }
    }
  })
}

function settleAll(jobs: readonly Job[], outcomes: readonly Outcome[], fate: Fate): void {
  if (fate === 'crashed-after') return
  for (const [index, job] of jobs.entries()) {
    const outcome = outcomes[index]
    if (outcome && 'facts' in outcome) job.resolve(outcome.facts)
    else job.reject(outcome?.error)
  }
}

function failAll(jobs: readonly Job[]): void {
  for (const job of jobs) job.reject(new StoreTrouble('io-error', 'The disk did not take it.'))
}

type Read = <T>(answer: (tables: Tables) => T) => Promise<T>
type Questions = Omit<CareStore, 'commit' | 'recordNotice' | 'close'>

function questions(read: Read): Questions {
  const isOf = (siteIds: readonly string[] | 'all', siteId: string) =>
    siteIds === 'all' ? siteId !== lifeSignSite : siteIds.includes(siteId)
  return {
    load: (subjectId, pressId) => read((tables) => situationIn(tables, subjectId, pressId)),
    dueAlarms: (now, limit) => read((tables) => dueIn(tables, now, limit)),
    openAlarms: (siteIds) => read((tables) => openAlarmsIn(tables).filter(({ siteId }) => isOf(siteIds, siteId))),
    alarm: (id) => read(({ alarms }) => alarms.get(id) ?? null),
    alarmsOf: (subjectId, limit) =>
      read(({ alarms }) =>
        [...alarms.values()]
          .filter((alarm) => alarm.subjectId === subjectId)
          .sort((a, b) => b.raisedAt - a.raisedAt)
          .slice(0, limit),
      ),
    resolvedSince: (siteIds, since, limit) =>
      read((tables) =>
        resolvedIn(tables, since)
          .filter(({ siteId }) => isOf(siteIds, siteId))
          .slice(0, limit),
      ),
    factsSince: (seq, limit) => read(({ facts }) => facts.slice(seq, seq + limit)),
    lastSeq: () => read(({ facts }) => facts.length),
    journal: (subjectId, afterSeq, limit) =>
      read(({ journal }) =>
        journal
          .slice(afterSeq)
          .filter(({ event }) => subjectId === null || event.subjectId === subjectId)
          .slice(0, limit),
      ),
    owedNotices: (now, limit) => read((tables) => owedIn(tables, now).slice(0, limit)),
    noticesOf: (alarmId) => read(({ notices }) => [...notices.values()].filter((notice) => notice.alarmId === alarmId)),
  }
}

function resolvedIn({ alarms }: Tables, since: Instant) {
  const closed = [...alarms.values()].filter((alarm) => alarm.state === 'resolved')
  return closed.filter(({ at }) => at >= since).sort((a, b) => b.at - a.at)
}

export function owedIn({ notices }: Tables, now: number) {
  return [...notices.values()]
    .filter((notice) => notice.state === 'owed' && notice.nextTryAt <= now)
    .sort((a, b) => a.nextTryAt - b.nextTryAt || (a.id < b.id ? -1 : 1))
}

/** As the journal keeps it; whoever changes what was handed over or handed out is found out. */
function frozenCopy<T>(value: T): T {
  return freeze(JSON.parse(JSON.stringify(value, (_, each) => (each instanceof Map ? [...each] : each)))) as T
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}
