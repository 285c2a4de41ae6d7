/** What shifts told each other at one site, newest first, and who has read it. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ShiftNote } from '../../../contracts-duty.ts'
import { localNow } from '../../shared/clock.ts'
import { dutyApi } from '../../shared/duty-api.ts'
import { dayTime } from '../../shared/format.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { language, words } from '../../shared/i18n/i18n.ts'

/** On the clocks of the site, wherever the reader sits. */
const timeOf = (at: number, timeZone: string) => dayTime(at, localNow(), { language: language.value, timeZone })

export function NotesList({ siteId }: { siteId: string }) {
  const t = dutyWords.value
  const notes = useSignal<readonly ShiftNote[]>([])
  useEffect(() => {
    void dutyApi.notes(siteId).then((answer) => {
      if (answer.ok) notes.value = answer.value
    })
  }, [siteId, notes])
  return (
    <section class="shift-notes" aria-label={t.notesTitle}>
      <h3>{t.notesTitle}</h3>
      {notes.value.length === 0 && <p class="dim">{words.value.admin.none}</p>}
      <ul>
        {notes.value.map(({ id, byName, at, text, alarms, readAt, readByName, timeZone }) => (
          <li key={id}>
            <p>
              <b>{t.wroteAt(byName, timeOf(at, timeZone))}</b>{' '}
              <small>{readAt === null ? t.unread : t.readBy(readByName, timeOf(readAt, timeZone))}</small>
            </p>
            <p class="said">{text}</p>
            {alarms.length > 0 && <small>{t.openThen(alarms.length)}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}
