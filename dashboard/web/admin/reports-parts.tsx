/** The lower half of the reports: which promises were missed and why, and what a seat bears. */
import type { FiguresReport } from '../../contracts-reports.ts'
import { clockTime, dayOf } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { numberText, shareText, Tile } from './reports-tile.tsx'
import { reportWords } from './reports-words.ts'

/** As the clocks of the site show it, whoever looks and wherever. */
function momentAt({ sites }: FiguresReport, siteId: string, at: number): string {
  const timeZone = sites.find(({ id }) => id === siteId)?.timeZone ?? ''
  const where = { language: language.value, timeZone }
  return `${dayOf(at, where)} ${clockTime(at, where)}`
}

const nameOf = ({ sites }: FiguresReport, siteId: string): string => sites.find(({ id }) => id === siteId)?.name ?? siteId

export function BreachTable({ report }: { report: FiguresReport }) {
  const t = reportWords.value
  const spent = (seconds: number) => (seconds < 600 ? t.seconds(numberText(seconds)) : t.minutes(numberText(Math.round(seconds / 60))))
  return (
    <>
      <h3>{t.breaches}</h3>
      <p class="dim">{report.breachesAll === 0 ? t.noBreaches : t.someBreaches(report.breaches.length, report.breachesAll)}</p>
      {report.breaches.length > 0 && (
        <table>
          <thead>
            <tr>
              {[t.when, t.site, t.columns.byShift, t.alarm, t.what, t.took, t.cause].map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.breaches.map((breach) => (
              <tr key={`${breach.alarmId} ${breach.what}`}>
                <td class="nowrap">{momentAt(report, breach.siteId, breach.storedAt)}</td>
                <td>{nameOf(report, breach.siteId)}</td>
                <td>{t.shifts[breach.shift] ?? breach.shift}</td>
                <td>{words.value.reasons[breach.reason]}</td>
                <td>{t.breachKinds[breach.what]}</td>
                <td class="nowrap">
                  {spent(breach.seconds)} {!breach.cameAbout && <small>{t.still}</small>}
                </td>
                <td>{breach.causes.map((cause) => t.causes[cause]).join(language.value === 'zh' ? '、' : ', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

/** The measures of ISA-18.2 and EEMUA 191. */
const limits = { perSeatHour: 12, peak: 10, floodShare: 0.01, standing: 5 } as const

export function LoadPart({ report }: { report: FiguresReport }) {
  const t = reportWords.value
  const { load, standing } = report
  const { peak, perSeatHour, floods, windows } = load
  const state = (isGood: boolean) => (isGood ? 'good' : 'bad')
  const floodShare = windows === 0 ? 0 : floods / windows
  const where = peak && `${nameOf(report, peak.siteId)} ${momentAt(report, peak.siteId, peak.at)}`
  const fullest = peak && where && t.peakAt(numberText(peak.rings), numberText(peak.seats), where)
  return (
    <>
      <h3>{t.load}</h3>
      <div class="tiles">
        <Tile
          name={t.perSeatHour}
          value={perSeatHour === null ? '–' : numberText(perSeatHour)}
          hint={t.perSeatHourHint}
          state={state((perSeatHour ?? 0) <= limits.perSeatHour)}
        />
        <Tile
          name={t.peak}
          value={numberText(peak?.perSeat ?? 0)}
          hint={fullest ? `${fullest} · ${t.peakHint}` : t.peakHint}
          state={state((peak?.perSeat ?? 0) <= limits.peak)}
        />
        <Tile
          name={t.floods}
          value={shareText(floodShare)}
          hint={`${t.windows(numberText(floods), numberText(windows))} · ${t.floodsHint}`}
          state={state(floodShare < limits.floodShare)}
        />
        <Tile name={t.standing} value={numberText(standing)} hint={t.standingHint} state={state(standing < limits.standing)} />
      </div>
      {load.badActors.length > 0 && <BadActors report={report} />}
    </>
  )
}

function BadActors({ report }: { report: FiguresReport }) {
  const t = reportWords.value
  return (
    <table>
      <caption>{t.badActors}</caption>
      <thead>
        <tr>
          {[t.source, t.site, t.alarm, t.count, t.share].map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {report.load.badActors.map(({ deviceId, subjectId, siteId, reason, alarms, share }) => (
          <tr key={`${deviceId ?? subjectId} ${reason}`}>
            <th scope="row">{deviceId ?? `${subjectId} (${t.onePerson})`}</th>
            <td>{nameOf(report, siteId)}</td>
            <td>{words.value.reasons[reason]}</td>
            <td>{numberText(alarms)}</td>
            <td>{shareText(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
