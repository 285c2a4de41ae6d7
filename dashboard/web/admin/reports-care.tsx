/** The second half of the reports: how alarms ended, who and what calls falsely with what would help, and what is owed. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Outcome } from '../../../domain/alarm.ts'
import type { CareReport, FiguresReport, OutcomeRow, OwedRow } from '../../contracts-reports.ts'
import { request } from '../shared/api.ts'
import { fullTime, labelAddress } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { type SortedColumn, SortedTable } from '../shared/sorted-table.tsx'
import { careWords } from './reports-care-words.ts'
import { ReportSection } from './reports-section.tsx'
import { numberText, shareText } from './reports-tile.tsx'
import { reportWords } from './reports-words.ts'

type Props = { query: string; sites: FiguresReport['sites'] }

export function CarePart({ query, sites }: Props) {
  const t = careWords.value
  const report = useSignal<CareReport | null>(null)
  const trouble = useSignal('')
  useEffect(() => {
    let current = true
    void request<CareReport>('GET', `/api/reports/care?${query}`).then((answer) => {
      if (!current) return
      if (answer.ok) report.value = answer.value
      trouble.value = answer.ok ? '' : refusalText(answer.refused)
    })
    return () => {
      current = false
    }
  }, [query])
  const { value } = report
  if (!value) return <p class="refusal">{trouble.value}</p>
  return (
    <>
      <ReportSection title={t.outcomes} csv="outcomes" query={query} none={value.outcomes.length === 0 ? t.outcomesNone : ''}>
        <Outcomes report={value} />
      </ReportSection>
      <ReportSection title={t.people} csv="false-people" query={query} none={value.people.length === 0 ? t.falseNone : ''}>
        <FalseTable rows={value.people} by="person" />
      </ReportSection>
      <ReportSection title={t.devices} csv="false-devices" query={query} none={value.devices.length === 0 ? t.falseNone : ''}>
        <FalseTable rows={value.devices} by="device" />
      </ReportSection>
      <ReportSection title={t.owed} csv="owed" query={query} none={value.owed.length === 0 ? t.owedNone : ''}>
        <Owed report={value} sites={sites} />
      </ReportSection>
    </>
  )
}

function Outcomes({ report: { outcomes } }: { report: CareReport }) {
  const t = careWords.value
  const shown = (Object.keys(words.value.outcomes) as Outcome[]).filter((outcome) => outcomes.some((row) => row.outcomes[outcome]))
  const count = (head: string, of: (row: OutcomeRow) => number): SortedColumn<OutcomeRow> => ({
    ...{ head, by: of },
    cell: (row) => numberText(of(row)),
  })
  const kindOf = ({ kind }: OutcomeRow) => reportWords.value.kinds[kind]
  const columns: readonly SortedColumn<OutcomeRow>[] = [
    { head: t.kind, by: kindOf, cell: kindOf },
    count(t.alarms, ({ alarms }) => alarms),
    count(t.open, ({ open }) => open),
    ...shown.map((outcome) => count(words.value.outcomes[outcome], ({ outcomes: ends }) => ends[outcome] ?? 0)),
  ]
  return <SortedTable named columns={columns} rows={outcomes} keyOf={({ kind }) => kind} />
}

type FalseLine = CareReport['people'][number]

function FalseTable({ rows, by }: { rows: CareReport['people']; by: 'person' | 'device' }) {
  const t = careWords.value
  const nameOf = ({ label, person, subjectId }: FalseLine) =>
    [labelAddress(label, language.value), person].filter((part) => part !== '').join(' ') || subjectId
  const columns: readonly SortedColumn<FalseLine>[] = [
    {
      head: by === 'person' ? t.who : t.device,
      by: nameOf,
      cell: (row) => (
        <>
          {nameOf(row)}
          {by === 'device' && <small> {row.key}</small>}
        </>
      ),
    },
    {
      head: t.falseRate,
      by: (row) => row.false / row.alarms,
      look: () => 'nowrap',
      cell: (row) => (
        <>
          {shareText(row.false / row.alarms)} <small>{t.rate(row)}</small>
        </>
      ),
    },
    { head: t.what, by: ({ reason }) => words.value.reasons[reason], cell: ({ reason }) => words.value.reasons[reason] },
    { head: t.adviceHead, cell: (row) => t.advice[row.advice](row) },
  ]
  return <SortedTable named columns={columns} rows={rows} keyOf={({ key }) => key} />
}

function Owed({ report, sites }: { report: CareReport; sites: FiguresReport['sites'] }) {
  const t = careWords.value
  const names = new Map(sites.map(({ id, name }) => [id, name]))
  const nameOf = ({ siteId }: OwedRow) => names.get(siteId) ?? siteId
  const columns: readonly SortedColumn<OwedRow>[] = [
    { head: t.site, by: nameOf, cell: nameOf },
    { head: t.work, by: ({ what }) => t.owedKinds[what], cell: ({ what }) => t.owedKinds[what] },
    { head: t.owedOpen, by: ({ open }) => open, cell: ({ open }) => numberText(open) },
    {
      head: t.owedLate,
      by: ({ late }) => late,
      look: ({ late }) => (late > 0 ? 'bad' : ''),
      cell: ({ late }) => numberText(late),
    },
  ]
  return <SortedTable named columns={columns} rows={report.owed} keyOf={({ siteId, what }) => `${siteId} ${what}`} />
}

/** On paper only: what this is, of where and when, and who made it. */
export function PrintHead({ title, area, period }: { title: string; area: string; period: string }) {
  const t = careWords.value
  const made = fullTime(Date.now(), { language: language.value, timeZone: '' }, { dateStyle: 'long', timeStyle: 'short' })
  return (
    <div class="print-head">
      <h1>
        {words.value.product} · {title}
      </h1>
      <p>
        {t.printArea}: {area} · {t.printPeriod}: {period} · {t.printMade}: {made} {t.by(me.value?.displayName ?? '')}
      </p>
    </div>
  )
}
