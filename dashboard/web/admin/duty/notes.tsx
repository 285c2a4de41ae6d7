/** What shifts told each other at one site, newest first, and who has read it. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ShiftNote } from '../../../contracts-duty.ts'
import { dutyApi } from '../../shared/duty-api.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { language, words } from '../../shared/i18n/i18n.ts'
import { momentText } from '../rows.ts'

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
        {notes.value.map(({ id, byName, at, text, alarms, readAt, readByName }) => (
          <li key={id}>
            <p>
              <b>{t.wroteAt(byName, momentText(at, language.value))}</b>{' '}
              <small>{readAt === null ? t.unread : t.readBy(readByName, momentText(readAt, language.value))}</small>
            </p>
            <p class="said">{text}</p>
            {alarms.length > 0 && <small>{t.openThen(alarms.length)}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}
