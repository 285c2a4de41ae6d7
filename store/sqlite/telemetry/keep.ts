/** Register pages and the quarantine, inside the telemetry worker: they ride in the commit of their window. */
import type { DatabaseSync } from 'node:sqlite'
import { instant } from '../../../domain/time.ts'
import type { QuarantineEntry, QuarantineReason, RegisterName } from '../../store.ts'
import type { CommitAsk, QuarantineRow, StoredPage } from './messages.ts'

/** Longest texts kept of a quarantined message, in characters. */
const textMax = { senderId: 256, topic: 1_024, why: 512 } as const
/** Bytes kept of a quarantined payload. */
export const payloadBytesMax = 4_096

export type Keep = {
  /** Inside the caller's transaction. */
  savePages(pages: CommitAsk['pages']): void
  pages(register: RegisterName): readonly StoredPage[]
  /** Inside the caller's transaction. */
  quarantine(entries: readonly QuarantineEntry[]): void
  quarantined(limit: number): readonly QuarantineRow[]
  quarantineCounts(): Readonly<Record<QuarantineReason, number>>
}

/** The entry as it is kept: cut to the named limits, with its own copy of the payload. */
export function cutEntry(entry: QuarantineEntry): QuarantineEntry {
  return {
    at: entry.at,
    reason: entry.reason,
    senderId: entry.senderId.slice(0, textMax.senderId),
    topic: entry.topic.slice(0, textMax.topic),
    why: entry.why.slice(0, textMax.why),
    payload: entry.payload.slice(0, payloadBytesMax),
  }
}

export function openKeep(database: DatabaseSync, entriesMax: number): Keep {
  const savePage = database.prepare('insert or replace into register_page (register, page, numbers) values (?, ?, ?)')
  const pages = database.prepare('select page, numbers from register_page where register = ? order by page')
  const put = database.prepare('insert into quarantine (received_at, sender_id, topic, reason, why, payload) values (?, ?, ?, ?, ?, ?)')
  const tally = database.prepare(
    'insert into quarantine_count (reason, messages) values (?, ?) on conflict (reason) do update set messages = messages + excluded.messages',
  )
  const forgetOld = database.prepare('delete from quarantine where id <= (select max(id) from quarantine) - ?')
  const newest = database.prepare('select * from quarantine order by id desc limit ?')

  return {
    savePages(list) {
      for (const { register, page, buffer } of list) savePage.run(register, page, new Uint8Array(buffer))
    },
    pages: (register) =>
      pages
        .all(register)
        .map((row) => ({ page: Number(row.page), numbers: (row.numbers as Uint8Array).slice() as Uint8Array<ArrayBuffer> })),
    quarantine(entries) {
      if (entries.length === 0) return
      const counts = new Map<string, number>()
      for (const entry of entries) {
        put.run(entry.at, entry.senderId, entry.topic, entry.reason, entry.why, entry.payload)
        counts.set(entry.reason, (counts.get(entry.reason) ?? 0) + 1)
      }
      for (const [reason, count] of counts) tally.run(reason, count)
      forgetOld.run(entriesMax)
    },
    quarantined: (limit) => newest.all(limit).map(quarantineRow),
    quarantineCounts() {
      const none = { 'unknown-device': 0, 'unknown-topic': 0, undecodable: 0, retained: 0, will: 0, 'too-large': 0 }
      const counted = database.prepare('select reason, messages from quarantine_count').all()
      return { ...none, ...Object.fromEntries(counted.map((row) => [String(row.reason), Number(row.messages)])) }
    },
  }
}

function quarantineRow(row: Record<string, unknown>): QuarantineRow {
  return {
    id: Number(row.id),
    at: instant(Number(row.received_at)),
    senderId: String(row.sender_id),
    topic: String(row.topic),
    reason: row.reason as QuarantineReason,
    why: String(row.why),
    payload: row.payload as Uint8Array,
  }
}
