/** Weekly reminders to try the button, on SQLite: who was reminded when, in which language, or not at all. */
import type { Reminder, ReminderStore } from '../../domain/enrolment-reminders.ts'
import { instant } from '../../domain/time.ts'
import { prepareAuditLine } from './audit-line.ts'
import type { Database } from './database.ts'

/** The reminders of this database. */
export function openReminderStore({ connection, reader, write }: Database): ReminderStore {
  const all = reader.prepare('select * from test_reminders')
  const one = reader.prepare('select * from test_reminders where resident_id = ?')
  const wish = connection.prepare(`
    insert into test_reminders (resident_id, reminded_at, is_off, language, words) values (?1, 0, ?2, ?3, ?4)
    on conflict (resident_id) do update set is_off = ?2, language = ?3, words = ?4`)
  const remind = connection.prepare(`
    insert into test_reminders (resident_id, reminded_at) values (?1, ?2) on conflict (resident_id) do update set reminded_at = ?2`)
  const note = prepareAuditLine(connection)
  return {
    reminders: () => all.all().map(reminderOf),
    reminder: (residentId) => {
      const row = one.get(residentId)
      return row ? reminderOf(row) : null
    },
    saveWish: ({ residentId, isOff, language, words }, line) =>
      write(() => {
        wish.run(residentId, isOff ? 1 : 0, language, words)
        note(line)
      }),
    saveReminded: (residentIds, at) =>
      write(() => {
        for (const id of residentIds) remind.run(id, at)
      }),
  }
}

const reminderOf = (row: Readonly<Record<string, unknown>>): Reminder => ({
  ...{ residentId: String(row.resident_id), isOff: Number(row.is_off) === 1, language: String(row.language), words: String(row.words) },
  remindedAt: Number(row.reminded_at) === 0 ? null : instant(Number(row.reminded_at)),
})
