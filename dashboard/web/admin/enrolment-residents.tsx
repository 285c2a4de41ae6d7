/** Chooses one of the residents, by door and name; of many, those are offered that hold what was typed. */
import { type Signal, useSignal } from '@preact/signals'
import type { DirectoryRows } from '../../../store/store.ts'
import { words } from '../shared/i18n/i18n.ts'
import { offersOf } from './resident-offers.ts'

type Choice = { rows: DirectoryRows; siteId: string | null; chosen: Signal<string>; empty: string; label: string }

/** More than anybody reads through. */
const manyFrom = 30
const offeredMost = 200

export function ResidentSelect({ rows, siteId, chosen, empty, label }: Choice) {
  const typed = useSignal('')
  const { found, total } = offersOf(rows, { siteId, typed: typed.value, chosen: chosen.value })
  const offered = found.filter(({ id }, index) => index < offeredMost || id === chosen.value)
  const t = words.value.admin
  return (
    <>
      {total > manyFrom && (
        <label>
          <span>
            {t.filter} <small class="dim">{typed.value !== '' && t.rows(found.length, total)}</small>
          </span>
          <input
            type="search"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
            // In a form Enter would send it, with whoever is chosen now.
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault()
            }}
          />
        </label>
      )}
      <label>
        {label}
        <select
          value={chosen.value}
          onChange={(event) => {
            chosen.value = event.currentTarget.value
          }}
        >
          <option value="">{empty}</option>
          {offered.map(({ id, text }) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
          {found.length > offeredMost && <option disabled>{t.firstRows(offeredMost)}</option>}
        </select>
      </label>
    </>
  )
}
