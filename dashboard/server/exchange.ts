/** The directory as spreadsheets, in and out. An import is all or nothing, and its mistakes are named by line and column. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Directory, DirectoryRows } from '../../store/store.ts'
import type { ImportAnswer } from '../contracts.ts'
import { can, covers, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { type Column, columns } from './columns.ts'
import { type CsvRecord, csvLine, decode, detect, type Encoding, encode, encodings, markOf, readCsv } from './csv-text.ts'
import { put } from './directory.ts'
import { modeChanges } from './mode-changes.ts'
import { type App, signedIn } from './needs.ts'
import { type Problem, type Row, rowProblem, rowsOf } from './rows.ts'
import { type Table, tableParam, tables } from './schemas.ts'

export type ExchangeNeeds = { directory: Directory; audit: Audit }

const importBytesMax = 32 * 1_024 * 1_024
const mistakesMax = 100
const rowsPerSlice = 500

type Mistake = { line: number; column: string; message: string }

const exportQuery = z.object({
  encoding: z.enum(encodings).default('utf-8'),
  labels: z.enum(['en', 'zh']).default('en'),
  siteId: z.string().max(64).optional(),
})
const importQuery = z.object({ encoding: z.enum(encodings).optional() })

export function addExchange(app: App, needs: ExchangeNeeds): void {
  for (const type of ['text/csv', 'application/octet-stream', 'application/vnd.ms-excel']) {
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: importBytesMax }, (_request, body, done) => done(null, body))
  }
  addImport(app, needs)
  addExport(app, needs)
}

function addImport(app: App, { directory, audit }: ExchangeNeeds): void {
  const config = { needs: 'edit-directory' as const }
  const schema = { params: tableParam, querystring: importQuery }
  app.post('/api/import/:table', { config, schema, bodyLimit: importBytesMax }, async (request, reply): Promise<ImportAnswer> => {
    const { user } = signedIn(request)
    const { table } = request.params
    if (table === 'sites' && !can(user, 'edit-sites'))
      return reply.code(403).send({ code: 'not-allowed', message: 'Only an admin imports sites.' })
    const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
    const read = await readRows({ table, bytes, encoding: request.query.encoding })
    const mistakes = read.mistakes.length > 0 ? read.mistakes : await checkRows({ directory, table, scope: scopeOf(user), rows: read.rows })
    if (mistakes.length > 0) return { errors: mistakes.slice(0, mistakesMax) }
    const rows = rowsOf(
      table,
      read.rows.map(({ row }) => row),
    )
    const detail = [String(read.rows.length), await modeChanges(directory, rows)].filter((part) => part !== '').join('; ')
    await put(directory, rows, audit.line({ userId: user.id, action: `import-${table}`, subjectId: 'many', detail }))
    return { imported: read.rows.length }
  })
}

type ReadRow = { line: number; row: Row }
type ReadRows = { rows: readonly ReadRow[]; mistakes: readonly Mistake[] }

const onlyMistake = (line: number, message: string): ReadRows => ({ rows: [], mistakes: [{ line, column: '', message }] })

async function readRows(of: { table: Table; bytes: Uint8Array; encoding: Encoding | undefined }): Promise<ReadRows> {
  const text = of.encoding ? await decode(of.bytes, of.encoding) : await detect(of.bytes)
  if (text === null) return onlyMistake(1, 'the file is neither UTF-8 nor GB18030; save it as CSV in one of these')
  const csv = await readCsv(text)
  if (!csv.ok) return onlyMistake(csv.why.line, csv.why.message)
  const [header, ...records] = csv.records
  if (!header) return onlyMistake(1, 'the file is empty')
  const layout = layoutOf(of.table, header.cells)
  if (!layout.ok) return { rows: [], mistakes: [{ line: header.line, ...layout.why }] }
  return readRecords({ table: of.table, layout: layout.columns, records })
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

async function readRecords(of: { table: Table; layout: readonly Column[]; records: readonly CsvRecord[] }): Promise<ReadRows> {
  const rows: ReadRow[] = []
  const mistakes: Mistake[] = []
  const lineOf = new Map<string, number>()
  for (const [index, record] of of.records.entries()) {
    if (index % rowsPerSlice === 0) await breathe()
    const read = readRecord(of.table, of.layout, record)
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

function readRecord(table: Table, layout: readonly Column[], { line, cells }: CsvRecord): ReadRecord {
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
  const parsed = tables[table].safeParse(value)
  if (parsed.success) return { ok: true, row: parsed.data }
  return { ok: false, mistakes: parsed.error.issues.map(({ path, message }) => ({ line, column: String(path[0] ?? ''), message })) }
}

type Check = { directory: Directory; table: Table; scope: Scope; rows: readonly ReadRow[] }

/** References and rights, against the directory and against the file itself (a gateway may stand above its devices). */
async function checkRows({ directory, table, scope, rows }: Check): Promise<readonly Mistake[]> {
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

function addExport(app: App, { directory, audit }: ExchangeNeeds): void {
  const config = { needs: 'edit-directory' as const }
  const schema = { params: tableParam, querystring: exportQuery }
  app.get('/api/export/:table', { config, schema }, async (request, reply) => {
    const { user } = signedIn(request)
    const { table } = request.params
    const { encoding, labels, siteId } = request.query
    const scope = scopeOf(user)
    if (siteId !== undefined) mustCover(scope, siteId)
    await audit.record({ userId: user.id, action: `export-${table}`, subjectId: siteId ?? 'all' })
    const rows = await directory.rows(siteId === undefined ? scope : [siteId])
    reply.header('content-disposition', `attachment; filename="anling-${table}.csv"`).type(`text/csv; charset=${encoding}`)
    return reply.send(Readable.from(csvParts({ table, rows, encoding, labels })))
  })
}

type Exported = { table: Table; rows: DirectoryRows; encoding: Encoding; labels: 'en' | 'zh' }

async function* csvParts({ table, rows, encoding, labels }: Exported): AsyncGenerator<Buffer> {
  const layout = columns[table]
  yield encode(markOf(encoding) + csvLine(layout.map(({ key, label }) => (labels === 'zh' ? label : key))), encoding)
  const all: readonly Readonly<Record<string, unknown>>[] = rows[table]
  for (let from = 0; from < all.length; from += rowsPerSlice) {
    const slice = all.slice(from, from + rowsPerSlice)
    yield encode(slice.map((row) => csvLine(layout.map(({ key, write }) => write(row[key])))).join(''), encoding)
    await breathe()
  }
}
