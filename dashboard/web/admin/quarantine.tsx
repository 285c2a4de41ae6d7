/** What could not be read, newest first, and how much of each kind there was. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { QuarantineList } from '../../contracts.ts'
import { api } from '../shared/api.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { me } from '../shared/session.ts'
import { RefusedPart } from './refused.tsx'
import { momentText } from './rows.ts'

export function QuarantinePage() {
  const t = words.value.admin
  const list = useSignal<QuarantineList | null>(null)
  const trouble = useSignal('')
  useEffect(() => {
    void api.quarantine().then((answer) => {
      if (answer.ok) list.value = answer.value
      else trouble.value = refusalText(answer.refused)
    })
  }, [list, trouble])
  return (
    <>
      <div class="tools">
        <h2>{t.quarantine}</h2>
        {Object.entries(list.value?.counts ?? {}).map(([reason, n]) => (
          <p key={reason} class="count">
            {t.quarantineReasons[reason] ?? reason} <b>{n}</b>
          </p>
        ))}
      </div>
      <p class="dim">{t.quarantineLead}</p>
      <p class="refusal">{trouble.value}</p>
      {list.value && (list.value.entries.length === 0 ? <p class="dim">{t.none}</p> : <Entries entries={list.value.entries} />)}
      {me.value?.role === 'admin' && <RefusedPart />}
    </>
  )
}

function Entries({ entries }: { entries: QuarantineList['entries'] }) {
  const t = words.value.admin
  return (
    <table>
      <thead>
        <tr>
          {(['at', 'sender', 'topic', 'reason', 'why', 'payload'] as const).map((column) => (
            <th key={column} scope="col">
              {t.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map(({ id, at, senderId, topic, reason, why, payloadText, bytes }) => (
          <tr key={id}>
            <td class="nowrap">{momentText(at, language.value)}</td>
            <td>{senderId}</td>
            <td>{topic}</td>
            <td>{t.quarantineReasons[reason] ?? reason}</td>
            <td>{why}</td>
            <td>
              <code>{payloadText}</code> <small>{t.bytes(bytes)}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
