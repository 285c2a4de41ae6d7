/** A spreadsheet becomes rows of one table: its columns found, each cell read, references and rights checked, every mistake named by its line. */
import type { Directory } from '../../store/store.ts'
import { covers, type Scope } from './access.ts'
import { breathe } from './breathe.ts'
import { type Column, columns } from './columns.ts'
import { type CsvRecord, decode, detect, type Encoding, readCsv } from './csv-text.ts'
import { type Problem, type Row, rowProblem } from './rows.ts'
import { type Table, tables } from './schemas.ts'

export const mistakesMax = 100
export const rowsPerSlice = 500

export type Mistake = { line: number; column: string; message: string }
/** Rows as they stand now, by id: what the file has no column for stays as it is. */
export type Stored = ReadonlyMap<string, object>

export type ReadRow = { line: number; row: Row }
export type ReadRows = { rows: readonly ReadRow[]; mistakes: readonly Mistake[] }

const onlyMistake = (line: number, message: string): ReadRows => ({ rows: [], mistakes: [{ line, column: '', message }] })

export async function readRows(of: { table: Table; bytes: Uint8Array; encoding: Encoding | undefined; stored: Stored }): Promise<ReadRows> {
  const text = of.encoding ? await decode(of.bytes, of.encoding) : await detect(of.bytes)
  if (text === null) return onlyMistake(1, 'the file is neither UTF-8 nor GB18030; save it as CSV in one of these')
  const csv = await readCsv(text)
  if (!csv.ok) return onlyMistake(csv.why.line, csv.why.message)
  const [header, ...records] = csv.records
  if (!header) return onlyMistake(1, 'the file is empty')
  const layout = layoutOf(of.table, header.cells)
  if (!layout.ok) return { rows: [], mistakes: [{ line: header.line, ...layout.why }] }
  return readRecords({ table: of.table, layout: layout.columns, records, stored: of.stored })
}

type Layout = { ok: true; columns: readonly Column[] } | { ok: false; why: Problem }

/** The columns in the file's own order; each by its name or its Chinese label. */
function layoutOf(table: Table, header: readonly string[]): Layout {
  const found: Column[] = []
  for (const cell of header) {
    const name = cell.trim()
    const column = columns[table].find(({ key, label }) => key === name || label === name)
    if (!column) return { ok: false, why: { column: name, message: `the table has no column “${name}”` } }
    if (found.includes(column)) return { ok: false, why: { column: name, message: 'the column is there twice' } }
    found.push(column)
  }
  if (!found.some(({ key }) => key === 'id')) return { ok: false, why: { column: 'id', message: 'the column “id” is missing' } }
  return { ok: true, columns: found }
}

type Records = { table: Table; layout: readonly Column[]; records: readonly CsvRecord[]; stored: Stored }

async function readRecords(of: Records): Promise<ReadRows> {
  const rows: ReadRow[] = []
  const mistakes: Mistake[] = []
  const lineOf = new Map<string, number>()
  for (const [index, record] of of.records.entries()) {
    if (index % rowsPerSlice === 0) await breathe()
    const read = readRecord(of, record)
    const twice = read.ok ? lineOf.get(read.row.id) : undefined
    if (!read.ok) mistakes.push(...read.mistakes)
    else if (twice !== undefined)
      mistakes.push({ line: record.line, column: 'id', message: `“${read.row.id}” already stands in line ${twice}` })
    else {
      lineOf.set(read.row.id, record.line)
      rows.push({ line: record.line, row: read.row })
    }
    if (mistakes.length >= mistakesMax) break
  }
  return { rows, mistakes }
}

type ReadRecord = { ok: true; row: Row } | { ok: false; mistakes: readonly Mistake[] }

function readRecord({ table, layout, stored }: Records, { line, cells }: CsvRecord): ReadRecord {
  if (cells.length !== layout.length) {
    const message = `the line has ${cells.length} cells, the header has ${layout.length}`
    return { ok: false, mistakes: [{ line, column: '', message }] }
  }
  const value: Record<string, unknown> = {}
  for (const [index, column] of layout.entries()) {
    // A line break inside a cell is one, however the program that saved the file writes it.
    const cell = column.read((cells[index] ?? '').replace(/\r\n?/g, '\n'))
    if (cell !== undefined) value[column.key] = cell
  }
  const parsed = tables[table].safeParse({ ...keptOf(stored.get(String(value.id)), layout), ...value })
  if (parsed.success) return { ok: true, row: parsed.data }
  return { ok: false, mistakes: parsed.error.issues.map(({ path, message }) => ({ line, column: String(path[0] ?? ''), message })) }
}

/** What the file says nothing of. */
const keptOf = (row: object | undefined, layout: readonly Column[]): object =>
  Object.fromEntries(Object.entries(row ?? {}).filter(([key]) => !layout.some((column) => column.key === key)))

type Check = { directory: Directory; table: Table; scope: Scope; rows: readonly ReadRow[] }

/** References and rights, against the directory and against the file itself (a gateway may stand above its devices). */
export async function checkRows({ directory, table, scope, rows }: Check): Promise<readonly Mistake[]> {
  const inFile = new Map(rows.map(({ row }) => [row.id, 'siteId' in row ? row.siteId : row.id]))
  const siteOf = remembered(async (target, id) => (target === table ? inFile.get(id) : undefined) ?? (await directory.siteOf(target, id)))
  const mistakes: Mistake[] = []
  for (const [index, { line, row }] of rows.entries()) {
    if (index % rowsPerSlice === 0) await breathe()
    const existing = await directory.siteOf(table, row.id)
    const foreign = existing !== null && !covers(scope, existing)
    const problem = foreign
      ? { column: 'id', message: 'this id cannot be used' }
      : await rowProblem({ directory: { siteOf }, table, row, scope })
    if (problem) mistakes.push({ line, ...problem })
    if (mistakes.length >= mistakesMax) break
  }
  return mistakes
}

/** Thousands of rows point at the same few sites and homes. */
function remembered(ask: Directory['siteOf']): Directory['siteOf'] {
  const known = new Map<string, string | null>()
  return async (table, id) => {
    const key = `${table} ${id}`
    const site = known.get(key)
    if (site !== undefined) return site
    const answer = await ask(table, id)
    known.set(key, answer)
    return answer
  }
}
