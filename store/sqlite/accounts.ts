/** Accounts on SQLite: people who sign in, their sessions, and the record of what they did, which can only grow. */
import type { DatabaseSync } from 'node:sqlite'
import { instant } from '../../domain/time.ts'
import type { Accounts, AuditLine, Session, User, UserRole } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'
import { sqliteCode } from './refusal.ts'

type UserRow = {
  id: string
  name: string
  display_name: string
  role: string
  site_ids: string
  disabled: number
  password_hash: string
}

/** The accounts of this database. */
export function openAccounts(database: Database): Accounts {
  return { ...users(database), ...sessions(database), ...audit(database) }
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

const userOf = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  role: row.role as UserRole,
  siteIds: JSON.parse(row.site_ids),
  disabled: row.disabled === 1,
})

const nameTaken = 2067

function preparePutUser(connection: DatabaseSync): (user: User, passwordHash?: string) => void {
  const update = connection.prepare(`
    update users set name = ?, display_name = ?, role = ?, site_ids = ?, disabled = ?, password_hash = coalesce(?, password_hash) where id = ?`)
  const insert = connection.prepare(
    'insert into users (name, display_name, role, site_ids, disabled, password_hash, id) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const endSessions = connection.prepare('delete from sessions where user_id = ?')
  const write = (user: User, passwordHash?: string) => {
    const fields = [user.name, user.displayName, user.role, JSON.stringify(user.siteIds), Number(user.disabled)] as const
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

type SessionRow = { id: string; user_id: string; created_at: number; expires_at: number; csrf_token: string }

function sessions({ connection, reader, write }: Database): Pick<Accounts, 'putSession' | 'session' | 'endSession' | 'endSessionsOf'> {
  const forgetOld = connection.prepare('delete from sessions where expires_at < ?')
  const put = connection.prepare(`
    insert into sessions (id_hash, id, user_id, created_at, expires_at, csrf_token) values (?, ?, ?, ?, ?, ?)
    on conflict (id_hash) do update set expires_at = excluded.expires_at, csrf_token = excluded.csrf_token`)
  const find = reader.prepare('select * from sessions where id_hash = ?')
  const end = connection.prepare('delete from sessions where id_hash = ?')
  const endAll = connection.prepare('delete from sessions where user_id = ?')
  return {
    putSession: (idHash, { id, userId, createdAt, expiresAt, csrfToken }) =>
      write(() => {
        forgetOld.run(createdAt)
        put.run(idHash, id, userId, createdAt, expiresAt, csrfToken)
      }),
    async session(idHash) {
      const row = find.get(idHash) as SessionRow | undefined
      return row ? sessionOf(row) : null
    },
    endSession: (idHash) => write(() => void end.run(idHash)),
    endSessionsOf: (userId) => write(() => void endAll.run(userId)),
  }
}

const sessionOf = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.user_id,
  createdAt: instant(row.created_at),
  expiresAt: instant(row.expires_at),
  csrfToken: row.csrf_token,
})

type AuditRow = { id: number; at: number; user_id: string; action: string; subject_id: string; detail: string }

function audit({ connection, reader, write }: Database): Pick<Accounts, 'audit' | 'auditLines'> {
  const note = prepareAuditLine(connection)
  const lines = reader.prepare('select * from audit where id > ? order by id limit ?')
  const lineOf = (row: AuditRow): AuditLine & { id: number } => ({
    id: row.id,
    at: instant(row.at),
    userId: row.user_id,
    action: row.action,
    subjectId: row.subject_id,
    detail: row.detail,
  })
  return {
    audit: (line) => write(() => note(line)),
    auditLines: async (afterId, limit) => (lines.all(afterId, limit) as AuditRow[]).map(lineOf),
  }
}
