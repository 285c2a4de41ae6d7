/** The past fourteen days: a small strip, plain rows, and the alarms. What was not heard is said, never drawn as nothing. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ElderToday, FamilyDay, FamilyHistory } from '../../../contracts-family.ts'
import { ask } from '../ask.ts'
import { alarmPath } from '../route.ts'
import { serverNow } from '../state.ts'
import { dayOf, dayTime, shortTime } from '../time.ts'
import { refusalText, words } from '../words/words.ts'
import { whereOf } from './today.tsx'

const fullHours = 20

export function HistoryPage({ elder }: { elder: ElderToday }) {
  const { history: said, loading } = words.value
  const read = useSignal<FamilyHistory | null>(null)
  const trouble = useSignal('')
  const load = async () => {
    const answer = await ask.history(elder.residentId)
    trouble.value = answer.ok ? '' : refusalText(answer.refused)
    read.value = answer.ok ? answer.value : read.value
  }
  useEffect(() => {
    read.value = null
    void load()
  }, [elder.residentId])
  const history = read.value
  return (
    <>
      <h2 class="screen" tabIndex={-1}>
        {said.title}
      </h2>
      {trouble.value !== '' && (
        <div class="stack">
          <p class="refusal" role="alert">
            {trouble.value}
          </p>
          <button type="button" class="b" onClick={() => void load()}>
            {words.value.again}
          </button>
        </div>
      )}
      {!history && trouble.value === '' && <p class="card said">{loading}</p>}
      {history && <Days days={history.days} timeZone={history.timeZone} />}
      {history && <AlarmList alarms={history.alarms} timeZone={history.timeZone} />}
    </>
  )
}

/** Noon there: a moment that is that day in the home's zone, near enough for its name. */
const dayName = (day: string): string => dayOf(Date.parse(`${day}T12:00Z`), whereOf({ timeZone: 'UTC' }))

function Days({ days, timeZone }: { days: readonly FamilyDay[]; timeZone: string }) {
  const { history: said } = words.value
  if (days.length === 0) return <p class="card said">{said.none}</p>
  return (
    <section class="card">
      <Strip days={days} />
      <ul class="rows days">
        {days.map((day) => (
          <li key={day.day}>
            <b>{dayName(day.day)}</b>
            <DayText day={day} timeZone={timeZone} />
            {day.heardHours > 0 && day.heardHours < fullHours && <small>{said.partly(day.heardHours)}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Each part stays in one piece when the line is broken. */
function DayText({ day, timeZone }: { day: FamilyDay; timeZone: string }) {
  const { history: said, lasts } = words.value
  const where = whereOf({ timeZone })
  if (day.heardHours === 0) return <span>{said.unheard}</span>
  const { firstUpAt, wokeAt, activeMinutes, outMinutes } = day
  const up = firstUpAt !== null ? said.up(shortTime(firstUpAt, where)) : wokeAt !== null ? said.woke(shortTime(wokeAt, where)) : ''
  const active = activeMinutes === null ? '' : said.active(lasts(activeMinutes))
  const out = outMinutes === null ? '' : outMinutes === 0 ? said.notOut : said.out(lasts(outMinutes))
  const parts = [up, active, out].filter((part) => part !== '')
  return (
    <span>
      {parts.map((part, index) => (
        <span key={part}>
          {part}
          {index < parts.length - 1 ? ' · ' : ''}
        </span>
      ))}
    </span>
  )
}

const barWidth = 18
const barStep = 24
const barHeight = 84

/** Oldest on the left. A day that nobody knows is an empty frame, which no active day looks like. */
function Strip({ days }: { days: readonly FamilyDay[] }) {
  const { history: said } = words.value
  const most = Math.max(60, ...days.map(({ activeMinutes }) => activeMinutes ?? 0))
  const drawn = [...days].reverse()
  return (
    <svg
      class="days-strip"
      viewBox={`0 0 ${drawn.length * barStep} ${barHeight + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={said.strip}
    >
      {drawn.map(({ day, activeMinutes }, index) => {
        const height = activeMinutes === null ? barHeight * 0.3 : Math.max(3, (barHeight * activeMinutes) / most)
        return (
          <rect
            key={day}
            class={activeMinutes === null ? 'none' : 'some'}
            x={index * barStep + (barStep - barWidth) / 2}
            y={barHeight - height + 2}
            width={barWidth}
            height={height}
            rx="3"
          >
            <title>{activeMinutes === null ? said.barUnknown(dayName(day)) : said.bar(dayName(day), activeMinutes)}</title>
          </rect>
        )
      })}
    </svg>
  )
}

export function AlarmList({ alarms, timeZone }: Pick<FamilyHistory, 'alarms' | 'timeZone'>) {
  const { history: said, alarm, reasons, outcomes, room } = words.value
  const where = whereOf({ timeZone })
  return (
    <section class="card">
      <h2>{said.alarms}</h2>
      {alarms.length === 0 && <p class="last dim">{alarm.earlierNone}</p>}
      <ul class="menu">
        {alarms.map(({ id, reason, raisedAt, outcome, room: place }) => (
          <li key={id}>
            <a href={`#${alarmPath(id)}`}>
              <span>
                <b>{dayTime(raisedAt, serverNow.value, where)}</b>
                <br />
                {alarm.when([reasons[reason], ...(place === '' ? [] : [room(place)])])}
                {outcome && <small>{alarm.over(outcomes[outcome])}</small>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
