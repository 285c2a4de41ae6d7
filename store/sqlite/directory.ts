/** The Directory on SQLite: who lives where, who can be asked, which devices report. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Home, Resident } from '../../domain/people.ts'
import type { Directory, DirectoryRows } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'
import { isBulk, openBulk } from './directory/bulk.ts'
import { openLookups } from './directory/lookups.ts'
import { prepareOneRow } from './directory/one-row.ts'
import { openPages } from './directory/pages.ts'
import { type Change, openPlans } from './directory/plans.ts'
import { prepareDirectoryPut } from './directory/put.ts'
import { residentOfRow, siteOfRow, type Tables } from './directory/tables.ts'
import { openQueries } from './kysely-dialect.ts'

/** Keeps the newest so many hashes of a device: the one in use and the one it changes to. */
const hashesMost = 2

/** The directory of this database. */
export function openDirectory(database: Database): Directory {
  const { connection, reader } = database
  const queries = openQueries<Tables>(reader)
  const writes = prepareDirectoryPut(connection)
  // On the writer: its pages stay warm, while each commit makes the reader read its own anew (0.1 ms on the way of a press).
  const { contactsOf, ...lookups } = openLookups(connection)
  let version = 1
  const note = prepareAuditLine(connection)
  const bulk = openBulk(database, writes)
  /** While a large put is under way, other changes wait: putting it back must not undo theirs. */
  let underWay: Promise<unknown> | null = null
  const myTurn = async () => {
    while (underWay || bulk.isLeft()) await (underWay ?? bulk.putBackLeft())
  }
  const change: Change = async (work, line) => {
    await myTurn()
    const done = await database.write(() => {
      const value = work()
      // What removed nothing changed nothing.
      if (value !== false) note(line)
      return value
    })
    version += 1
    return done
  }
  const putBulk = async (rows: Partial<DirectoryRows>, finish: () => void) => {
    await myTurn()
    // What others asked for before is written before: the writer keeps the order.
    const work = database.write(() => {}).then(() => bulk.put(rows, finish))
    underWay = work.catch(() => undefined)
    try {
      await work
    } finally {
      underWay = null
      // Also when it was put back: somebody may have seen what is gone again.
      version += 1
    }
  }
  const { revoke, ...credentials } = credentialWrites(database, change)
  return {
    ...lookups,
    ...listsOf(queries),
    row: prepareOneRow(reader),
    ...openPlans({ database, change, contactsOf, version: () => version }),
    ...credentials,
    version: () => version,
    put(rows, line, { write: writeAlong = () => {}, revoke: deviceId } = {}) {
      const along = () => {
        writeAlong()
        if (deviceId !== undefined) revoke(deviceId)
      }
      if (!isBulk(rows)) return change(() => void [writes.put(rows), along()], line)
      return putBulk(rows, () => void [along(), note(line)])
    },
    setMode: prepareSetMode(database, change),
    remove: (table, id, line) => change(() => writes.remove(table, id), line),
  }
}

function credentialWrites(
  { connection }: Database,
  change: Change,
): Pick<Directory, 'putCredential' | 'revokeCredentials' | 'endRotation'> & { revoke(deviceId: string): void } {
  const device = connection.prepare('select 1 from devices where id = ?')
  const add = connection.prepare('insert into credentials (device_id, token_hash) values (?, ?)')
  const forget = connection.prepare(`
    delete from credentials where device_id = ?1 and place not in
      (select place from credentials where device_id = ?1 order by place desc limit ${hashesMost})`)
  const endTokens = connection.prepare('delete from credentials where device_id = ?')
  const endVendor = connection.prepare('delete from vendor_logins where device_id = ?')
  const endCertificates = connection.prepare(
    "insert or replace into certificate_ends (device_id, ended_at) values (?, cast(unixepoch('subsec') * 1000 as integer))",
  )
  const end = connection.prepare(`
    delete from credentials where device_id = ?1 and place < (select max(place) from credentials where device_id = ?1)`)
  const revoke = (deviceId: string) => {
    for (const way of [endTokens, endVendor, endCertificates]) way.run(deviceId)
  }
  return {
    revoke,
    putCredential: (deviceId, tokenHash, line) =>
      change(() => {
        if (!device.get(deviceId)) throw new RangeError(`Device ${deviceId} does not exist.`)
        add.run(deviceId, tokenHash)
        forget.run(deviceId)
      }, line),
    revokeCredentials: (deviceId, line) => change(() => revoke(deviceId), line),
    endRotation: (deviceId, line) => change(() => void end.run(deviceId), line),
  }
}

function prepareSetMode({ connection }: Database, change: Change): Directory['setMode'] {
  const set = connection.prepare('update residents set mode = ?, mode_until = ? where id = ?')
  return (residentId, { mode, until }, line) => change(() => set.run(mode, until, residentId).changes === 1, line)
}

type Lists = Pick<Directory, 'sites' | 'site' | 'residents' | 'findResidents' | 'devices' | 'rows'>

function listsOf(queries: Kysely<Tables>): Lists {
  const { sites, homes, homesOf, residents, contactsOf, devices } = openPages(queries)
  return {
    sites: () => sites('all'),
    async site(id) {
      const row = await queries.selectFrom('sites').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? siteOfRow(row) : null
    },
    async residents(siteIds) {
      const people = await residents(siteIds)
      return housed(people, await homesOf(people))
    },
    async findResidents(typed, siteIds, limit) {
      const found = await residentsNamed(queries, typed, { siteIds, limit })
      const people = found.map(residentOfRow)
      return housed(people, await homesOf(people))
    },
    devices,
    async rows(siteIds): Promise<DirectoryRows> {
      const people = await residents(siteIds)
      return {
        sites: await sites(siteIds),
        homes: await homes(siteIds),
        residents: people.map(withoutNumber),
        contacts: await contactsOf(people),
        devices: (await devices(siteIds)).map(withoutNumber),
      }
    },
  }
}

/** Each resident with the home she lives in. */
function housed(residents: readonly Resident[], homes: readonly Home[]): { resident: Resident; home: Home }[] {
  const byId = new Map(homes.map((home) => [home.id, home]))
  return residents.flatMap((resident) => {
    const home = byId.get(resident.homeId)
    return home ? [{ resident, home }] : []
  })
}

/** Holds the letters, whatever signs of a pattern are among them. */
const holding = (typed: string): string => `%${typed.replace(/[\\%_]/g, '\\$&')}%`

function residentsNamed(queries: Kysely<Tables>, typed: string, { siteIds, limit }: { siteIds: readonly string[] | 'all'; limit: number }) {
  const residents = queries.selectFrom('residents').selectAll()
  return (siteIds === 'all' ? residents : residents.where('site_id', 'in', siteIds))
    .where(sql<SqlBool>`(name like ${holding(typed)} escape '\\' or phone like ${holding(typed)} escape '\\')`)
    .orderBy('name')
    .orderBy('number')
    .limit(limit)
    .execute()
}

function withoutNumber<T extends { number: number }>({ number: _, ...rest }: T): Omit<T, 'number'> {
  return rest
}
