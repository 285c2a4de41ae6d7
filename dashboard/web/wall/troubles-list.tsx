/** Open cases of broken devices, for the desk: who has each, until when, and a way to look after it. */
import '../admin/board.css'
import { useSignal } from '@preact/signals'
import type { TroubleRow } from '../../contracts-upkeep.ts'
import { boardWords } from '../admin/board-words.ts'
import { TroubleDialog } from '../admin/trouble-dialog.tsx'
import { dayTime, labelAddress } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'

const nameOf = ({ label, person, role, deviceId }: TroubleRow): string =>
  [label && labelAddress(label, language.value), person, role ? words.value.deviceRoles[role] : deviceId]
    .filter((part) => part !== '')
    .join(' ')

type Props = { rows: readonly TroubleRow[]; onChanged: () => void; onClose: () => void }

export function TroublesList({ rows, onChanged, onClose }: Props) {
  const t = boardWords.value
  const chosen = useSignal<TroubleRow | null>(null)
  const now = chosen.value
  if (now)
    return (
      <TroubleDialog
        id={now.id}
        name={nameOf(now)}
        onClose={() => {
          chosen.value = null
          onChanged()
        }}
      />
    )
  return (
    <Modal title={t.cases} onClose={onClose} wide>
      <p class="lead">{t.lead}</p>
      <ul class="trouble-notes open-troubles">
        {rows.map((row) => (
          <li key={row.id} class="trouble-end">
            <span>
              <b>{nameOf(row)}</b> · {t.kinds[row.kind]}
              <br />
              <small>
                {row.owner?.name ?? t.nobody} · {(row.overdue ? t.late : t.due)(at(row))}
              </small>
            </span>
            <button
              type="button"
              class="button"
              aria-label={t.tendLabel(nameOf(row))}
              onClick={() => {
                chosen.value = row
              }}
            >
              {t.tend}
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

const at = ({ dueAt, timeZone }: TroubleRow): string => dayTime(dueAt, Date.now(), { language: language.value, timeZone })
