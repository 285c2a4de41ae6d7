/** The history in place of the card: a day by room, two weeks by the hour, what nights were like, batteries and vital signs. Fetched when asked for. */
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { ReadingKind } from '../../../../domain/reading.ts'
import type { DaysAnswer } from '../../../contracts.ts'
import { shortTime, type Where } from '../../shared/format.ts'
import { language, words } from '../../shared/i18n/i18n.ts'
import * as desk from '../desk.ts'
import { HistoryButton, type HistoryProps } from '../history-choice.tsx'
import { Curves, type NamedCurve } from './curves.tsx'
import './history.css'
import { TableHead } from '../../shared/table-head.tsx'
import { csvPath, type Loaded, load } from './load.ts'
import { curvesOf, dayRows, roomRows, weakest } from './shape.ts'
import { Legend, Strip } from './strips.tsx'
import { historyWords } from './words.ts'

export function History({ residentId, timeZone }: HistoryProps) {
  const loaded = useSignal<Loaded | 'asking' | 'failed'>('asking')
  useEffect(() => {
    void load(residentId, timeZone, desk.serverNow()).then((answer) => {
      loaded.value = answer ?? 'failed'
    })
  }, [residentId, timeZone, loaded])
  const t = historyWords.value
  const got = loaded.value
  return (
    <section class="history" aria-label={t.title}>
      <p class="history-head">
        <HistoryButton />
        {typeof got === 'object' && (
          <a class="button small" href={csvPath(residentId, got.fortnight.from)} download>
            {t.csv}
          </a>
        )}
        <Legend />
      </p>
      {got === 'asking' && <p class="dim">{words.value.case.loading}</p>}
      {got === 'failed' && <p role="alert">{t.unreachable}</p>}
      {typeof got === 'object' && <Shown loaded={got} timeZone={timeZone} />}
    </section>
  )
}

const plotHeight = 96
const batteriesShown = 4
const hoursMarked = [0, 6, 12, 18].map((hour) => [hour, String(hour)] as const)

function Shown({ loaded, timeZone }: { loaded: Loaded; timeZone: string }) {
  const t = historyWords.value
  const { day, fortnight, days, shownDays } = loaded
  const where: Where = { language: language.value, timeZone }
  const marks = day.at.flatMap((at, i) => (i % 16 === 0 && i < day.at.length - 6 ? [[i, shortTime(at, where)] as const] : []))
  return (
    <div class="history-grid">
      <div class="stack">
        <div class="box">
          <h3>{t.last24}</h3>
          <Strip rows={roomRows(day, t.otherRoom)} marks={marks} textOf={t.roomText} />
        </div>
        <div class="box grow">
          <h3>{t.days14}</h3>
          <Strip rows={dayRows(fortnight, shownDays)} marks={hoursMarked} textOf={t.dayText} />
        </div>
      </div>
      <div class="stack">
        <div class="box">
          <h3>{t.nights}</h3>
          <Days days={days} where={where} />
        </div>
        <Measured loaded={loaded} timeZone={timeZone} />
      </div>
    </div>
  )
}

function Measured({ loaded: { fortnight }, timeZone }: { loaded: Loaded; timeZone: string }) {
  const t = historyWords.value
  const batteries = useMemo(() => named(weakest(curvesOf(fortnight, 'battery'), batteriesShown)), [fortnight, t])
  const vitals = useMemo(() => named(curvesOf(fortnight, 'vitals')), [fortnight, t])
  const plot = { at: fortnight.at, timeZone, height: plotHeight }
  return (
    <>
      <div class="box">
        <h3>{t.battery}</h3>
        {batteries.length === 0 ? <p class="dim">{t.batteryNone}</p> : <Curves {...plot} curves={batteries} />}
      </div>
      <div class="box">
        <h3>{t.vitals}</h3>
        {vitals.length === 0 ? <p class="dim">{t.vitalsNone}</p> : <Curves {...plot} curves={vitals} />}
      </div>
    </>
  )
}

/** A battery by its room, a vital sign by its name. */
function named(curves: ReturnType<typeof curvesOf>): NamedCurve[] {
  const t = historyWords.value
  return curves.map((curve) => ({
    ...curve,
    name: curve.kind === 'battery' ? curve.room || t.otherRoom : (t.vitalNames[curve.kind as ReadingKind] ?? curve.kind),
  }))
}

const nightsShown = 5

function Days({ days, where }: { days: DaysAnswer['days']; where: Where }) {
  const t = historyWords.value
  if (days.length === 0) return <p class="dim">{t.none}</p>
  const time = (at: number | null) => (at === null ? '–' : shortTime(at, where))
  return (
    <table class="days">
      <TableHead columns={[t.day, t.sleep, t.firstUp, t.bathroom, t.active, t.out]} />
      <tbody>
        {days
          .slice(-nightsShown)
          .reverse()
          .map((facts) => (
            <tr key={facts.day}>
              <th scope="row">{facts.day.slice(5)}</th>
              <td>{facts.asleepAt === null ? '–' : words.value.span(time(facts.asleepAt), time(facts.wokeAt))}</td>
              <td>{time(facts.firstUpAt)}</td>
              <td>{facts.nightBathroomVisits === null ? '–' : t.times(facts.nightBathroomVisits)}</td>
              <td>{facts.activeMinutes === null ? '–' : t.minutes(facts.activeMinutes)}</td>
              <td>{facts.outMinutes === null ? '–' : t.minutes(facts.outMinutes)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}
