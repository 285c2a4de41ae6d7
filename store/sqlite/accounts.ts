/** Accounts on SQLite: people who sign in, their sessions, and the record of what they did, which can only grow. */
import type { DatabaseSync } from 'node:sqlite'
import type { Accounts, Area, User, UserRole } from '../store.ts'
import { openAuditRows } from './audit.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'
import { sqliteCode } from './refusal.ts'
import { openSessionRows } from './sessions.ts'

type UserRow = {
  id: string
  name: string
  display_name: string
  role: string
  site_ids: string
  areas: string
  disabled: number
  password_hash: string
}

/** The accounts of this database. */
export function openAccounts(database: Database): Accounts {
  return { ...users(database), ...openSessionRows(database), ...openAuditRows(database) }
}

type UserPart = Pick<Accounts, 'countUsers' | 'users' | 'userByName' | 'user' | 'putUser'>

function users({ connection, reader, write }: Database): UserPart {
  const count = reader.prepare('select count(*) as count from users')
  const all = reader.prepare('select * from users order by name, id')
  const byName = reader.prepare('select * from users where name = ?')
  const byId = reader.prepare('select * from users where id = ?')
  const put = preparePutUser(connection)
  const note = prepareAuditLine(connection)
  const rowOf = (row: unknown) => row as UserRow | undefined
  const userOf = openUserOf(reader)
  return {
    countUsers: async () => Number(count.get()?.count),
    users: async () => (all.all() as UserRow[]).map(userOf),
    async userByName(name) {
      const row = rowOf(byName.get(name))
      return row ? { ...userOf(row), passwordHash: row.password_hash } : null
    },
    async user(id) {
      const row = rowOf(byId.get(id))
      return row ? userOf(row) : null
    },
    putUser: (user, passwordHash, line) =>
      write(() => {
        put(user, passwordHash)
        note(line)
      }),
  }
}

/** Users as they are at this moment: what their areas come to is asked anew each time, so that a site added today is theirs today. */
function openUserOf(reader: DatabaseSync): (row: UserRow) => User {
  const sitesIn = reader.prepare(`
    select id from sites where city = ? and (? = '' or district = ?) and (? = '' or street = ?) order by id`)
  const idsIn = ({ city, district, street }: Area) => sitesIn.all(city, district, district, street, street).map(({ id }) => String(id))
  return (row) => {
    const areas: readonly Area[] = JSON.parse(row.areas)
    return {
      ...{ id: row.id, name: row.name, displayName: row.display_name, role: row.role as UserRole },
      siteIds: JSON.parse(row.site_ids),
      ...(areas.length > 0 && { areas, areaSiteIds: [...new Set(areas.flatMap(idsIn))] }),
      disabled: row.disabled === 1,
    }
  }
}

const nameTaken = 2067

function preparePutUser(connection: DatabaseSync): (user: User, passwordHash?: string) => void {
  const update = connection.prepare(`
    update users set name = ?, display_name = ?, role = ?, site_ids = ?, areas = ?, disabled = ?, password_hash = coalesce(?, password_hash) where id = ?`)
  const insert = connection.prepare(
    'insert into users (name, display_name, role, site_ids, areas, disabled, password_hash, id) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const endSessions = connection.prepare('delete from sessions where user_id = ?')
  const write = (user: User, passwordHash?: string) => {
    const places = [JSON.stringify(user.siteIds), JSON.stringify(user.areas ?? [])] as const
    const fields = [user.name, user.displayName, user.role, ...places, Number(user.disabled)] as const
    if (update.run(...fields, passwordHash ?? null, user.id).changes > 0) return
    if (passwordHash === undefined) throw new RangeError(`User ${user.id} is new and needs a password.`)
    insert.run(...fields, passwordHash, user.id)
  }
  return (user, passwordHash) => {
    try {
      write(user, passwordHash)
    } catch (error) {
      if (sqliteCode(error) !== nameTaken) throw error
      throw new RangeError('This sign-in name is taken.', { cause: error })
    }
    endSessions.run(user.id)
  }
}
