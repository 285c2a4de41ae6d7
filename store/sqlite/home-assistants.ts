/** Home Assistants that may listen, on SQLite: logins, and of whom each hears. */
import type { HomeAssistantLink, HomeAssistantStore } from '../../domain/home-assistant.ts'
import { instant } from '../../domain/time.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

type Row = Record<string, unknown>

/** The Home Assistants of this database. */
export function openHomeAssistants({ connection, reader, write }: Database): HomeAssistantStore {
  const add = connection.prepare('insert into home_assistants (id, label, token_hash, made_at, made_by) values (?, ?, ?, ?, ?)')
  const link = connection.prepare(
    'insert into home_assistant_links (key, client_id, resident_id, contact_id, how, note) values (?, ?, ?, ?, ?, ?)',
  )
  const isGranted = connection.prepare('select 1 from family_consents where contact_id = ? and resident_id = ?')
  const of = reader.prepare(`
    select home_assistants.*, contact_id from home_assistant_links join home_assistants on home_assistants.id = client_id
    where resident_id = ? order by made_at, home_assistants.id`)
  const login = reader.prepare('select token_hash from home_assistants where id = ?')
  const linksOf = reader.prepare(`
    select key, resident_id, contact_id from home_assistant_links as l where client_id = ?1
      and (contact_id is null or exists (select 1 from family_consents as c where c.contact_id = l.contact_id and c.resident_id = l.resident_id))
    order by key`)
  const unlink = connection.prepare('delete from home_assistant_links where client_id = ? and resident_id = ?')
  const note = prepareAuditLine(connection)
  return {
    put: ({ client, tokenHash, links, lines }) =>
      write(() => {
        add.run(client.id, client.label, tokenHash, client.madeAt, client.madeBy)
        for (const { key, residentId, contactId, consent } of links) {
          if (contactId === null ? consent === null : !isGranted.get(contactId, residentId))
            throw new RangeError(`Resident ${residentId} did not agree to this.`)
          link.run(key, client.id, residentId, contactId, consent?.how ?? null, consent?.note ?? null)
        }
        for (const line of lines) note(line)
      }),
    of: async (residentId) => of.all(residentId).map(clientOf),
    login(clientId) {
      const row = login.get(clientId)
      const links = row ? linksOf.all(clientId).map(linkOf) : []
      return row && links.length > 0 ? { tokenHash: row.token_hash as Uint8Array, links } : null
    },
    unlink: (clientId, residentId, line) =>
      write(() => {
        const ended = unlink.run(clientId, residentId).changes > 0
        if (ended) note(line)
        return ended
      }),
  }
}

const contactOf = (row: Row): string | null => (row.contact_id === null ? null : String(row.contact_id))
const linkOf = (row: Row): HomeAssistantLink => ({ key: String(row.key), residentId: String(row.resident_id), contactId: contactOf(row) })
const clientOf = (row: Row) => ({
  ...{ id: String(row.id), label: String(row.label), madeBy: String(row.made_by), contactId: contactOf(row) },
  madeAt: instant(Number(row.made_at)),
})
