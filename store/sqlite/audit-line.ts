/** Adds a line to the record of who did what, inside the very transaction of what was done: neither stands without the other. */
import type { DatabaseSync } from 'node:sqlite'
import type { AuditLine } from '../store.ts'

/** Synchronous, for the writer. Without a line nothing is added: a program that fills a directory is nobody. */
export function prepareAuditLine(connection: DatabaseSync): (line: AuditLine | undefined) => void {
  const add = connection.prepare('insert into audit (at, user_id, action, subject_id, detail) values (?, ?, ?, ?, ?)')
  return (line) => {
    if (line) add.run(line.at, line.userId, line.action, line.subjectId, line.detail)
  }
}
