/** Consents and pictures on SQLite, each change with its line of the record. */
import type { Consent, Photo } from '../../domain/resident-file.ts'
import { instant } from '../../domain/time.ts'
import type { ResidentFileStore } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export function openResidentFile({ connection, reader, write }: Database): ResidentFileStore {
  const all = reader.prepare('select * from consents where resident_id = ? order by given_at desc, id')
  const one = reader.prepare('select * from consents where id = ?')
  const add = connection.prepare(`
    insert into consents (id, resident_id, kind, form, given_by, given_at, note, recorded_by, recorded_at)
    select ?1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 from residents where id = ?2`)
  const withdraw = connection.prepare(`
    update consents set withdrawn_at = ?2, withdrawn_by = ?3, withdrawn_recorded_by = ?4 where id = ?1 and withdrawn_at is null`)
  const photo = reader.prepare('select type, bytes, at from photos where resident_id = ?')
  const photoAt = reader.prepare('select at from photos where resident_id = ?')
  const putPhoto = connection.prepare(`
    insert into photos (resident_id, type, bytes, at) select id, ?2, ?3, ?4 from residents where id = ?1
    on conflict (resident_id) do update set type = excluded.type, bytes = excluded.bytes, at = excluded.at`)
  const removePhoto = connection.prepare('delete from photos where resident_id = ?')
  const line = prepareAuditLine(connection)
  const noted = (changes: number | bigint, with_: Parameters<typeof line>[0]): boolean => {
    if (changes > 0) line(with_)
    return changes > 0
  }
  return {
    consents: async (residentId) => all.all(residentId).map(consentOf),
    async consent(id) {
      const row = one.get(id)
      return row ? consentOf(row) : null
    },
    addConsent: ({ id, residentId, kind, form, givenBy, givenAt, note, recordedBy, recordedAt }, said) =>
      write(() => noted(add.run(id, residentId, kind, form, givenBy, givenAt, note, recordedBy, recordedAt).changes, said)),
    withdraw: (id, { at, by, recordedBy }, said) => write(() => noted(withdraw.run(id, at, by, recordedBy).changes, said)),
    async photo(residentId) {
      const row = photo.get(residentId)
      return row ? { type: row.type as Photo['type'], bytes: row.bytes as Uint8Array, at: instant(Number(row.at)) } : null
    },
    async photoAt(residentId) {
      const row = photoAt.get(residentId)
      return row ? instant(Number(row.at)) : null
    },
    putPhoto: (residentId, { type, bytes, at }, said) => write(() => noted(putPhoto.run(residentId, type, bytes, at).changes, said)),
    removePhoto: (residentId, said) => write(() => noted(removePhoto.run(residentId).changes, said)),
  }
}

const consentOf = (row: Record<string, unknown>): Consent => ({
  ...{ id: String(row.id), residentId: String(row.resident_id), kind: row.kind as Consent['kind'], form: row.form as Consent['form'] },
  ...{ givenBy: String(row.given_by), givenAt: instant(Number(row.given_at)), note: String(row.note) },
  ...{ recordedBy: String(row.recorded_by), recordedAt: instant(Number(row.recorded_at)) },
  withdrawn:
    row.withdrawn_at === null
      ? null
      : { at: instant(Number(row.withdrawn_at)), by: String(row.withdrawn_by), recordedBy: String(row.withdrawn_recorded_by) },
})
