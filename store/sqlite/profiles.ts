/** Mapping profiles on SQLite: as they were written, by name, with a line of who wrote them. */
import type { ProfileStore } from '../store.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

export function openProfileStore({ connection, reader, write }: Database): ProfileStore {
  const all = reader.prepare('select id, text from profiles order by id')
  const put = connection.prepare('insert into profiles (id, text) values (?, ?) on conflict (id) do update set text = excluded.text')
  const remove = connection.prepare('delete from profiles where id = ?')
  const line = prepareAuditLine(connection)
  return {
    all: () => all.all().map((row) => ({ id: String(row.id), text: String(row.text) })),
    put: ({ id, text }, noted) =>
      write(() => {
        put.run(id, text)
        line(noted)
      }),
    remove: (id, noted) =>
      write(() => {
        const isGone = remove.run(id).changes > 0
        if (isGone) line(noted)
        return isGone
      }),
  }
}
