/** The first thing a shift sees: one button that starts the watch and lets the browser make a sound. */
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { addressOf, whatOf } from './say.ts'
import { HandedNotes } from './shift/notes.tsx'
import { unread } from './shift/state.ts'
import { goOnDuty } from './sound.ts'

export function Duty() {
  const button = useRef<HTMLButtonElement>(null)
  const shown = !desk.onDuty.value && !desk.watching.value
  useEffect(() => button.current?.focus(), [shown])
  if (!shown) return null
  const t = words.value.wall
  return (
    <div class="duty" role="dialog" aria-modal="true" aria-label={t.startDuty}>
      <p class="waiting">{desk.picture.value.known ? t.waitingNow(desk.unanswered.value) : t.connecting}</p>
      <ul>
        {desk.queue.value
          .filter(({ alarm }) => alarm.state === 'raised')
          .slice(0, 4)
          .map(({ alarm, place }) => (
            <li key={alarm.id} class={`p${alarm.priority}`}>
              <b>{addressOf(place)}</b> {whatOf(alarm)}
            </li>
          ))}
      </ul>
      <HandedNotes notes={unread.value} />
      <button ref={button} type="button" class="button primary begin" onClick={goOnDuty}>
        {t.startDuty}
      </button>
      <p>{t.startDutyHint}</p>
      <button type="button" class="link" onClick={lookOn}>
        {t.watchOnly}
      </button>
    </div>
  )
}

const lookOn = () => {
  desk.watching.value = true
}
