/** Giving an alarm to a colleague by name. It stays with whoever is named for one lease; if they do nothing, it comes back and rings. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Colleague } from '../../contracts-duty.ts'
import { api } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Modal } from '../shared/ui.tsx'
import { handOver } from './acts.ts'
import * as desk from './desk.ts'
import { Buttons } from './dialog-buttons.tsx'
import { spanText, whatOf, wholeAddressOf } from './say.ts'

export function HandOverDialog({ onClose }: { onClose: () => void }) {
  const t = words.value.hand
  const wall = useSignal(desk.selected.peek()).value
  const colleagues = useSignal<readonly Colleague[] | null>(null)
  const chosen = useSignal('')
  const text = useSignal('')
  const id = wall?.alarm.id ?? ''
  const choices = useRef<HTMLFieldSetElement>(null)
  // They come a moment after the window: the first key is for them all the same.
  useEffect(() => choices.current?.querySelector('input')?.focus(), [colleagues.value])
  useEffect(() => {
    void api.colleagues(id).then((answer) => {
      colleagues.value = answer.ok ? answer.value : []
    })
  }, [id, colleagues])
  if (!wall) return null
  const send = async (event: Event) => {
    event.preventDefault()
    if (!(await handOver(id, { toId: chosen.value, text: text.value.trim() }))) onClose()
  }
  return (
    <Modal title={t.handOverTitle} onClose={onClose}>
      <form onSubmit={(event) => void send(event)}>
        <p class="lead">{`${wholeAddressOf(wall.place)} · ${whatOf(wall.alarm)}`}</p>
        {colleagues.value?.length !== 0 && <p class="dim">{t.handOverLead(spanText(wall.alarm.plan.lease))}</p>}
        <fieldset ref={choices} class="outcomes" hidden={colleagues.value?.length === 0}>
          <legend>{t.handOverTo}</legend>
          {(colleagues.value ?? []).map(({ id: colleagueId, displayName }) => (
            <label key={colleagueId} class={chosen.value === colleagueId ? 'chosen' : ''}>
              <input
                type="radio"
                name="colleague"
                checked={chosen.value === colleagueId}
                onChange={() => {
                  chosen.value = colleagueId
                }}
              />
              {displayName}
            </label>
          ))}
        </fieldset>
        {colleagues.value?.length === 0 && <p class="dim">{t.handOverNobody}</p>}
        {colleagues.value?.length !== 0 && (
          <Field
            label={t.handOverText}
            maxLength={2000}
            value={text.value}
            onText={(typed) => {
              text.value = typed
            }}
          />
        )}
        <p class="refusal" role="alert">
          {desk.refused.value ? refusalText(desk.refused.value) : ''}
        </p>
        <Buttons label={t.handOverConfirm} disabled={chosen.value === '' || desk.asking.value !== null} onClose={onClose} />
      </form>
    </Modal>
  )
}
