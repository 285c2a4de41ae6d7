/** What the platform runs with, to be read; and, beside it, which other systems are connected. */
import './form.css'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { SettingRow } from '../../contracts-upkeep.ts'
import { request } from '../shared/api.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'
import { TableHead } from '../shared/table-head.tsx'
import { ApiKeysPart } from './api-keys.tsx'
import { connectWords } from './connect-words.ts'
import { settingsZh } from './settings-words.ts'
import { WebhooksPart } from './webhooks.tsx'

export function ConnectPage({ sites }: { sites: DirectoryRows['sites'] }) {
  return (
    <>
      <div class="tools">
        <h2>{connectWords.value.title}</h2>
      </div>
      <ApiKeysPart sites={sites} />
      <WebhooksPart sites={sites} />
    </>
  )
}

export function SettingsPage() {
  const t = connectWords.value
  const rows = useSignal<readonly SettingRow[]>([])
  const trouble = useSignal('')
  useEffect(() => {
    void request<readonly SettingRow[]>('GET', '/api/settings').then((answer) => {
      if (answer.ok) rows.value = answer.value
      trouble.value = answer.ok ? '' : refusalText(answer.refused)
    })
  }, [])
  const valueOfRow = ({ value, isSet }: SettingRow) => (value === null ? (isSet ? t.isSet : t.notSet) : value === '' ? t.notSet : value)
  const aboutOf = ({ name, about }: SettingRow) => (language.value === 'zh' ? settingsZh[name] : about)
  return (
    <>
      <div class="tools">
        <h2>{t.settings}</h2>
      </div>
      <p class="dim">{t.settingsLead}</p>
      <p>{t.settingsElsewhere}</p>
      <p class="refusal">{trouble.value}</p>
      <table>
        <TableHead columns={[t.setting, t.value, t.source, t.about]} />
        <tbody>
          {rows.value.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                <code>{row.name}</code>
              </th>
              <td>{row.value === null || row.value === '' ? valueOfRow(row) : <code>{row.value}</code>}</td>
              <td class="nowrap">{row.isDefault ? t.usual : t.changed}</td>
              <td>{aboutOf(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
