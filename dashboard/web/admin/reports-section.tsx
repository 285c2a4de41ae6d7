/** One part of the reports under its own head, with the same as a spreadsheet. */
import type { ComponentChildren } from 'preact'
import { language } from '../shared/i18n/i18n.ts'
import { careWords } from './reports-care-words.ts'

type SectionProps = { title: string; csv: string; query: string; none: string; children: ComponentChildren }

export function ReportSection({ title, csv, query, none, children }: SectionProps) {
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
