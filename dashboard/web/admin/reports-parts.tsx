/** The lower half of the reports: which promises were missed and why, and what a seat bears. */
import type { Breach } from '../../../domain/figures-breaches.ts'
import type { FiguresReport } from '../../contracts-reports.ts'
import { clockTime, dayOf } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { type SortedColumn, SortedTable } from '../shared/sorted-table.tsx'
import { ReportSection } from './reports-section.tsx'
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
  const causes = ({ causes: all }: Breach) => all.map((cause) => t.causes[cause]).join(language.value === 'zh' ? '、' : ', ')
  const plain = (head: string, of: (breach: Breach) => string): SortedColumn<Breach> => ({ head, by: of, cell: of })
  const columns: readonly SortedColumn<Breach>[] = [
    {
      head: t.when,
      by: ({ storedAt }) => storedAt,
      look: () => 'nowrap',
      cell: ({ siteId, storedAt }) => momentAt(report, siteId, storedAt),
    },
    plain(t.site, ({ siteId }) => nameOf(report, siteId)),
    plain(t.columns.byShift, ({ shift }) => t.shifts[shift] ?? shift),
    plain(t.alarm, ({ reason }) => words.value.reasons[reason]),
    plain(t.what, ({ what }) => t.breachKinds[what]),
    {
      head: t.took,
      by: ({ seconds }) => seconds,
      look: () => 'nowrap',
      cell: ({ seconds, cameAbout }) => (
        <>
          {spent(seconds)} {!cameAbout && <small>{t.still}</small>}
        </>
      ),
    },
    plain(t.cause, causes),
  ]
  return (
    <>
      <h3>{t.breaches}</h3>
      <p class="dim">{report.breachesAll === 0 ? t.noBreaches : t.someBreaches(report.breaches.length, report.breachesAll)}</p>
      {report.breaches.length > 0 && (
        <SortedTable columns={columns} rows={report.breaches} keyOf={({ alarmId, what }) => `${alarmId} ${what}`} />
      )}
    </>
  )
}

/** The measures of ISA-18.2 and EEMUA 191. */
const limits = { perSeatHour: 12, peak: 10, floodShare: 0.01, standing: 5 } as const

export function LoadPart({ report, query }: { report: FiguresReport; query: string }) {
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
      {load.badActors.length > 0 && <BadActors report={report} query={query} />}
    </>
  )
}

type Actor = FiguresReport['load']['badActors'][number]

/** A building that fell silent, or the whole site; null: it is about one person. */
function areaOf(report: FiguresReport, { subjectId, siteId }: Actor): string | null {
  if (!subjectId.startsWith('area:')) return null
  return [nameOf(report, siteId), subjectId.split('/').slice(1).join('/')].filter((part) => part !== '').join(' ')
}

function BadActors({ report, query }: { report: FiguresReport; query: string }) {
  const t = reportWords.value
  const plain = (head: string, of: (actor: Actor) => string): SortedColumn<Actor> => ({ head, by: of, cell: of })
  const columns: readonly SortedColumn<Actor>[] = [
    plain(t.source, (actor) => actor.deviceId ?? areaOf(report, actor) ?? `${actor.subjectId} (${t.onePerson})`),
    plain(t.site, ({ siteId }) => nameOf(report, siteId)),
    plain(t.alarm, ({ reason }) => words.value.reasons[reason]),
    { head: t.count, by: ({ alarms }) => alarms, cell: ({ alarms }) => numberText(alarms) },
    { head: t.share, by: ({ share }) => share, cell: ({ share }) => shareText(share) },
  ]
  return (
    <ReportSection title={t.badActors} csv="sources" query={query} none="">
      <SortedTable
        named
        columns={columns}
        rows={report.load.badActors}
        keyOf={({ deviceId, subjectId, reason }) => `${deviceId ?? subjectId} ${reason}`}
      />
    </ReportSection>
  )
}
