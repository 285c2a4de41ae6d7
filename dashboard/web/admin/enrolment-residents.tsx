/** Chooses one of the residents, by door and name. */
import type { Signal } from '@preact/signals'
import type { DirectoryRows } from '../../../store/store.ts'
import { doorNames } from './rows.ts'

type Choice = { rows: DirectoryRows; siteId: string | null; chosen: Signal<string>; empty: string; label: string }

export function ResidentSelect({ rows, siteId, chosen, empty, label }: Choice) {
  const doors = doorNames(rows)
  const shown = rows.residents.filter((resident) => siteId === null || resident.siteId === siteId)
  return (
    <label>
      {label}
      <select
        value={chosen.value}
        onChange={(event) => {
          chosen.value = event.currentTarget.value
        }}
      >
        <option value="">{empty}</option>
        {shown.map(({ id, homeId, name }) => (
          <option key={id} value={id}>
            {doors.get(homeId)} {name}
          </option>
        ))}
      </select>
    </label>
  )
}
