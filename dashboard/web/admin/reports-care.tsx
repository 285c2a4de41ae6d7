/** The second half of the reports: how alarms ended, who and what calls falsely with what would help, and what is owed. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Outcome } from '../../../domain/alarm.ts'
import type { CareReport, FiguresReport } from '../../contracts-reports.ts'
import { request } from '../shared/api.ts'
import { fullTime } from '../shared/format.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { careWords } from './reports-care-words.ts'
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
      <Section title={t.outcomes} csv="outcomes" query={query} none={value.outcomes.length === 0 ? t.outcomesNone : ''}>
        <Outcomes report={value} />
      </Section>
      <Section title={t.people} csv="false-people" query={query} none={value.people.length === 0 ? t.falseNone : ''}>
        <FalseTable rows={value.people} by="person" />
      </Section>
      <Section title={t.devices} csv="false-devices" query={query} none={value.devices.length === 0 ? t.falseNone : ''}>
        <FalseTable rows={value.devices} by="device" />
      </Section>
      <Section title={t.owed} csv="owed" query={query} none={value.owed.length === 0 ? t.owedNone : ''}>
        <Owed report={value} sites={sites} />
      </Section>
    </>
  )
}

type SectionProps = { title: string; csv: string; query: string; none: string; children: ComponentChildren }

function Section({ title, csv, query, none, children }: SectionProps) {
  const t = careWords.value
  const href = `/api/reports/${csv}.csv?${query}&labels=${language.value}`
  return (
    <section class="report-part" aria-label={title}>
      <div class="report-head">
        <h3>{title}</h3>
        <a class="button small" href={href} download={`anling-${csv}.csv`} aria-label={t.csvOf(title)}>
          {t.csv}
        </a>
      </div>
      {none === '' ? children : <p class="dim">{none}</p>}
    </section>
  )
}

function Outcomes({ report: { outcomes } }: { report: CareReport }) {
  const t = careWords.value
  const shown = (Object.keys(words.value.outcomes) as Outcome[]).filter((outcome) => outcomes.some((row) => row.outcomes[outcome]))
  return (
    <table>
      <thead>
        <tr>
          {[t.kind, t.alarms, t.open, ...shown.map((outcome) => words.value.outcomes[outcome])].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {outcomes.map(({ kind, alarms, open, outcomes: ends }) => (
          <tr key={kind}>
            <th scope="row">{reportWords.value.kinds[kind]}</th>
            <td>{numberText(alarms)}</td>
            <td>{numberText(open)}</td>
            {shown.map((outcome) => (
              <td key={outcome}>{numberText(ends[outcome] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function FalseTable({ rows, by }: { rows: CareReport['people']; by: 'person' | 'device' }) {
  const t = careWords.value
  return (
    <table>
      <thead>
        <tr>
          {[by === 'person' ? t.who : t.device, t.falseRate, t.what, t.adviceHead].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              {[row.label, row.person].filter((part) => part !== '').join(' ') || row.subjectId}
              {by === 'device' && <small> {row.key}</small>}
            </th>
            <td class="nowrap">
              {shareText(row.false / row.alarms)} <small>{t.rate(row)}</small>
            </td>
            <td>{words.value.reasons[row.reason]}</td>
            <td>{t.advice[row.advice](row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Owed({ report, sites }: { report: CareReport; sites: FiguresReport['sites'] }) {
  const t = careWords.value
  const names = new Map(sites.map(({ id, name }) => [id, name]))
  return (
    <table>
      <thead>
        <tr>
          {[t.site, t.work, t.owedOpen, t.owedLate].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {report.owed.map(({ siteId, what, open, late }) => (
          <tr key={`${siteId} ${what}`}>
            <th scope="row">{names.get(siteId) ?? siteId}</th>
            <td>{t.owedKinds[what]}</td>
            <td>{numberText(open)}</td>
            <td class={late > 0 ? 'bad' : ''}>{numberText(late)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
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
