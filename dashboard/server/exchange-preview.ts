/** What an import would do, before it does it: which rows are new, what changes in which, and what the file does not hold. */
import type { DirectoryRows } from '../../store/store.ts'
import type { ImportPreview } from '../contracts-upkeep.ts'
import { columns } from './columns.ts'
import type { Row } from './rows.ts'
import type { Table } from './schemas.ts'

const shownMost = 200
type AnyRow = DirectoryRows[Table][number]
export type Before = ReadonlyMap<string, AnyRow>
type Cells = Readonly<Record<string, unknown>>

/** Without the mistakes; those stand above it. */
export function previewOf(table: Table, rows: readonly Row[], before: Before): Omit<ImportPreview, 'errors'> {
  const added = rows.filter(({ id }) => !before.has(id))
  const changed = rows.flatMap((row) => {
    const was = before.get(row.id)
    const fields = was ? changesOf(table, was, row) : []
    return fields.length > 0 ? [{ id: row.id, name: nameOf(row), fields }] : []
  })
  const known = rows.length - added.length
  const absent = rows.length === 0 ? [] : absentOf(table, rows, before)
  return {
    rows: rows.length,
    added: { count: added.length, first: added.slice(0, shownMost).map((row) => ({ id: row.id, name: nameOf(row) })) },
    changed: { count: changed.length, first: changed.slice(0, shownMost) },
    unchanged: known - changed.length,
    absent: { count: absent.length, first: absent.slice(0, shownMost).map((row) => ({ id: row.id, name: nameOf(row) })) },
  }
}

/** Rows of the same sites (contacts: of the same residents) that the file does not hold. No file removes a site. */
export function absentOf(table: Table, rows: readonly Row[], before: Before): readonly AnyRow[] {
  const ids = new Set(rows.map(({ id }) => id))
  const groups = new Set(rows.map((row) => groupOf(table, row)))
  return [...before.values()].filter((row) => !ids.has(row.id) && groups.has(groupOf(table, row)))
}

function groupOf(table: Table, row: AnyRow): string {
  if (table === 'contacts' && 'residentId' in row) return row.residentId ?? ''
  return 'siteId' in row ? row.siteId : row.id
}
const nameOf = (row: AnyRow): string =>
  'name' in row ? row.name : 'door' in row ? [row.building, row.unit, row.door].filter(Boolean).join('-') : row.role

/** As a spreadsheet would show both; a code that opens a door is not shown, only that it changes. */
function changesOf(table: Table, was: Cells, row: Cells) {
  return columns[table].flatMap(({ key, label, write }) => {
    const [before, after] = [write(was[key]), write(row[key])]
    if (before === after) return []
    const isSecret = key === 'doorCode'
    return [{ column: key, label, before: isSecret ? '•••' : before, after: isSecret ? '•••' : after }]
  })
}
