/** Adds a line to the record of who did what, inside the very transaction of what was done, and chains it to the lines before it. */
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { AuditLine } from '../store.ts'

/** SHA-256, in hexadecimal, of the hash before and everything the line says: as a JSON list, so that no two lines can be taken for one another. */
export function chainHash(before: string, id: number, line: AuditLine): string {
  const { at, userId, action, subjectId, detail } = line
  return createHash('sha256')
    .update(JSON.stringify([before, id, at, userId, action, subjectId, detail]))
    .digest('hex')
}

/** Synchronous, for the writer. Without a line nothing is added: a program that fills a directory is nobody. */
export function prepareAuditLine(connection: DatabaseSync): (line: AuditLine | undefined) => void {
  const add = connection.prepare('insert into audit (id, at, user_id, action, subject_id, detail, hash) values (?, ?, ?, ?, ?, ?, ?)')
  // Asked each time, and remembered by nobody: a transaction that was rolled back took its line with it.
  const last = connection.prepare('select id, hash from audit order by id desc limit 1')
  return (line) => {
    if (!line) return
    const before = last.get() as { id: number; hash: string } | undefined
    const id = (before?.id ?? 0) + 1
    const hash = chainHash(before?.hash ?? '', id, line)
    add.run(id, line.at, line.userId, line.action, line.subjectId, line.detail, hash)
  }
}
