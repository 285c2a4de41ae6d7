/** Cases of broken devices on SQLite: opened once for each device, taken, noted and closed, each with its line of the record. */
import { type Instant, instant } from '../../domain/time.ts'
import type { Trouble, TroubleNote } from '../../domain/trouble.ts'
import type { TroubleStore } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type Row = {
  id: string
  device_id: string
  site_id: string
  resident_id: string | null
  kind: string
  opened_at: number
  opened_by: string
  due_at: number
  owner_id: string | null
  owner_name: string | null
  done_at: number | null
  done_by: string | null
  done_reason: string | null
  told_at: number | null
  told_alarm: string | null
}

const inSites = '(?1 is null or site_id in (select value from json_each(?1)))'

export function openTroubles({ connection, reader, write }: Database): TroubleStore {
  const open = reader.prepare(`select * from troubles where done_at is null and ${inSites} order by due_at, id`)
  const done = reader.prepare(`select * from troubles where done_at >= ?2 and ${inSites} order by done_at desc, id limit ?3`)
  const one = reader.prepare('select * from troubles where id = ?')
  const untold = reader.prepare('select * from troubles where done_at is null and told_at is null and due_at < ? order by due_at, id')
  const notesOf = reader.prepare('select at, by_name, text from trouble_notes where trouble_id = ? order by number')
  const add = connection.prepare(`
    insert into troubles (id, device_id, site_id, resident_id, kind, opened_at, opened_by, due_at) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`)
  const own = connection.prepare('update troubles set owner_id = ?2, owner_name = ?3 where id = ?1 and done_at is null')
  const note = connection.prepare(`
    insert into trouble_notes (trouble_id, at, by_name, text) select id, ?2, ?3, ?4 from troubles where id = ?1 and done_at is null`)
  const close = connection.prepare('update troubles set done_at = ?2, done_by = ?3, done_reason = ?4 where id = ?1 and done_at is null')
  const tell = connection.prepare('update troubles set told_at = ?2, told_alarm = ?3 where id = ?1 and done_at is null')
  const line = prepareAuditLine(connection)
  const troubleOf = (row: Row): Trouble => ({ ...plainOf(row), notes: (notesOf.all(row.id) as NoteRow[]).map(noteOf) })
  return {
    open: async (siteIds) => (open.all(listOf(siteIds)) as Row[]).map(troubleOf),
    done: async (siteIds, since, limit) => (done.all(listOf(siteIds), since, limit) as Row[]).map(troubleOf),
    async find(id) {
      const row = one.get(id) as Row | undefined
      return row ? troubleOf(row) : null
    },
    untold: async (now) => (untold.all(now) as Row[]).map(troubleOf),
    put: ({ id, deviceId, siteId, residentId, kind, openedAt, openedBy, dueAt, notes = [] }, noted) =>
      write(() => {
        const isNew = add.run(id, deviceId, siteId, residentId, kind, openedAt, openedBy, dueAt).changes > 0
        if (!isNew) return false
        for (const { at, by, text } of notes) note.run(id, at, by, text)
        line(noted)
        return true
      }),
    change: (id, { owner, note: words, told, done: end }, noted) =>
      write(() => {
        let changed = 0
        if (words) changed += Number(note.run(id, words.at, words.by, words.text).changes)
        if (owner) changed += Number(own.run(id, owner.userId, owner.name).changes)
        if (told) changed += Number(tell.run(id, told.at, told.alarmId).changes)
        if (end) changed += Number(close.run(id, end.at, end.by, end.reason).changes)
        if (changed > 0) line(noted)
        return changed > 0
      }),
  }
}

const listOf = (siteIds: readonly string[] | 'all'): string | null => (siteIds === 'all' ? null : JSON.stringify(siteIds))
const momentOf = (value: number): Instant => instant(value)

type NoteRow = { at: number; by_name: string; text: string }
const noteOf = ({ at, by_name, text }: NoteRow): TroubleNote => ({ at: momentOf(at), by: by_name, text })

const plainOf = (row: Row): Omit<Trouble, 'notes'> => ({
  ...{ id: row.id, deviceId: row.device_id, siteId: row.site_id, residentId: row.resident_id, kind: row.kind as Trouble['kind'] },
  ...{ openedAt: momentOf(row.opened_at), openedBy: row.opened_by, dueAt: momentOf(row.due_at) },
  owner: row.owner_id === null ? null : { userId: row.owner_id, name: row.owner_name ?? '' },
  told: row.told_at === null ? null : { at: momentOf(row.told_at), alarmId: row.told_alarm ?? '' },
  done:
    row.done_at === null
      ? null
      : { at: momentOf(row.done_at), by: row.done_by ?? '', reason: row.done_reason as NonNullable<Trouble['done']>['reason'] },
})
