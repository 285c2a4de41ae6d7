/** Sending somebody: who is near, the nearest chosen already; a number key chooses another, Enter sends. And the map: where it is, and the flat. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AlarmCard, NearPerson } from '../../contracts.ts'
import { SitePlanCard } from '../maps/card.tsx'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field, Kbd, Modal } from '../shared/ui.tsx'
import { note } from './acts.ts'
import { Phone } from './case-cards.tsx'
import { FlatPlan } from './case-flat.tsx'
import { nearText } from './case-steps.tsx'
import * as desk from './desk.ts'
import { Buttons } from './dialog-buttons.tsx'
import { reachText, whatOf, whereOf, wholeAddressOf } from './say.ts'

type Props = { onClose: () => void }
const cardOf = (id: string) => (desk.card.value?.alarm.id === id ? desk.card.value : null)
const minutesMost = 600

export function SendDialog({ onClose }: Props) {
  const t = words.value.response
  const wall = useSignal(desk.selected.peek()).value
  const near = wall ? (cardOf(wall.alarm.id)?.near ?? []) : []
  // By id: the list comes after the window and may be read anew while it is open. '' is anybody else.
  const picked = useSignal<string | null>(null)
  const who = useSignal('')
  const minutes = useSignal('')
  const choose = (index: number) => {
    picked.value = near[index]?.id ?? ''
  }
  useEffect(() => listenToDigits(near.length, choose), [near])
  if (!wall) return null
  const chosen = placeOf(near, picked.value ?? (who.value === '' ? near[0]?.id : ''))
  const person = near[chosen]
  const name = person ? person.name : who.value.trim()
  const coming = person ? person.minutes : minutesOf(minutes.value)
  const send = async (event: Event) => {
    event.preventDefault()
    const given = { who: name, ...(coming !== null && { minutes: coming }) }
    if (!(await note('dispatched', '', { id: wall.alarm.id, coming: given }))) onClose()
  }
  return (
    <Modal title={t.sendTitle} onClose={onClose}>
      <form onSubmit={(event) => void send(event)}>
        <p class="lead">{`${wholeAddressOf(wall.place)} · ${whatOf(wall.alarm)}`}</p>
        <p class="dim">{t.sendLead}</p>
        <Choices near={near} card={cardOf(wall.alarm.id)} chosen={chosen} onChoose={choose} />
        {!person && (
          <>
            <Field label={t.sendWho} required maxLength={40} value={who.value} onText={(text) => (who.value = text)} />
            <Field label={t.sendIn} maxLength={3} value={minutes.value} onText={(text) => (minutes.value = text)} />
          </>
        )}
        <p class="refusal" role="alert">
          {desk.refused.value ? refusalText(desk.refused.value) : ''}
        </p>
        <Buttons label={t.sendConfirm} disabled={name === '' || desk.asking.value !== null} onClose={onClose} />
      </form>
    </Modal>
  )
}

/** Whoever is near no more is nobody: then somebody has to be named. */
function placeOf(near: readonly NearPerson[], id: string | undefined): number {
  const place = near.findIndex((one) => one.id === id)
  return place < 0 ? near.length : place
}

function minutesOf(typed: string): number | null {
  const n = Number(typed)
  return typed.trim() !== '' && Number.isInteger(n) && n >= 0 && n <= minutesMost ? n : null
}

type ChoicesProps = { near: readonly NearPerson[]; card: AlarmCard | null; chosen: number; onChoose: (index: number) => void }

/** The last choice is anybody else. */
function Choices({ near, card, chosen, onChoose }: ChoicesProps) {
  const t = words.value.response
  return (
    <fieldset class="outcomes near">
      <legend class="unseen">{t.sendTitle}</legend>
      {[...near, null].map((person, index) => (
        <label key={person?.id ?? ''} class={chosen === index ? 'chosen' : ''}>
          <input type="radio" name="near" checked={chosen === index} onChange={() => onChoose(index)} />
          {index < 9 && <Kbd>{index + 1}</Kbd>}
          <span>
            {person ? nearText(person) : t.sendOther}
            {person?.minutes === null && <em class="dim"> {t.sendUnknown}</em>}
            {person && card && <Later id={person.id} card={card} />}
          </span>
          {person && <Phone number={person.phone} missing={words.value.case.noNumber} />}
        </label>
      ))}
    </fieldset>
  )
}

function Later({ id, card: { reach, place } }: { id: string; card: AlarmCard }) {
  const found = reach.find((one) => one.id === id)
  return found?.state === 'later' ? <em class="later"> {reachText(found, whereOf(place))}</em> : null
}

/** A number key chooses, unless something is being typed. */
function listenToDigits(most: number, choose: (index: number) => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'radio'
    const index = Number(event.key) - 1
    if (typing || !/^[1-9]$/.test(event.key) || index > most) return
    event.preventDefault()
    choose(index)
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

export function MapDialog({ onClose }: Props) {
  const wall = useSignal(desk.selected.peek()).value
  const card = wall ? cardOf(wall.alarm.id) : null
  return (
    <Modal title={words.value.response.mapTitle} onClose={onClose} wide>
      <p class="lead">{wall ? `${wholeAddressOf(wall.place)} · ${wall.place.person}` : ''}</p>
      <p>{card?.card?.home.address ?? ''}</p>
      {card && <SitePlanCard card={card} whole />}
      {card && <FlatPlan card={card} />}
      <div class="buttons">
        <button type="button" class="button primary" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}
