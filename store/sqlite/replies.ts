/** What terminals are still to be told, on SQLite. */
import type { KeptReplies, Reply } from '../../domain/message.ts'
import type { Database } from './database.ts'

/** The kept replies of this database. */
export function openKeptReplies({ connection, reader, write }: Database): KeptReplies {
  const all = reader.prepare('select body from replies order by at, id')
  const cursor = reader.prepare('select seq from reply_cursor')
  const replace = connection.prepare('delete from replies where device_id = ? and subject = ?')
  const put = connection.prepare('insert or replace into replies (id, device_id, subject, body, at) values (?, ?, ?, ?, ?)')
  const remove = connection.prepare('delete from replies where id = ?')
  const move = connection.prepare('insert into reply_cursor (one, seq) values (1, ?1) on conflict (one) do update set seq = ?1')
  return {
    kept: async () => all.all().map(({ body }) => JSON.parse(String(body)) as Reply),
    async cursor() {
      const row = cursor.get()
      return row ? Number(row.seq) : null
    },
    keep: (change) =>
      write(() => {
        for (const id of change.remove) remove.run(id)
        for (const reply of change.put) {
          const subject = reply.alarmId ?? reply.id
          replace.run(reply.deviceId, subject)
          put.run(reply.id, reply.deviceId, subject, JSON.stringify(reply), reply.at)
        }
        move.run(change.cursor)
      }),
  }
}
