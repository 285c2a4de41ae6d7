/** Readings that the time-series store would not take; nothing at all while there are none. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RefusedReadings } from '../../contracts.ts'
import { request } from '../shared/api.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { momentText } from './rows.ts'

export function RefusedPart() {
  const t = words.value.admin
  const list = useSignal<RefusedReadings>({ total: 0, entries: [] })
  useEffect(() => {
    void request<RefusedReadings>('GET', '/api/telemetry/refused').then((answer) => {
      if (answer.ok) list.value = answer.value
    })
  }, [list])
  if (list.value.total === 0) return null
  return (
    <section aria-label={t.refusedReadings}>
      <div class="tools">
        <h2>{t.refusedReadings}</h2>
        <p class="count">
          <b>{list.value.total}</b>
        </p>
      </div>
      <p class="dim">{t.refusedLead}</p>
      <table>
        <TableHead columns={(['at', 'why', 'payload'] as const).map((column) => t.columns[column])} />
        <tbody>
          {list.value.entries.map(({ id, at, line, why }) => (
            <tr key={id}>
              <td class="nowrap">{momentText(at, language.value)}</td>
              <td>{why}</td>
              <td>
                <code>{line}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
