/** Before a call for help is closed as nothing: did anybody hear her voice, or see her? Asked where the outcome is chosen, and written down as said. */
import type { Outcome } from '../../../domain/alarm.ts'
import { needsContact } from '../../../domain/contact.ts'
import { words } from '../shared/i18n/i18n.ts'
import { note } from './acts.ts'
import * as desk from './desk.ts'

export function ContactNeeded({ id, outcome }: { id: string; outcome: Outcome | null }) {
  const t = words.value.case
  const alarm = desk.queue.value.find((each) => each.alarm.id === id)?.alarm
  if (!alarm || outcome === null || !needsContact(alarm, outcome)) return null
  return (
    <fieldset class="contact">
      <legend>{t.contactNeeded}</legend>
      <button type="button" class="button" onClick={() => void note('spoke', '', { id })}>
        {t.contactSpoke}
      </button>
      <button type="button" class="button" onClick={() => void note('arrived', '', { id })}>
        {t.contactSeen}
      </button>
    </fieldset>
  )
}
