/** The spool: journal rows stay until a remote server has them. Inside the telemetry worker; spoken to through a port of its own. */
import type { DatabaseSync } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { sentenceOf } from '../../../domain/log.ts'
import { instant } from '../../../domain/time.ts'
import { recordBytes } from './batch.ts'
import { inTransaction } from './schema.ts'
import type { Range, RefusedRow, SpoolAnswers, SpoolAsk, SpoolRow, SpoolState, SpoolTold, Taken, Weighed } from './spool-messages.ts'

/** What a row costs on disk besides its records, roughly. */
export const rowBytes = 64
/** Lines that a server refused: the newest are kept to be looked at, all are counted. */
export const refusedLinesMax = 10_000

export type Spool = {
  /** Journal rows up to here are needed no more; Infinity when nothing is spooled. */
  floor(): number
  /** Since when readings are sent on; Infinity: they are not. */
  startedAt(): number
  serve(port: MessagePort): void
  /** After a batch is durable. */
  grew(readings: number): void
  stop(): void
}

type Needs = { database: DatabaseSync; lastSeq: () => number; damaged: () => void; now: number }

/** Nothing is sent on: the journal is the store's own again, and what a former server still missed stays here. */
export function openNoSpool(database: DatabaseSync): Spool {
  database.exec('delete from spool')
  return {
    floor: () => Number.POSITIVE_INFINITY,
    startedAt: () => Number.POSITIVE_INFINITY,
    serve: () => {},
    grew: () => {},
    stop: () => {},
  }
}

export function openSpool(needs: Needs): Spool {
  const kept = openKept(needs)
  let port: MessagePort | null = null
  let isTold = false

  function answer(ask: SpoolAsk): SpoolAnswers[keyof SpoolAnswers] {
    isTold = false
    if (ask.ask === 'take') return kept.take(ask.range, ask.readingsMax)
    if (ask.ask === 'weigh') return kept.weigh(ask.range, ask.bytes)
    if (ask.ask === 'refused') return kept.refused(ask.limit)
    if (ask.ask === 'settle') kept.settle(ask)
    return kept.state()
  }

  function handle(ask: SpoolAsk): void {
    const tell = (told: SpoolTold, handedOver: ArrayBuffer[] = []) => port?.postMessage(told, handedOver)
    try {
      const value = answer(ask)
      tell({ tell: 'answer', id: ask.id, value }, 'rows' in value ? value.rows.map((row) => row.buffer) : [])
    } catch (error) {
      // Nothing of it happened: the drain asks again. A full disk passes.
      tell({ tell: 'failed', id: ask.id, message: sentenceOf(error) })
    }
  }

  return {
    floor: () => kept.state().ranges[0]?.after ?? 0,
    startedAt: kept.startedAt,
    serve(given) {
      port = given
      port.on('message', handle)
    },
    grew(readings) {
      kept.grew(readings)
      if (port && !isTold) port.postMessage({ tell: 'grew' } satisfies SpoolTold)
      isTold = true
    },
    stop: () => port?.close(),
  }
}

/** Where the drain stands, in memory and in the file. */
function openKept({ database, lastSeq, damaged, now }: Needs) {
  const rowsOf = openRows(database, damaged, lastSeq)
  const save = database.prepare(
    `insert or replace into spool (id, started_at, ranges, sent_readings, dropped_readings, refused_readings) values (1, ?, ?, ?, ?, ?)`,
  )
  const refuse = database.prepare('insert into spool_refused (refused_at, line, why) values (?, ?, ?)')
  const newest = database.prepare('select id, refused_at, line, why from spool_refused order by id desc limit ?')
  const forgetOld = database.prepare('delete from spool_refused where id <= (select max(id) from spool_refused) - ?')
  const row = database.prepare('select * from spool where id = 1').get()
  const startedAt = Number(row?.started_at ?? now)
  let ranges = row ? (JSON.parse(String(row.ranges)) as readonly Range[]) : [{ after: 0, upTo: null }]
  let counts = {
    sentReadings: Number(row?.sent_readings ?? 0),
    droppedReadings: Number(row?.dropped_readings ?? 0),
    refusedReadings: Number(row?.refused_readings ?? 0),
  }
  const floorOf = (list: readonly Range[]) => list[0]?.after ?? 0
  const held = rowsOf.sum(floorOf(ranges), null)

  function write(next: typeof counts, list: readonly Range[]): void {
    save.run(startedAt, JSON.stringify(list), next.sentReadings, next.droppedReadings, next.refusedReadings)
  }
  if (!row) write(counts, ranges)

  return {
    startedAt: () => startedAt,
    state: (): SpoolState => ({
      ...{ ranges, ...counts, lastSeq: lastSeq(), readings: held.readings },
      bytes: held.readings * recordBytes + held.rows * rowBytes,
    }),
    grew(readings: number): void {
      held.readings += readings
      held.rows++
    },
    refused: (limit: number): RefusedRow[] => newest.all(limit).map(refusedRow),
    take: rowsOf.take,
    weigh: rowsOf.weigh,
    settle(ask: Extract<SpoolAsk, { ask: 'settle' }>): void {
      const next = {
        sentReadings: counts.sentReadings + ask.sent,
        droppedReadings: counts.droppedReadings + ask.dropped,
        refusedReadings: counts.refusedReadings + ask.refused.length + ask.refusedMore,
      }
      inTransaction(database, () => {
        write(next, ask.ranges)
        for (const { at, line, why } of ask.refused) refuse.run(at, line, why)
        if (ask.refused.length > 0) forgetOld.run(refusedLinesMax)
      })
      const gone = rowsOf.sum(floorOf(ranges), floorOf(ask.ranges))
      held.readings -= gone.readings
      held.rows -= gone.rows
      counts = next
      ranges = ask.ranges
    },
  }
}

const refusedRow = ({ id, refused_at, line, why }: Record<string, unknown>): RefusedRow => ({
  ...{ id: Number(id), at: instant(Number(refused_at)), line: String(line), why: String(why) },
})

const endOf = ({ upTo }: { upTo: number | null }) => upTo ?? Number.MAX_SAFE_INTEGER

/** Questions about the journal's rows in a range. */
function openRows(database: DatabaseSync, damaged: () => void, lastSeq: () => number) {
  const sum = database.prepare('select count(*) as rows, coalesce(sum(readings), 0) as readings from journal where seq > ? and seq <= ?')
  const select = 'from journal where seq > ? and seq <= ? order by seq'

  function take(range: Range, readingsMax: number): Taken {
    const rows: SpoolRow[] = []
    let [readings, damagedReadings, reachedSeq] = [0, 0, Math.min(endOf(range), lastSeq())]
    for (const row of database.prepare(`select seq, recorded_at, readings, crc, records ${select}`).iterate(range.after, endOf(range))) {
      const count = Number(row.readings)
      const bytes = row.records as Uint8Array
      const isSound = crc32(bytes) === row.crc && bytes.length === count * recordBytes
      if (isSound)
        rows.push({ seq: Number(row.seq), recordedAt: Number(row.recorded_at), count, buffer: bytes.slice().buffer as ArrayBuffer })
      else {
        damaged()
        damagedReadings += count
      }
      readings += count
      if (readings < readingsMax) continue
      reachedSeq = Number(row.seq)
      break
    }
    return { rows, reachedSeq, damagedReadings }
  }

  return {
    take,
    sum(after: number, upTo: number | null): { rows: number; readings: number } {
      const row = sum.get(after, endOf({ upTo }))
      return { rows: Number(row?.rows), readings: Number(row?.readings) }
    },
    weigh(range: Range, bytes: number): Weighed {
      let [readings, weight, reachedSeq] = [0, 0, range.after]
      for (const row of database.prepare(`select seq, readings ${select}`).iterate(range.after, endOf(range))) {
        if (weight >= bytes) break
        readings += Number(row.readings)
        weight += Number(row.readings) * recordBytes + rowBytes
        reachedSeq = Number(row.seq)
      }
      return { reachedSeq, readings }
    },
  }
}
