/** What could not be read, newest first; what an unknown device said is turned into a device from here. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DirectoryRows } from '../../../store/store.ts'
import type { QuarantineList, QuarantineRow } from '../../contracts.ts'
import type { WaitingDevice } from '../../contracts-enrolment.ts'
import { api, request } from '../shared/api.ts'
import { language, refusalText, words } from '../shared/i18n/i18n.ts'
import { go } from '../shared/route.ts'
import { me } from '../shared/session.ts'
import { TableHead } from '../shared/table-head.tsx'
import { ClaimDialog } from './enrolment-claim.tsx'
import { fileWords } from './file-words.ts'
import { claimOf, type Turned } from './quarantine-claim.ts'
import { RefusedPart } from './refused.tsx'
import { RowDialog } from './row-dialog.tsx'
import { momentText } from './rows.ts'

export function QuarantinePage({ rows, onChanged }: { rows: DirectoryRows | null; onChanged: () => void }) {
  const t = words.value.admin
  const list = useSignal<QuarantineList | null>(null)
  const waiting = useSignal<readonly WaitingDevice[]>([])
  const trouble = useSignal('')
  const open = useSignal<Turned | null>(null)
  const look = () => {
    void api.quarantine().then((answer) => {
      if (answer.ok) list.value = answer.value
      else trouble.value = refusalText(answer.refused)
    })
    void request<readonly WaitingDevice[]>('GET', '/api/new-devices').then((answer) => {
      if (answer.ok) waiting.value = answer.value
    })
  }
  useEffect(look, [])
  const close = () => {
    open.value = null
    look()
    onChanged()
  }
  const now = open.value
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
      {list.value?.entries.length === 0 && <p class="dim">{t.none}</p>}
      {list.value && list.value.entries.length > 0 && (
        <Entries
          entries={list.value.entries}
          turn={(entry) => claimOf(entry, waiting.value, rows)}
          onTurn={(turned) => {
            open.value = turned
          }}
        />
      )}
      {me.value?.role === 'admin' && <RefusedPart />}
      {now?.waiting && rows && <ClaimDialog device={now.waiting} rows={rows} onClose={close} onWalk={() => go('/admin/new-devices')} />}
      {now?.given && rows && <RowDialog table="devices" rows={rows} id={null} given={now.given} onClose={close} onKept={close} />}
    </>
  )
}

type EntriesProps = { entries: QuarantineList['entries']; turn: (entry: QuarantineRow) => Turned | null; onTurn: (turned: Turned) => void }

function Entries({ entries, turn, onTurn }: EntriesProps) {
  const t = words.value.admin
  return (
    <table>
      <TableHead
        columns={(['at', 'sender', 'topic', 'reason', 'why', 'payload'] as const).map((column) => t.columns[column])}
        acts={fileWords.value.add.devices}
      />
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} turned={turn(entry)} onTurn={onTurn} />
        ))}
      </tbody>
    </table>
  )
}

type EntryProps = { entry: QuarantineRow; turned: Turned | null; onTurn: (turned: Turned) => void }

function Entry({ entry: { at, senderId, topic, reason, why, payloadText, bytes }, turned, onTurn }: EntryProps) {
  const t = words.value.admin
  return (
    <tr>
      <td class="nowrap">{momentText(at, language.value)}</td>
      <td>{senderId}</td>
      <td>{topic}</td>
      <td>{t.quarantineReasons[reason] ?? reason}</td>
      <td>{why}</td>
      <td>
        <code>{payloadText}</code> <small>{t.bytes(bytes)}</small>
      </td>
      <td>
        {turned && (
          <button
            type="button"
            class="button small"
            aria-label={`${fileWords.value.add.devices} ${turned.name}`}
            onClick={() => onTurn(turned)}
          >
            {fileWords.value.add.devices}
          </button>
        )}
      </td>
    </tr>
  )
}
