/** What the operator can do, each with its key. The first button takes the alarm: light, not coloured, so that red stays the alarm's. */
import type { ComponentChildren } from 'preact'
import { mayShelve } from '../../../domain/shelf.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Kbd } from '../shared/ui.tsx'
import { acknowledge, note } from './acts.ts'
import * as desk from './desk.ts'
import type { Command } from './keys.ts'
import { noteOf, openFor, openHandOver, openShelve, openTakeOver } from './listen.ts'
import type { OpenWallAlarm } from './picture.ts'
import { isMine } from './say.ts'

type NoteKey = Extract<Command, { do: 'note' }>['note']

export function Actions({ wall: { alarm } }: { wall: OpenWallAlarm }) {
  const t = words.value.case
  const asked = new Set(alarm.notes.map(({ action }) => action))
  if (alarm.kind === 'technical') return <TechnicalActions alarm={alarm} />
  return (
    <div class="actions">
      <Take wall={alarm} />
      <Act which="call-120" keys="F2" done={asked.has('called-120')}>
        {t.call120}
      </Act>
      <Send done={asked.has('dispatched')} />
      <Act which="family" keys="F4" done={asked.has('contacted-family')}>
        {t.family}
      </Act>
      <Close />
    </div>
  )
}

/** A device needs hands, not an ambulance. */
function TechnicalActions({ alarm }: Pick<OpenWallAlarm, 'alarm'>) {
  const t = words.value.case
  const asked = new Set(alarm.notes.map(({ action }) => action))
  const canWait = mayShelve(alarm)
  return (
    <div class={canWait ? 'actions six' : 'actions'}>
      <Take wall={alarm} />
      <Send done={asked.has('dispatched')} />
      <Act which="arrived" keys="A" done={asked.has('arrived')}>
        {t.arrived}
      </Act>
      {canWait && <PutOff />}
      <Write />
      <Close />
    </div>
  )
}

/** Names whoever is nearest, and how far away. */
function Send({ done }: { done: boolean }) {
  const t = words.value
  const near = desk.card.value?.alarm.id === desk.selectedId.value ? desk.card.value?.near[0] : undefined
  const minutes = near?.minutes ?? null
  return (
    <button type="button" class={done ? 'button done' : 'button'} onClick={() => openFor('send')}>
      {done && <span aria-hidden="true">✓</span>}
      {minutes === null ? t.case.dispatch : t.response.sendNamed(near?.name ?? '')}
      {minutes !== null && <small>{t.minutes(minutes)}</small>} <Kbd>F3</Kbd>
    </button>
  )
}

const PutOff = () => (
  <button type="button" class="button" onClick={openShelve}>
    {words.value.hand.shelve} <Kbd>Z</Kbd>
  </button>
)

const Close = () => (
  <button type="button" class="button" onClick={() => openFor('resolve')}>
    {words.value.case.resolve} <Kbd>R</Kbd>
  </button>
)

const Write = () => (
  <button type="button" class="button" onClick={() => openFor('note')}>
    {words.value.case.write} <Kbd>N</Kbd>
  </button>
)

/** What the call came to, and what else is written down. */
export function Results() {
  const t = words.value.case
  const notes = desk.selected.value?.alarm.notes ?? []
  const said = new Set(notes.map(({ result }) => result))
  return (
    <div class="results">
      <Act which="fine" keys="Q" done={said.has('fine')}>
        {t.fine}
      </Act>
      <Act which="no-answer" keys="W" done={said.has('no-answer')}>
        {t.noAnswer}
      </Act>
      <Act which="hurt" keys="E" done={said.has('hurt')}>
        {t.hurt}
      </Act>
      <Act which="arrived" keys="A" done={notes.some(({ action }) => action === 'arrived')}>
        {t.arrived}
      </Act>
      <Write />
    </div>
  )
}

function Take({ wall: alarm }: { wall: OpenWallAlarm['alarm'] }) {
  const t = words.value.case
  if (alarm.state === 'acknowledged') {
    if (isMine(alarm))
      return (
        <button type="button" class="button held" onClick={openHandOver}>
          {t.inHandMine} · {words.value.hand.handOver} <Kbd>G</Kbd>
        </button>
      )
    return (
      <button type="button" class="button theirs" onClick={openTakeOver}>
        {words.value.hand.takeOver(alarm.by)} <Kbd>T</Kbd>
      </button>
    )
  }
  const label = alarm.kind === 'technical' || alarm.residentIds.length > 0 ? t.acknowledgeArea : t.acknowledge
  return (
    <button type="button" class="button primary" onClick={() => void acknowledge()}>
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
    <button type="button" class={done ? 'button done' : 'button'} onClick={() => void note(...noteOf(which))}>
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
