/** The append journal: a batch is durable when its row is. Rows leave only after every reading in them is in a sealed run. */
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { type Packed, packedOver, recordBytes, wordsEach } from './batch.ts'

export type Journal = {
  /** Inside the caller's transaction. */
  append(batch: Packed, now: number): void
  lastSeq(): number
  /** Every batch after `seq`, oldest first; one that the disk has changed is left out and told. */
  after(seq: number): Iterable<{ seq: number; recordedAt: number; batch: Packed }>
  /** Deletes up to `rows` of the oldest rows at or before `seq`; false when none is left. */
  trim(seq: number, rows: number): boolean
  residentsOf(device: number): readonly number[]
  /** Whose this device is or was. Inside the caller's transaction. */
  learn(device: number, resident: number): void
  /** The caller's transaction was rolled back: nothing of it happened. */
  forget(): void
}

export function openJournal(database: DatabaseSync, damaged: () => void): Journal {
  const insert = database.prepare('insert into journal (seq, recorded_at, readings, crc, records) values (?, ?, ?, ?, ?)')
  const trim = database.prepare('delete from journal where seq in (select seq from journal where seq <= ? order by seq limit ?)')
  const owners = openOwners(database)
  // The newest row may have been trimmed: a sealed run's cut is a lower bound, so that a number is never used twice.
  const newest = database.prepare(
    `select max((select coalesce(max(seq), 0) from journal), (select coalesce(max(journal_cut), 0) from run),
       (select coalesce(max(journal_cut), 0) from summary_run)) as seq`,
  )
  let lastSeq = Number(newest.get()?.seq)

  return {
    append(batch, now) {
      const records = new Uint8Array(batch.buffer, 0, batch.count * recordBytes)
      insert.run(++lastSeq, now, batch.count, crc32(records), records)
      for (let i = 0; i < batch.count; i++) owners.learn(batch.words[i * wordsEach + 4] as number, batch.words[i * wordsEach + 5] as number)
    },
    lastSeq: () => lastSeq,
    *after(seq) {
      const rows = database.prepare('select seq, recorded_at, readings, crc, records from journal where seq > ? order by seq').iterate(seq)
      for (const row of rows) {
        const bytes = row.records as Uint8Array
        const buffer = bytes.slice().buffer as ArrayBuffer
        if (crc32(bytes) !== row.crc || bytes.length !== Number(row.readings) * recordBytes) damaged()
        else yield { seq: Number(row.seq), recordedAt: Number(row.recorded_at), batch: packedOver(buffer, Number(row.readings)) }
      }
    },
    trim: (seq, rows) => Number(trim.run(seq, rows).changes) > 0,
    residentsOf: owners.residentsOf,
    learn: owners.learn,
    forget() {
      lastSeq = Number(newest.get()?.seq)
      owners.forget()
    },
  }
}

/** Whose each device is and was: the way from a device to the sealed chunks, which are sorted by resident. */
function openOwners(database: DatabaseSync) {
  const insert = database.prepare('insert or ignore into device_owner (device, resident) values (?, ?)')
  const select = database.prepare('select resident from device_owner where device = ?')
  const known = new Map<number, number>()
  for (const row of database.prepare('select device, resident from device_owner').iterate())
    known.set(Number(row.device), Number(row.resident))

  return {
    learn(device: number, resident: number): void {
      if (known.get(device) === resident) return
      insert.run(device, resident)
      known.set(device, resident)
    },
    /** What is no longer known is only learned again. */
    forget: () => known.clear(),
    residentsOf: (device: number): number[] => select.all(device).map((row) => Number(row.resident)),
  }
}
