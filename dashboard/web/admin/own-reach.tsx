/** Part of one's own account: by which ways one is reached while on duty, at day and at night, and when only calls for help may. */
import './own-reach.css'
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { OwnReach } from '../../contracts-duty.ts'
import { type Answer, request } from '../shared/api.ts'
import { refusalText, words } from '../shared/i18n/i18n.ts'
import { Field } from '../shared/ui.tsx'
import { ownReachWords } from './own-reach-words.ts'

export function OwnReachPart() {
  const t = ownReachWords.value
  const reach = useSignal<OwnReach | null>(null)
  const said = useSignal('')
  const refused = useSignal('')
  const take = (answer: Answer<OwnReach>, whenWell: string) => {
    if (answer.ok) reach.value = answer.value
    said.value = answer.ok ? whenWell : ''
    refused.value = answer.ok ? '' : refusalText(answer.refused)
  }
  useEffect(() => void request<OwnReach>('GET', '/api/me/reach').then((answer) => take(answer, '')), [])
  const save = async (event: Event) => {
    event.preventDefault()
    if (!reach.value) return
    const { offered: _, ...wishes } = reach.value
    take(await request<OwnReach>('PUT', '/api/me/reach', wishes), t.saved)
  }
  return (
    <section class="own-reach" aria-label={t.title}>
      <h2>{t.title}</h2>
      <p class="dim">{t.lead}</p>
      <p>{t.never}</p>
      {reach.value?.offered.length === 0 && <p class="dim">{t.none}</p>}
      {reach.value && (
        <form onSubmit={(event) => void save(event)}>
          <Wishes reach={reach as Signal<OwnReach>} />
          <button type="submit" class="button primary">
            {t.save}
          </button>
          <span role="status">{said.value}</span>
        </form>
      )}
      <p class="refusal" role="alert">
        {refused.value}
      </p>
    </section>
  )
}

function Wishes({ reach }: { reach: Signal<OwnReach> }) {
  const t = ownReachWords.value
  const { phone, email, nightHours, quiet } = reach.value
  const set = (change: Partial<OwnReach>) => {
    reach.value = { ...reach.value, ...change }
  }
  return (
    <>
      <Field label={t.phone} type="tel" value={phone} onText={(text) => set({ phone: text })} />
      <Field label={t.email} type="email" value={email} onText={(text) => set({ email: text })} />
      <Ways label={t.byDay} reach={reach} part="day" />
      <Ways label={t.byNight} reach={reach} part="night" />
      <Time label={t.nightFrom} minute={nightHours.from} onMinute={(from) => set({ nightHours: { ...nightHours, from } })} />
      <Time label={t.nightUntil} minute={nightHours.until} onMinute={(until) => set({ nightHours: { ...nightHours, until } })} />
      <label class="check full">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={({ currentTarget }) => set({ quiet: currentTarget.checked ? usualQuiet : null })}
        />{' '}
        {t.isQuiet}
      </label>
      {quiet && <Time label={t.quietFrom} minute={quiet.from} onMinute={(from) => set({ quiet: { ...quiet, from } })} />}
      {quiet && <Time label={t.quietUntil} minute={quiet.until} onMinute={(until) => set({ quiet: { ...quiet, until } })} />}
    </>
  )
}

const usualQuiet = { from: 22 * 60, until: 7 * 60 }

/** Touched one after the other: the number says which comes first. */
function Ways({ label, reach, part }: { label: string; reach: Signal<OwnReach>; part: 'day' | 'night' }) {
  const { offered } = reach.value
  const chosen = reach.value[part]
  const names: Readonly<Record<string, string>> = words.value.planning.channels
  const choose = (way: string, on: boolean) => {
    reach.value = { ...reach.value, [part]: on ? [...chosen, way] : chosen.filter((each) => each !== way) }
  }
  if (offered.length === 0) return null
  return (
    <fieldset class="full">
      <legend>{label}</legend>
      {offered.map((way) => (
        <label class="check" key={way}>
          <input type="checkbox" checked={chosen.includes(way)} onChange={({ currentTarget }) => choose(way, currentTarget.checked)} />{' '}
          {chosen.includes(way) && <b>{chosen.indexOf(way) + 1}. </b>}
          {names[way] ?? way}
        </label>
      ))}
    </fieldset>
  )
}

function Time({ label, minute, onMinute }: { label: string; minute: number; onMinute: (minute: number) => void }) {
  const text = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
  const read = (typed: string) => {
    const [hour, rest] = typed.split(':').map(Number)
    if (hour !== undefined && rest !== undefined) onMinute(hour * 60 + rest)
  }
  return <Field label={label} type="time" required value={text} onText={read} />
}
