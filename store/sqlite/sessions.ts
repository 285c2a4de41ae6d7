/** The rows of sessions: who is signed in, from where, until when. */
import { instant } from '../../domain/time.ts'
import type { Accounts, Factor, Session } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type SessionRow = {
  id_hash: string
  id: string
  user_id: string
  created_at: number
  expires_at: number
  csrf_token: string
  used_at: number
  label: string
  place: string
  factor: string
}

type SessionPart = Pick<Accounts, 'putSession' | 'session' | 'sessionsOf' | 'usedSession' | 'endSession' | 'endSessionsOf'>

/** The sessions of this database. */
export function openSessionRows({ connection, reader, write }: Database): SessionPart {
  const forgetOld = connection.prepare('delete from sessions where expires_at < ?')
  const put = connection.prepare(`
    insert into sessions (id_hash, id, user_id, created_at, expires_at, csrf_token, used_at, label, place, factor)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id_hash) do update set expires_at = excluded.expires_at, csrf_token = excluded.csrf_token`)
  const find = reader.prepare('select * from sessions where id_hash = ?')
  const ofUser = reader.prepare('select * from sessions where user_id = ? order by used_at desc, id')
  const used = connection.prepare('update sessions set used_at = ? where id_hash = ? and used_at < ?')
  const end = connection.prepare('delete from sessions where id_hash = ?')
  const endAll = connection.prepare('delete from sessions where user_id = ?')
  const note = prepareAuditLine(connection)
  return {
    putSession: (idHash, { id, userId, createdAt, expiresAt, csrfToken, usedAt, label, place, factor }, line) =>
      write(() => {
        forgetOld.run(createdAt)
        put.run(idHash, id, userId, createdAt, expiresAt, csrfToken, usedAt, label, place, factor)
        note(line)
      }),
    async session(idHash) {
      const row = find.get(idHash) as SessionRow | undefined
      return row ? sessionOf(row) : null
    },
    sessionsOf: async (userId) => (ofUser.all(userId) as SessionRow[]).map((row) => ({ ...sessionOf(row), idHash: row.id_hash })),
    usedSession: (idHash, at) => write(() => void used.run(at, idHash, at)),
    endSession: (idHash, line) =>
      write(() => {
        end.run(idHash)
        note(line)
      }),
    endSessionsOf: (userId, line) =>
      write(() => {
        endAll.run(userId)
        note(line)
      }),
  }
}

const sessionOf = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.user_id,
  createdAt: instant(row.created_at),
  expiresAt: instant(row.expires_at),
  csrfToken: row.csrf_token,
  usedAt: instant(row.used_at),
  label: row.label,
  place: row.place,
  factor: row.factor as Factor,
})
