/** Writes rows of the directory: every reference checked, then all rows in one transaction, each inserted or replaced by its id. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { DirectoryRows } from '../../store.ts'
import { openQueries } from '../kysely-dialect.ts'
import { sqliteCode } from '../refusal.ts'
import { contactToRow, deviceToRow, homeToRow, residentToRow, siteToRow } from './tables.ts'

export type Table = keyof DirectoryRows
const tables: readonly Table[] = ['sites', 'homes', 'residents', 'contacts', 'devices']
const oneOf: Readonly<Record<Table, string>> = {
  sites: 'Site',
  homes: 'Home',
  residents: 'Resident',
  contacts: 'Contact',
  devices: 'Device',
}

type Some = Partial<DirectoryRows>

/** Synchronous, for the writer. What throws does it with a RangeError in words for people; then the caller must roll back. */
export type DirectoryPut = {
  /** `check`, `write` and `checkGateways` in one. */
  put(rows: Some): void
  /** Throws when a row refers to what is neither there nor among `ids`. */
  check(rows: Some, ids: Ids): void
  write(rows: Some): void
  /** Throws when devices that were written cannot stand behind their gateways. */
  checkGateways(devices: DirectoryRows['devices']): void
  remove(table: Table, id: string): boolean
  /** A row as the table holds it, for `restore`. */
  read(table: Table, id: string): Row | null
  restore(table: Table, row: Row): void
}

export function prepareDirectoryPut(connection: DatabaseSync): DirectoryPut {
  const puts = preparePuts(connection)
  const check = prepareReferenceCheck(connection)
  const checkGateways = prepareGatewayCheck(connection)
  const removes = new Map(tables.map((table) => [table, connection.prepare(`delete from ${table} where id = ?`)]))
  const reads = new Map(tables.map((table) => [table, connection.prepare(`select * from ${table} where id = ?`)]))
  const write = (given: Some) => {
    const rows = allOf(given)
    for (const row of rows.sites) puts.sites(siteToRow(row))
    for (const row of rows.homes) puts.homes(homeToRow(row))
    for (const row of rows.residents) puts.residents(residentToRow(row))
    for (const row of rows.contacts) puts.contacts(contactToRow(row))
    // A gateway before what it carries.
    for (const row of rows.devices) if (row.gatewayId === null) puts.devices(deviceToRow(row))
    for (const row of rows.devices) if (row.gatewayId !== null) puts.devices(deviceToRow(row))
  }
  return {
    check,
    write,
    checkGateways,
    put(rows) {
      check(rows, idsOf(rows))
      write(rows)
      checkGateways(rows.devices ?? [])
    },
    read: (table, id) => (reads.get(table)?.get(id) as Row | undefined) ?? null,
    restore: (table, { number: _, ...row }) => puts[table](row),
    remove(table, id) {
      try {
        return removes.get(table)?.run(id).changes === 1
      } catch (error) {
        if (sqliteCode(error) !== foreignKeyBroken) throw error
        throw new RangeError(`${oneOf[table]} ${id} is still in use: move or remove what belongs to it first.`, { cause: error })
      }
    },
  }
}

const foreignKeyBroken = 787

const allOf = (rows: Some): DirectoryRows => ({ sites: [], homes: [], residents: [], contacts: [], devices: [], ...rows })

export type Row = Readonly<Record<string, SQLInputValue>>

/** The ids of rows that are written together, by table. */
export type Ids = ReadonlyMap<Table, ReadonlySet<string>>
export const idsOf = (rows: Some): Ids => new Map(tables.map((table) => [table, new Set(rows[table]?.map(({ id }) => id))]))

/** One statement a table, in the words of Kysely, run with a row's values in the order of its columns. */
function preparePuts(connection: DatabaseSync): Record<Table, (row: Row) => void> {
  const prepare = (table: Table) => {
    let run: ((row: Row) => void) | null = null
    return (row: Row) => {
      run ??= prepareUpsert(connection, table, Object.keys(row))
      run(row)
    }
  }
  return {
    sites: prepare('sites'),
    homes: prepare('homes'),
    residents: prepare('residents'),
    contacts: prepare('contacts'),
    devices: prepare('devices'),
  }
}

function prepareUpsert(connection: DatabaseSync, table: Table, columns: readonly string[]): (row: Row) => void {
  const queries = openQueries<Record<Table, Row>>(connection)
  const empty = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '']))
  const others = columns.filter((column) => column !== 'id')
  // Update first: an upsert would use up a new number for each row that is already there.
  const update = connection.prepare(queries.updateTable(table).set(empty(others)).where('id', '=', '').compile().sql)
  const insert = connection.prepare(queries.insertInto(table).values(empty(columns)).compile().sql)
  return (row) => {
    const changed = update.run(...others.map((column) => row[column] ?? null), row.id ?? null)
    if (changed.changes === 0) insert.run(...columns.map((column) => row[column] ?? null))
  }
}

/** Every id that a row names must be among the rows given or already there. */
function prepareReferenceCheck(connection: DatabaseSync): DirectoryPut['check'] {
  const known = new Map(tables.map((table) => [table, connection.prepare(`select 1 from ${table} where id = ?`)]))
  return (some, given) => {
    const rows = allOf(some)
    const mustBe = (table: Table, id: string | null, of: () => string) => {
      if (id === null || given.get(table)?.has(id) || known.get(table)?.get(id)) return
      throw new RangeError(`${oneOf[table]} ${id} of ${of()} does not exist.`)
    }
    for (const home of rows.homes) mustBe('sites', home.siteId, () => `home ${home.id}`)
    for (const resident of rows.residents) {
      mustBe('sites', resident.siteId, () => `resident ${resident.id}`)
      mustBe('homes', resident.homeId, () => `resident ${resident.id}`)
    }
    for (const contact of rows.contacts) mustBe('residents', contact.residentId, () => `contact ${contact.id}`)
    for (const device of rows.devices) {
      mustBe('sites', device.siteId, () => `device ${device.id}`)
      mustBe('residents', device.residentId, () => `device ${device.id}`)
      mustBe('devices', device.gatewayId, () => `device ${device.id}`)
    }
  }
}

/** A gateway speaks MQTT itself, and calls each of its devices by a name of its own: otherwise a press could be taken for another's. */
function prepareGatewayCheck(connection: DatabaseSync): DirectoryPut['checkGateways'] {
  const behind = connection.prepare('select gateway_id from devices where id = ? and gateway_id is not null')
  const carries = connection.prepare('select id from devices where gateway_id = ? limit 1')
  const namesake = connection.prepare('select id from devices where gateway_id = ? and key = ? and id <> ?')
  return (devices) => {
    for (const { id, gatewayId, key } of devices) {
      if (gatewayId === null) continue
      if (behind.get(gatewayId)) throw new RangeError(`Gateway ${gatewayId} of device ${id} is itself behind a gateway.`)
      if (carries.get(id)) throw new RangeError(`Device ${id} carries other devices, so it cannot be behind gateway ${gatewayId}.`)
      const other = namesake.get(gatewayId, key, id)
      if (other) throw new RangeError(`Devices ${id} and ${other.id} of gateway ${gatewayId} have the same key ${key}.`)
    }
  }
}
