/** Everybody on a sweep: the worst risk first, or building by building; one touch ticks somebody off, with how it is known. */
import { type Signal, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { instant } from '../../../domain/time.ts'
import type { SweepHomeRow, SweepPage } from '../../contracts.ts'
import { buildingName } from '../shared/format.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { sweepWords } from '../shared/i18n/sweep.ts'
import { me } from '../shared/session.ts'
import * as desk from './desk.ts'
import { labelText } from './say.ts'
import { groupsOf, tick } from './sweep-state.ts'

/** More rows at once would only be scrolled past. */
const rowsAtOnce = 60

const set =
  <T,>(signal: Signal<T>, value: T) =>
  () => {
    signal.value = value
  }

type Ticking = { note: Signal<string>; trouble: Signal<string>; sweepId: string }

export function SweepList({ shown }: { shown: SweepPage }) {
  const t = sweepWords.value
  const view = useSignal<'risk' | 'building'>('risk')
  const note = useSignal(t.notes[0] ?? '')
  const trouble = useSignal('')
  const ticking: Ticking = { note, trouble, sweepId: shown.sweep.id }
  const left = shown.homes.filter(({ done }) => !done)
  return (
    <>
      <div class="sweep-tools">
        <p>
          {(['risk', 'building'] as const).map((each) => (
            <button key={each} type="button" class="button" aria-pressed={view.value === each} onClick={set(view, each)}>
              {each === 'risk' ? t.byRisk : t.byBuilding}
            </button>
          ))}
        </p>
        <NoteField note={note} />
      </div>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
      {left.length === 0 && <p class="lead">{t.doneAll}</p>}
      {view.value === 'risk' ? <Rows homes={left} ticking={ticking} /> : <Buildings shown={shown} ticking={ticking} />}
    </>
  )
}

function NoteField({ note }: { note: Signal<string> }) {
  const t = sweepWords.value
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{t.note}</label>
      <input
        id={id}
        list={`${id}-usual`}
        value={note.value}
        maxLength={2000}
        onInput={(event) => {
          note.value = event.currentTarget.value
        }}
      />
      <datalist id={`${id}-usual`}>
        {t.notes.map((usual) => (
          <option key={usual} value={usual} />
        ))}
      </datalist>
    </p>
  )
}

function Buildings({ shown, ticking }: { shown: SweepPage; ticking: Ticking }) {
  const t = sweepWords.value
  const open = useSignal('')
  return (
    <ul class="sweep-buildings">
      {groupsOf(shown.homes).map(({ building, homes, left }) => (
        <li key={building}>
          <button
            type="button"
            class="button"
            aria-expanded={open.value === building}
            disabled={left === 0}
            onClick={set(open, open.value === building ? '' : building)}
          >
            <b>{building === '' ? t.noBuilding : buildingName(building, language.value)}</b>{' '}
            <span>{t.buildingLeft(left, homes.length)}</span>
          </button>
          {open.value === building && <Rows homes={homes.filter(({ done }) => !done)} ticking={ticking} />}
        </li>
      ))}
    </ul>
  )
}

function Rows({ homes, ticking }: { homes: readonly SweepHomeRow[]; ticking: Ticking }) {
  const t = sweepWords.value
  const count = useSignal(rowsAtOnce)
  return (
    <>
      <ul class="sweep-rows">
        {homes.slice(0, count.value).map((home) => (
          <Row key={home.residentId} home={home} ticking={ticking} />
        ))}
      </ul>
      {homes.length > count.value && (
        <button type="button" class="button" onClick={set(count, count.value + rowsAtOnce)}>
          {t.more(Math.min(rowsAtOnce, homes.length - count.value))}
        </button>
      )}
    </>
  )
}

function Row({ home, ticking }: { home: SweepHomeRow; ticking: Ticking }) {
  const t = sweepWords.value
  const asking = useSignal(false)
  const { residentId, label, person, birthYear, phone, contact, reasons } = home
  const who = [labelText(label), person].filter((part) => part !== '').join(' ') || residentId
  const age = birthYear === null ? '' : t.age(new Date(desk.now.value).getUTCFullYear() - birthYear)
  const send = async () => {
    asking.value = true
    const done = { at: instant(desk.now.peek()), by: me.value?.displayName ?? '', note: ticking.note.value.trim() }
    const refused = await tick(ticking.sweepId, [residentId], done)
    ticking.trouble.value = refused ? refusalText(refused) : ''
    asking.value = false
  }
  return (
    <li>
      <p class="who">
        <button type="button" class="link" onClick={() => desk.openResident(residentId)}>
          {who}
        </button>
        <span class="dim">{age}</span>
      </p>
      <p class="why">
        {reasons.map((reason) => (
          <em key={reason} class={reason === 'open-alarm' || reason === 'not-well' ? 'grave' : ''}>
            {t.reasons[reason]}
          </em>
        ))}
      </p>
      <p class="call">
        {phone !== '' && (
          <a href={`tel:${phone}`}>
            {t.call} {phone}
          </a>
        )}
        {contact && (
          <a href={`tel:${contact.phone}`}>
            {t.other(contact.name)} {contact.phone}
          </a>
        )}
      </p>
      <button
        type="button"
        class="button"
        aria-label={t.tickFor(who)}
        disabled={asking.value || ticking.note.value.trim() === ''}
        onClick={() => void send()}
      >
        {t.tick}
      </button>
    </li>
  )
}
