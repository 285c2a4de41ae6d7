/** What happens to devices after they were claimed, on SQLite: lives, histories, what devices told of themselves. */
import type { DeviceLife, DeviceNote, LifeLine, LifeStore } from '../../domain/enrolment-life.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type Row = Readonly<Record<string, unknown>>
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value))
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))
const momentOrNull = (value: unknown): Instant | null => (value === null ? null : instant(Number(value)))

/** The lives kept in this database. */
export function openLifeStore({ connection, reader, write }: Database): LifeStore {
  const lives = reader.prepare('select * from device_lives')
  const notes = reader.prepare('select * from device_notes')
  const of = reader.prepare('select * from device_history where device_id = ? order by at desc, id desc limit ?')
  const within = reader.prepare('select * from device_history where resident_id = ? order by at desc, id desc limit ?')
  const put = connection.prepare(`
    insert or replace into device_lives (device_id, state, since, last_resident_id, last_resident_number, last_room, last_heartbeat_seconds,
      replaced_by, replaces, rotated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const add = connection.prepare(
    'insert into device_history (device_id, at, deed, by_id, resident_id, room, detail) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const note = connection.prepare(
    'insert or replace into device_notes (device_id, battery, battery_at, vendor, model, firmware) values (?, ?, ?, ?, ?, ?)',
  )
  const noteRecord = prepareAuditLine(connection)
  const writeLife: LifeStore['writeLife'] = (life, line, record) => {
    const last = [life.lastResidentId, life.lastResidentNumber, life.lastRoom, life.lastHeartbeatSeconds] as const
    put.run(life.deviceId, life.state, life.since, ...last, life.replacedBy, life.replaces, life.rotatedAt)
    add.run(line.deviceId, line.at, line.deed, line.by, line.residentId, line.room, line.detail)
    noteRecord(record)
  }
  return {
    writeLife,
    lives: () => lives.all().map(lifeOf),
    notes: () => notes.all().map(noteOf),
    saveLife: (life, line, record) => write(() => writeLife(life, line, record)),
    saveNotes: (list) =>
      write(() => {
        for (const one of list) note.run(one.deviceId, one.batteryPercent, one.batteryAt, one.vendor, one.model, one.firmware)
      }),
    historyOf: async (deviceId, limit) => of.all(deviceId, limit).map(lineOf),
    historyIn: async (residentId, limit) => within.all(residentId, limit).map(lineOf),
  }
}

const lifeOf = (row: Row): DeviceLife => ({
  ...{ deviceId: String(row.device_id), state: row.state as DeviceLife['state'], since: instant(Number(row.since)) },
  ...{ lastResidentId: textOrNull(row.last_resident_id), lastResidentNumber: numberOrNull(row.last_resident_number) },
  ...{ lastRoom: String(row.last_room), lastHeartbeatSeconds: numberOrNull(row.last_heartbeat_seconds) },
  ...{ replacedBy: textOrNull(row.replaced_by), replaces: textOrNull(row.replaces), rotatedAt: momentOrNull(row.rotated_at) },
})

const noteOf = (row: Row): DeviceNote => ({
  ...{ deviceId: String(row.device_id), batteryPercent: numberOrNull(row.battery), batteryAt: momentOrNull(row.battery_at) },
  ...{ vendor: String(row.vendor), model: String(row.model), firmware: String(row.firmware) },
})

const lineOf = (row: Row): LifeLine => ({
  ...{ deviceId: String(row.device_id), at: instant(Number(row.at)), deed: row.deed as LifeLine['deed'], by: String(row.by_id) },
  ...{ residentId: textOrNull(row.resident_id), room: String(row.room), detail: String(row.detail) },
})
