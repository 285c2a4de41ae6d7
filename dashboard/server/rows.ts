/** Whether a row of the directory may be written: its site is the writer's own, and so is everything it refers to. */
import type { z } from 'zod'
import { lifeSignDevice, lifeSignSite } from '../../domain/life-sign.ts'
import type { Directory, DirectoryRows } from '../../store/store.ts'
import { covers, type Scope } from './access.ts'
import { refuse } from './refused.ts'
import type { contact, device, home, resident, site, Table } from './schemas.ts'

export type SiteRow = z.output<typeof site>
export type HomeRow = z.output<typeof home>
export type ResidentRow = z.output<typeof resident>
export type ContactRow = z.output<typeof contact>
export type DeviceRow = z.output<typeof device>
export type Row = SiteRow | HomeRow | ResidentRow | ContactRow | DeviceRow

export type Problem = { column: string; message: string }
export type Reference = { column: string; table: Table; id: string }

/** Rows of one table as the directory takes them. The caller parsed them with the schema of that same table. */
export const rowsOf = (table: Table, rows: readonly Row[]): Partial<DirectoryRows> => ({ [table]: rows })

/** What a row points at, by its fields. */
export function referencesOf(row: Row): readonly Reference[] {
  const pointers: readonly (readonly [string, Table])[] = [
    ['siteId', 'sites'],
    ['homeId', 'homes'],
    ['residentId', 'residents'],
    ['gatewayId', 'devices'],
  ]
  const values: Readonly<Record<string, unknown>> = row
  return pointers.flatMap(([column, table]) => {
    const id = values[column]
    return typeof id === 'string' ? [{ column, table, id }] : []
  })
}

export type RowCheck = { directory: Pick<Directory, 'siteOf'>; table: Table; row: Row; scope: Scope }

/**
 * Why the row may not be written, or null. Another site's row and one that does not exist get the same words.
 * A resident lives in a home of her own site, a device serves a resident of its own site.
 */
export async function rowProblem({ directory, table, row, scope }: RowCheck): Promise<Problem | null> {
  const own = 'siteId' in row ? row.siteId : null
  if (isOurs(table, row.id)) return { column: 'id', message: `“${row.id}” is the platform’s own; choose another id` }
  for (const { column, table: target, id } of referencesOf(row)) {
    const site = await directory.siteOf(target, id)
    const problem =
      site === null || !covers(scope, site)
        ? `there is no “${id}”`
        : own !== null && site !== own
          ? `“${id}” belongs to another site`
          : null
    if (problem) return { column, message: problem }
  }
  if (table === 'devices' && 'gatewayId' in row && row.gatewayId === row.id)
    return { column: 'gatewayId', message: 'a device cannot carry itself' }
  return null
}

/** Alarms of such a device or site would be taken for the platform's own trial and shown to nobody. */
const isOurs = (table: Table, id: string): boolean =>
  (table === 'devices' && id === lifeSignDevice.id) || (table === 'sites' && id === lifeSignSite)

export function deny(when: boolean, message: string): void {
  if (when) throw refuse(403, 'not-allowed', message)
}
