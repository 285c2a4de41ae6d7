/** What the operator can do, each with its key. The first button takes the alarm: light, not coloured, so that red stays the alarm's. */
import type { ComponentChildren } from 'preact'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Kbd } from '../shared/ui.tsx'
import { acknowledge, note } from './acts.ts'
import * as desk from './desk.ts'
import type { Command } from './keys.ts'
import { noteOf, openFor } from './listen.ts'
import type { OpenWallAlarm } from './picture.ts'
import { nameOf } from './say.ts'

type NoteKey = Extract<Command, { do: 'note' }>['note']

export function Actions({ wall: { alarm } }: { wall: OpenWallAlarm }) {
  const t = words.value.case
  const asked = new Set(alarm.notes.map(({ action }) => action))
  return (
    <div class="actions">
      <Take wall={alarm} />
      <Act which="call-120" keys="F2" done={asked.has('called-120')}>
        {t.call120}
      </Act>
      <Act which="dispatch" keys="F3" done={asked.has('dispatched')}>
        {t.dispatch}
      </Act>
      <Act which="family" keys="F4" done={asked.has('contacted-family')}>
        {t.family}
      </Act>
      <Act which="arrived" keys="A" done={asked.has('arrived')}>
        {t.arrived}
      </Act>
      <button type="button" class="button" onClick={() => openFor('resolve')}>
        {t.resolve} <Kbd>R</Kbd>
      </button>
    </div>
  )
}

function Take({ wall: alarm }: { wall: OpenWallAlarm['alarm'] }) {
  const t = words.value.case
  if (alarm.state === 'acknowledged') {
    const name = nameOf(alarm.by)
    return <p class="button held">{name === alarm.by ? t.inHandBy(name) : t.inHandMine}</p>
  }
  const label = alarm.kind === 'technical' || alarm.residentIds.length > 0 ? t.acknowledgeArea : t.acknowledge
  return (
    <button type="button" class="button primary" disabled={desk.asking.value !== null} onClick={() => void acknowledge()}>
      {desk.asking.value === 'acknowledge' ? t.acknowledging : label} <Kbd>{t.space}</Kbd>
    </button>
  )
}

export function Act({
  which,
  keys,
  done = false,
  children,
}: {
  which: NoteKey
  keys: string
  done?: boolean
  children: ComponentChildren
}) {
  return (
    <button
      type="button"
      class={done ? 'button done' : 'button'}
      disabled={desk.asking.value !== null}
      onClick={() => void note(...noteOf(which))}
    >
      {done && <span aria-hidden="true">✓</span>}
      {children} <Kbd>{keys}</Kbd>
    </button>
  )
}

export function Refusal() {
  const refused = desk.refused.value
  return (
    <p class="refusal" role="status">
      {refused ? refusalText(refused) : ''}
    </p>
  )
}
