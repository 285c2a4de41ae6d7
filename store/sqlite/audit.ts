/** The record of who looked at whom, read and proved: the table can only grow, and a line that was changed breaks the chain from there on. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { setImmediate as breathe } from 'node:timers/promises'
import { instant } from '../../domain/time.ts'
import type { AuditQuery, AuditStore, ChainCheck, StoredAuditLine } from '../staff.ts'
import { chainHash, prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type AuditRow = { id: number; at: number; user_id: string; action: string; subject_id: string; detail: string; hash: string }

/** The record of this database. */
export function openAuditRows({ connection, reader, write }: Pick<Database, 'connection' | 'reader' | 'write'>): AuditStore {
  const note = prepareAuditLine(connection)
  const lines = reader.prepare('select * from audit where id > ? order by id limit ?')
  return {
    audit: (line) => write(() => note(line)),
    auditAll: (all) => write(() => all.forEach(note)),
    auditLines: async (afterId, limit) => (lines.all(afterId, limit) as AuditRow[]).map(lineOf).map(({ hash: _, ...line }) => line),
    async auditPage(query) {
      const { sql, values } = pageSql(query)
      return (reader.prepare(sql).all(...values) as AuditRow[]).map(lineOf)
    },
    checkChain: () => checkChain(reader),
  }
}

const lineOf = (row: AuditRow): StoredAuditLine => ({
  ...{ id: row.id, at: instant(row.at), userId: row.user_id, action: row.action },
  ...{ subjectId: row.subject_id, detail: row.detail, hash: row.hash },
})

type Condition = { sql: string; values: readonly SQLInputValue[] }
const listed = (column: string, given: readonly string[]): Condition => ({
  sql: `${column} in (select value from json_each(?))`,
  values: [JSON.stringify(given)],
})

function pageSql(query: AuditQuery): { sql: string; values: SQLInputValue[] } {
  const { siteIds, userIds, subjectIds, action, from, to, beforeId, limit } = query
  const conditions: Condition[] = [
    ...(siteIds === 'all' ? [] : [ofSites(siteIds)]),
    ...(userIds ? [listed('user_id', userIds)] : []),
    ...(subjectIds ? [listed('subject_id', subjectIds)] : []),
    ...(action ? [{ sql: 'substr(action, 1, ?) = ?', values: [action.length, action] }] : []),
    ...(from === undefined ? [] : [{ sql: 'at >= ?', values: [from] }]),
    ...(to === undefined ? [] : [{ sql: 'at < ?', values: [to] }]),
    ...(beforeId === undefined ? [] : [{ sql: 'id < ?', values: [beforeId] }]),
  ]
  const where = conditions.length === 0 ? '' : `where ${conditions.map(({ sql }) => `(${sql})`).join(' and ')}`
  return {
    sql: `select * from audit ${where} order by id desc limit ?`,
    values: [...conditions.flatMap(({ values }) => values), limit],
  }
}

/**
 * What concerns these sites: a subject that is one of their rows, or staff who see nothing else doing what has no subject of another site.
 * What is gone belongs to nobody any more, and is seen by those alone who see all.
 */
function ofSites(siteIds: readonly string[]): Condition {
  const sites = JSON.stringify(siteIds)
  const own = 'select value from json_each(?)'
  const rows = ['residents', 'homes', 'devices'].map((table) => `subject_id in (select id from ${table} where site_id in (${own}))`)
  const contacts = `subject_id in (select c.id from contacts c join residents r on r.id = c.resident_id where r.site_id in (${own}))`
  // Staff with areas are those of several sites, and staff without sites of none: neither is theirs alone.
  const staff = `
    select u.id from users u where u.role <> 'admin' and u.areas = '[]' and u.site_ids <> '[]'
      and not exists (select 1 from json_each(u.site_ids) s where s.value not in (${own}))`
  const parts = [`subject_id in (${own})`, ...rows, contacts]
  const sql = [...parts, `user_id in (${staff}) and (subject_id in ('', 'all') or subject_id = user_id)`].join(' or ')
  return { sql, values: [...parts, staff].map(() => sites) }
}

const sliceLines = 2_000

/** Of the record behind this connection. */
export async function checkChain(reader: DatabaseSync): Promise<ChainCheck> {
  const slice = reader.prepare('select * from audit where id > ? order by id limit ?')
  const check: ChainCheck = { lines: 0, begins: null, lastId: 0, head: '', brokenId: null, why: '' }
  for (;;) {
    const rows = (slice.all(check.lastId, sliceLines) as AuditRow[]).map(lineOf)
    for (const line of rows) if (!takeIn(check, line)) return check
    if (rows.length < sliceLines) break
    await breathe()
  }
  // Lines cut off at the end leave no gap that a hash could show; what counts the lines still knows of them.
  const given = Number(reader.prepare("select seq from sqlite_sequence where name = 'audit'").get()?.seq ?? 0)
  if (given > check.lastId) return { ...check, brokenId: check.lastId + 1, why: 'lines are missing at the end' }
  // Whoever empties every checksum has not made the lines older than the chain.
  if (check.lines > 0 && check.begins === null) return { ...check, brokenId: 1, why: 'no line has a checksum' }
  return check
}

/** False when this line is the first that does not fit. */
function takeIn(check: ChainCheck, line: StoredAuditLine): boolean {
  const began = check.begins !== null
  const why = began || line.hash !== '' ? misfit(check, line) : line.id === check.lastId + 1 ? '' : 'a line before it is missing'
  if (why !== '') {
    Object.assign(check, { brokenId: line.id, why })
    return false
  }
  if (!began && line.hash !== '') check.begins = line.id
  Object.assign(check, { lines: check.lines + 1, lastId: line.id, head: line.hash })
  return true
}

function misfit({ lastId, head }: ChainCheck, line: StoredAuditLine): string {
  if (line.id !== lastId + 1) return 'a line before it is missing'
  return line.hash === chainHash(head, line.id, line) ? '' : 'it is not what was written, or a line before it is not'
}
