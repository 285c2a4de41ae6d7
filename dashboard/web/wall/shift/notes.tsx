/** 交班: what the shift before wrote, with the alarms that were open then as they stand now; read with one button. */
import type { ShiftNote } from '../../../contracts-duty.ts'
import { dayTime } from '../../shared/format.ts'
import { dutyWords } from '../../shared/i18n/duty.ts'
import { words } from '../../shared/i18n/i18n.ts'
import * as desk from '../desk.ts'
import { whereOf } from '../say.ts'
import { markRead } from './state.ts'

export function HandedNotes({ notes }: { notes: readonly ShiftNote[] }) {
  if (notes.length === 0) return null
  return (
    <section class="handed" aria-label={dutyWords.value.notesTitle}>
      {notes.map((note) => (
        <Note key={note.id} note={note} />
      ))}
    </section>
  )
}

const alarmsShown = 6

function Note({ note }: { note: ShiftNote }) {
  const t = dutyWords.value
  const { id, siteName, byName, at, text, alarms, callBacks, mayRead } = note
  const facts = [alarms.length > 0 ? t.openThen(alarms.length) : '', callBacks > 0 ? t.callBacks(callBacks) : '']
  return (
    <article>
      <p>
        <b>{t.wroteAt(byName, dayTime(at, desk.now.value, whereOf(note)))}</b> {desk.picture.value.sites.length > 1 && siteName}
      </p>
      <p class="said">{text}</p>
      <p>{facts.filter((fact) => fact !== '').join(' · ')}</p>
      {alarms.length > 0 && (
        <ul>
          {alarms.slice(0, alarmsShown).map(({ alarmId, reason, state, title }) => (
            <li key={alarmId}>
              <b>{title}</b> {words.value.reasons[reason]} · {t.states[state]}
            </li>
          ))}
        </ul>
      )}
      {mayRead ? (
        <button type="button" class="button" onClick={() => void markRead(id)}>
          {t.read}
        </button>
      ) : (
        <small>{t.unread}</small>
      )}
    </article>
  )
}
