/** 报表: whether calls were answered in time, by site, shift and kind; what was missed and why; what a seat bears. Live. */
import '../style/reports.css'
import './print.css'
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { GroupFigures, Share } from '../../../domain/figures-report.ts'
import type { FiguresReport } from '../../contracts-reports.ts'
import { request } from '../shared/api.ts'
import { clockTime, dayOf } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { type SortedColumn, SortedTable } from '../shared/sorted-table.tsx'
import { CarePart, PrintHead } from './reports-care.tsx'
import { careWords } from './reports-care-words.ts'
import { BreachTable, LoadPart } from './reports-parts.tsx'
import { numberText, shareText, Tile } from './reports-tile.tsx'
import { reportWords } from './reports-words.ts'

const periods = [1, 7, 30, 90] as const
const renewEveryMs = 15_000
/** TSA: 97.5 % in 60 s, 99 % in 180 s; MASCOT: 90 % at the door in 45 min. */
const targets = { answered60: 0.975, answered180: 0.99, atDoor45: 0.9 } as const
const groups = ['bySite', 'byShift', 'byKind'] as const

export function ReportsPage() {
  const days = useSignal(1)
  const site = useSignal('')
  const report = useSignal<FiguresReport | null>(null)
  const trouble = useSignal('')
  const sites = useSignal<FiguresReport['sites']>([])
  const period = days.value
  const chosen = site.value
  useEffect(() => {
    let current = true
    const renew = async () => {
      const answer = await request<FiguresReport>('GET', `/api/reports/figures?${queryOf(period, chosen)}`)
      if (!current) return
      trouble.value = answer.ok ? '' : refusalText(answer.refused)
      if (!answer.ok) return
      report.value = answer.value
      if (chosen === '') sites.value = answer.value.sites
    }
    void renew()
    const timer = setInterval(() => void renew(), renewEveryMs)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [period, chosen, report, trouble, sites])
  return (
    <>
      <Tools days={days} site={site} sites={sites.value} report={report.value} />
      <p class="refusal">{trouble.value}</p>
      {report.value && <Head report={report.value} />}
      {report.value && <Report report={report.value} query={queryOf(period, chosen)} />}
      <CarePart query={queryOf(period, chosen)} sites={sites.value} />
    </>
  )
}

function Head({ report: { sites, from, to } }: { report: FiguresReport }) {
  const where = { language: language.value, timeZone: sites[0]?.timeZone ?? '' }
  const area = sites.map(({ name }) => name).join(language.value === 'zh' ? '、' : ', ')
  return (
    <PrintHead title={reportWords.value.title} area={area} period={`${dayOf(from, where)} – ${dayOf(to, where)} ${clockTime(to, where)}`} />
  )
}

/** `place`: '', `site:<id>`, `street:<name>` or `district:<name>`. */
function queryOf(days: number, place: string): string {
  if (place === '') return `days=${days}`
  const asked = place.startsWith('site:')
    ? `siteId=${encodeURIComponent(place.slice('site:'.length))}`
    : `area=${encodeURIComponent(place)}`
  return `days=${days}&${asked}`
}

type ToolsProps = { days: Signal<number>; site: Signal<string>; sites: FiguresReport['sites']; report: FiguresReport | null }

function Tools({ days, site, sites, report }: ToolsProps) {
  const t = reportWords.value
  const csv = (what: string) => `/api/reports/${what}.csv?${queryOf(days.value, site.value)}&labels=${language.value}`
  return (
    <div class="tools">
      <h2>{t.title}</h2>
      <fieldset class="period" aria-label={t.period}>
        {periods.map((period) => (
          <button
            key={period}
            type="button"
            class="button small"
            aria-pressed={days.value === period}
            onClick={() => {
              days.value = period
            }}
          >
            {t.periods[period]}
          </button>
        ))}
      </fieldset>
      {sites.length > 1 && (
        <label class="field">
          {t.site}
          <select
            value={site.value}
            onChange={(event) => {
              site.value = event.currentTarget.value
            }}
          >
            <option value="">{t.allSites}</option>
            <optgroup label={t.site}>
              {sites.map(({ id, name }) => (
                <option key={id} value={`site:${id}`}>
                  {name}
                </option>
              ))}
            </optgroup>
            {(['street', 'district'] as const).map((kind) => (
              <AreaOptions key={kind} kind={kind} sites={sites} />
            ))}
          </select>
        </label>
      )}
      <p class="dim">{report && t.live(clockTime(report.to, { language: language.value, timeZone: '' }))}</p>
      <a class="button small" href={csv('alarms')} download="anling-alarms.csv">
        {t.alarmsCsv}
      </a>
      <a class="button small" href={csv('groups')} download="anling-groups.csv">
        {t.groupsCsv}
      </a>
      <a class="button small" href={csv('breaches')} download="anling-breaches.csv">
        {t.breachesCsv}
      </a>
      <button type="button" class="button small" onClick={() => print()}>
        {careWords.value.print}
      </button>
    </div>
  )
}

function AreaOptions({ kind, sites }: { kind: 'street' | 'district'; sites: FiguresReport['sites'] }) {
  const names = [...new Set(sites.map((site) => site[kind]))].filter((name) => name !== '')
  return (
    <optgroup label={words.value.admin.columns[kind]}>
      {names.map((name) => (
        <option key={name} value={`${kind}:${name}`}>
          {name}
        </option>
      ))}
    </optgroup>
  )
}

function Report({ report, query }: { report: FiguresReport; query: string }) {
  const t = reportWords.value
  const { all } = report
  const spent = (seconds: number | null) => (seconds === null ? '–' : t.seconds(numberText(seconds)))
  return (
    <>
      {report.truncated && <p class="refusal">{t.truncated}</p>}
      <div class="tiles">
        {(['answered60', 'answered180', 'atDoor45'] as const).map((name) => (
          <ShareTile key={name} name={t[name]} share={all[name]} target={targets[name]} />
        ))}
        <Tile name={t.calls} value={numberText(all.calls)} hint={t.callsHint} />
        <Tile name={t.median} value={spent(all.answerMedianSeconds)} hint={`${t.p95} ${spent(all.answerP95Seconds)}`} />
        <Tile name={t.waiting} value={numberText(all.waiting)} hint={`${t.takenBack} ${numberText(all.takenBack)}`} />
      </div>
      {groups.map((name) => (
        <GroupTable key={name} name={name} report={report} />
      ))}
      <BreachTable report={report} />
      <LoadPart report={report} query={query} />
    </>
  )
}

const rateOf = ({ kept, of }: Share): number | null => (of === 0 ? null : kept / of)

/** The verdict is a word too: colour alone tells nobody who cannot see it. */
function ShareTile({ name, share, target }: { name: string; share: Share; target: number }) {
  const t = reportWords.value
  const rate = rateOf(share)
  const verdict = rate === null ? '' : rate >= target ? t.good : t.bad
  const hint = [t.target(shareText(target)), rate === null ? '' : t.kept(numberText(share.kept), numberText(share.of)), verdict]
  return (
    <Tile
      name={name}
      value={rate === null ? t.nothingYet : shareText(rate)}
      hint={hint.filter((text) => text !== '').join(' · ')}
      state={rate === null ? '' : rate >= target ? 'good' : 'bad'}
    />
  )
}

function GroupTable({ name, report }: { name: (typeof groups)[number]; report: FiguresReport }) {
  const t = reportWords.value
  const siteNames = new Map(report.sites.map((site) => [site.id, site.name]))
  const label = ({ key }: GroupFigures): string => {
    if (name === 'bySite') return siteNames.get(key) ?? key
    return (name === 'byShift' ? t.shifts[key] : t.kinds[key as keyof typeof t.kinds]) ?? key
  }
  if (report[name].length === 0) return null
  const share = (key: 'answered60' | 'answered180' | 'atDoor45'): SortedColumn<GroupFigures> => ({
    head: t[key],
    by: (group) => rateOf(group[key]),
    look: (group) => ((rateOf(group[key]) ?? 1) >= targets[key] ? '' : 'bad'),
    cell: (group) => <ShareText share={group[key]} />,
  })
  const spent = (head: string, of: (group: GroupFigures) => number | null): SortedColumn<GroupFigures> => {
    const said = (seconds: number | null) => (seconds === null ? '–' : t.seconds(numberText(seconds)))
    return { head, by: of, cell: (group) => said(of(group)) }
  }
  const columns: readonly SortedColumn<GroupFigures>[] = [
    { head: t.columns[name], by: label, cell: label },
    { head: t.alarms, by: ({ alarms }) => alarms, cell: ({ alarms }) => numberText(alarms) },
    { head: t.calls, by: ({ calls }) => calls, cell: ({ calls }) => numberText(calls) },
    ...(['answered60', 'answered180', 'atDoor45'] as const).map(share),
    spent(t.median, ({ answerMedianSeconds }) => answerMedianSeconds),
    spent(t.p95, ({ answerP95Seconds }) => answerP95Seconds),
  ]
  return <SortedTable named caption={t.by[name]} columns={columns} rows={report[name]} keyOf={({ key }) => key} />
}

function ShareText({ share }: { share: Share }) {
  const rate = rateOf(share)
  if (rate === null) return <>–</>
  return (
    <>
      {shareText(rate)} <small>{reportWords.value.kept(numberText(share.kept), numberText(share.of))}</small>
    </>
  )
}
