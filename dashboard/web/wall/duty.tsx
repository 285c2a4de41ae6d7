/** The first thing a shift sees: one button that starts the watch and lets the browser make a sound. */
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { whatOf, wholeAddressOf } from './say.ts'
import { testAtShiftStart } from './self-test.ts'
import { HandedNotes } from './shift/notes.tsx'
import { mine, unread } from './shift/state.ts'
import { goOnDuty } from './sound.ts'

export function Duty() {
  const button = useRef<HTMLButtonElement>(null)
  const shown = !desk.onDuty.value && !desk.watching.value
  useEffect(() => button.current?.focus(), [shown])
  if (!shown) return null
  const t = words.value.wall
  return (
    <div class="duty" role="dialog" aria-modal="true" aria-label={t.startDuty}>
      <p class="waiting">{desk.known.value ? t.waitingNow(desk.unanswered.value) : t.connecting}</p>
      <ul>
        {desk.queue.value
          .filter(({ alarm }) => alarm.state === 'raised')
          .slice(0, 4)
          .map(({ alarm, place }) => (
            <li key={alarm.id} class={`p${alarm.priority}`}>
              <b>{wholeAddressOf(place)}</b> {whatOf(alarm)}
            </li>
          ))}
      </ul>
      <HandedNotes notes={unread.value} />
      <OwnSites />
      <button ref={button} type="button" class="button primary begin" onClick={begin}>
        {t.startDuty}
      </button>
      <p>{t.startDutyHint}</p>
      <button type="button" class="link" onClick={lookOn}>
        {t.watchOnly}
      </button>
    </div>
  )
}

/** Who sees many sites answers for some: those of the rota, unless she says otherwise. Only these ring here. */
function OwnSites() {
  const { sites } = desk.picture.value
  const rota = mine.value
  useEffect(() => {
    if (desk.ownSites.peek() === null && rota.length > 0 && rota.length < sites.length) desk.ownSites.value = new Set(rota)
  }, [rota, sites])
  if (sites.length < 2) return null
  const chosen = desk.ownSites.value ?? new Set(sites.map(({ id }) => id))
  const turn = (id: string, on: boolean) => {
    const next = new Set([...chosen].filter((each) => each !== id))
    if (on) next.add(id)
    // Nobody is on watch for nothing.
    if (next.size > 0) desk.ownSites.value = next.size === sites.length ? null : next
  }
  return (
    <fieldset class="own-sites">
      <legend>{words.value.response.watchedSites}</legend>
      {sites.map(({ id, name }) => (
        <label key={id}>
          <input type="checkbox" checked={chosen.has(id)} onChange={(event) => turn(id, event.currentTarget.checked)} /> {name}
        </label>
      ))}
    </fieldset>
  )
}

const begin = () => {
  goOnDuty()
  testAtShiftStart()
}

const lookOn = () => {
  desk.watching.value = true
}
