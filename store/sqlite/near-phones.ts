/** Neighbours and keyholders who agreed that the elder's relatives see their telephone, on SQLite. */
import type { NearPhones } from '../../domain/family.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export function openNearPhones({ connection, reader, write }: Database): NearPhones {
  const of = reader.prepare('select contact_id from near_phones where resident_id = ?')
  const isHers = connection.prepare('select 1 from contacts where id = ? and resident_id = ?')
  const put = connection.prepare(`
    insert into near_phones (contact_id, resident_id, at, by) values (?1, ?2, ?3, ?4)
    on conflict (contact_id) do update set resident_id = ?2, at = ?3, by = ?4`)
  const end = connection.prepare('delete from near_phones where contact_id = ? and resident_id = ?')
  const note = prepareAuditLine(connection)
  return {
    sharedBy: async (residentId) => of.all(residentId).map(({ contact_id }) => String(contact_id)),
    share: ({ contactId, residentId, at, by }, line) =>
      write(() => {
        if (!isHers.get(contactId, residentId)) throw new RangeError(`Contact ${contactId} is not one of resident ${residentId}.`)
        put.run(contactId, residentId, at, by)
        note(line)
      }),
    unshare: ({ contactId, residentId }, line) =>
      write(() => {
        const ended = end.run(contactId, residentId).changes > 0
        if (ended) note(line)
        return ended
      }),
  }
}
