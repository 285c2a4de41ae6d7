/** Rotas and hand-overs on SQLite. What changes is stored together with the line that says who did it, or neither is. */
import type { DatabaseSync } from 'node:sqlite'
import type { DutyException, DutyStore, HandOver, Shift } from '../../domain/duty.ts'
import { instant } from '../../domain/time.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

/** The rotas of every site in this database. */
export function openDutyStore(database: Database): DutyStore {
  return { ...rotas(database), ...changes(database), ...handOvers(database), ...manned(database) }
}

const bodiesOf = <T>(rows: readonly unknown[]): T[] => (rows as { body: string }[]).map(({ body }) => JSON.parse(body) as T)

function rotas({ reader }: Database): Pick<DutyStore, 'shifts' | 'exceptions'> {
  const shifts = reader.prepare('select body from duty_shifts where site_id = ? order by id')
  const exceptions = reader.prepare('select body from duty_exceptions where site_id = ? and day between ? and ? order by day, id')
  return {
    shifts: async (siteId) => bodiesOf<Shift>(shifts.all(siteId)),
    exceptions: async (siteId, { from, to }) => bodiesOf<DutyException>(exceptions.all(siteId, from, to)),
  }
}

type Changes = Pick<DutyStore, 'putShift' | 'putException' | 'removeShift' | 'removeException'>

function changes({ connection, write }: Database): Changes {
  const note = prepareAuditLine(connection)
  const { putShift, putException } = preparePuts(connection)
  const removeShift = connection.prepare('delete from duty_shifts where site_id = ? and id = ?')
  const removeOfShift = connection.prepare('delete from duty_exceptions where site_id = ? and shift_id = ?')
  const removeException = connection.prepare('delete from duty_exceptions where site_id = ? and id = ?')
  const noted = (done: boolean, line: Parameters<typeof note>[0]) => {
    if (done) note(line)
    return done
  }
  return {
    putShift: (shift, line) => write(() => noted(putShift(shift), line)),
    putException: (exception, line) => write(() => noted(putException(exception), line)),
    removeShift: (siteId, id, line) =>
      write(() => {
        removeOfShift.run(siteId, id)
        return noted(removeShift.run(siteId, id).changes > 0, line)
      }),
    removeException: (siteId, id, line) => write(() => noted(removeException.run(siteId, id).changes > 0, line)),
  }
}

/** An id that stands at another site is not touched: nobody reaches into another's rota by guessing. */
function preparePuts(connection: DatabaseSync) {
  const shifts = connection.prepare(`
    insert into duty_shifts (id, site_id, body) values (?1, ?2, ?3)
    on conflict (id) do update set body = ?3 where site_id = ?2`)
  const exceptions = connection.prepare(`
    insert into duty_exceptions (id, site_id, shift_id, day, body) values (?1, ?2, ?3, ?4, ?5)
    on conflict (id) do update set shift_id = ?3, day = ?4, body = ?5 where site_id = ?2`)
  return {
    putShift: (shift: Shift) => shifts.run(shift.id, shift.siteId, JSON.stringify(shift)).changes > 0,
    putException(exception: DutyException) {
      const { id, siteId, shiftId, day } = exception
      return exceptions.run(id, siteId, shiftId, day, JSON.stringify(exception)).changes > 0
    },
  }
}

type NoteRow = {
  id: string
  site_id: string
  by_id: string
  by_name: string
  at: number
  text: string
  alarm_ids: string
  read_by: string
  read_at: number | null
}
type Notes = Pick<DutyStore, 'addHandOver' | 'handOver' | 'handOvers' | 'markRead'>

function handOvers({ connection, reader, write }: Database): Notes {
  const note = prepareAuditLine(connection)
  const add = connection.prepare(`
    insert into duty_notes (id, site_id, by_id, by_name, at, text, alarm_ids, read_by, read_at) values (?, ?, ?, ?, ?, ?, ?, '', null)`)
  const byId = reader.prepare('select * from duty_notes where id = ?')
  const all = reader.prepare('select * from duty_notes where site_id = ? order by at desc, id limit ?')
  const unread = reader.prepare('select * from duty_notes where site_id = ? and read_at is null order by at desc, id limit ?')
  const read = connection.prepare('update duty_notes set read_by = ?2, read_at = ?3 where id = ?1 and read_at is null')
  return {
    addHandOver: ({ id, siteId, by, byName, at, text, alarmIds }, line) =>
      write(() => {
        add.run(id, siteId, by, byName, at, text, JSON.stringify(alarmIds))
        note(line)
      }),
    async handOver(id) {
      const row = byId.get(id)
      return row ? handOverOf(row as NoteRow) : null
    },
    handOvers: async (siteId, which, limit) => ((which === 'all' ? all : unread).all(siteId, limit) as NoteRow[]).map(handOverOf),
    markRead: (id, { by, at }, line) =>
      write(() => {
        const first = read.run(id, by, at).changes > 0
        if (first) note(line)
        return first
      }),
  }
}

const handOverOf = (row: NoteRow): HandOver => ({
  ...{ id: row.id, siteId: row.site_id, by: row.by_id, byName: row.by_name, at: instant(row.at), text: row.text },
  ...{ alarmIds: JSON.parse(row.alarm_ids), readBy: row.read_by, readAt: row.read_at === null ? null : instant(row.read_at) },
})

function manned({ connection, reader, write }: Database): Pick<DutyStore, 'everManned' | 'deskSeen'> {
  const desks = reader.prepare('select site_id from duty_desks')
  const rotas = reader.prepare('select distinct site_id from duty_shifts')
  const seen = connection.prepare('insert into duty_desks (site_id, first_at) values (?, ?) on conflict do nothing')
  const idsOf = (rows: readonly unknown[]) => new Set((rows as { site_id: string }[]).map(({ site_id }) => site_id))
  return {
    everManned: async () => ({ desks: idsOf(desks.all()), rotas: idsOf(rotas.all()) }),
    deskSeen: (siteIds, at) =>
      write(() => {
        for (const siteId of siteIds) seen.run(siteId, at)
      }),
  }
}
