/** Neighbours and keyholders who agreed that the elder's relatives see their telephone, on SQLite. */
import type { NearPhones } from '../../domain/family.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

/** A step of `careMigrations`. What somebody agreed to ends with the contact, and when the contact becomes another elder's. */
export const nearPhoneTables = `
  create table near_phones (
    contact_id text primary key, resident_id text not null, at integer not null, by text not null
  ) strict, without rowid;
  create index near_phones_of on near_phones (resident_id);
  create trigger near_phones_go_with_contacts after delete on contacts begin
    delete from near_phones where contact_id = old.id;
  end;
  create trigger near_phones_stay_with_elder after update of resident_id, phone on contacts
    when old.resident_id <> new.resident_id or old.phone <> new.phone begin
    delete from near_phones where contact_id = old.id;
  end;
`

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
