/** The directory as spreadsheets, in and out. An import is all or nothing, and its mistakes are named by line and column. */
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Directory, DirectoryRows } from '../../store/store.ts'
import type { ImportAnswer } from '../contracts.ts'
import type { ImportPreview } from '../contracts-upkeep.ts'
import { can, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { type Column, columns } from './columns.ts'
import { csvLine, type Encoding, encode, encodings, markOf } from './csv-text.ts'
import { put } from './directory.ts'
import { absentOf, type Before, previewOf } from './exchange-preview.ts'
import { checkRows, type Mistake, mistakesMax, readRows, rowsPerSlice } from './exchange-read.ts'
import { modeChanges } from './mode-changes.ts'
import { type App, signedIn } from './needs.ts'
import { deny, type Row, rowsOf } from './rows.ts'
import { type Table, tableParam } from './schemas.ts'

export type ExchangeNeeds = { directory: Directory; audit: Audit }

const importBytesMax = 32 * 1_024 * 1_024

const exportQuery = z.object({
  encoding: z.enum(encodings).default('utf-8'),
  labels: z.enum(['en', 'zh']).default('en'),
  siteId: z.string().max(64).optional(),
})
/** `absent=remove`: rows of the sites named in the file that the file does not hold are removed, where nothing needs them. */
const importQuery = z.object({ encoding: z.enum(encodings).optional(), absent: z.enum(['stay', 'remove']).default('stay') })

export function addExchange(app: App, needs: ExchangeNeeds): void {
  for (const type of ['text/csv', 'application/octet-stream', 'application/vnd.ms-excel']) {
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: importBytesMax }, (_request, body, done) => done(null, body))
  }
  addImport(app, needs)
  addExport(app, needs)
}

const rowsAtMost = 20_000
type Request = { table: Table; bytes: Uint8Array; encoding: Encoding | undefined; scope: Scope }
type Reading = { mistakes: readonly Mistake[]; rows: readonly Row[]; before: Before }

/** The file against the directory as it stands: what it would do, or what is wrong with it. Writes nothing. */
async function readFile(directory: Directory, { table, bytes, encoding, scope }: Request): Promise<Reading> {
  const stored: readonly DirectoryRows[Table][number][] = (await directory.rows(scope))[table]
  const before: Before = new Map(stored.map((row) => [row.id, row]))
  const read = await readRows({ table, bytes, encoding, stored: before })
  const mistakes = read.mistakes.length > 0 ? read.mistakes : await checkRows({ directory, table, scope, rows: read.rows })
  return { mistakes: mistakes.slice(0, mistakesMax), rows: read.rows.map(({ row }) => row), before }
}

function requestOf(request: FastifyRequest, table: Table, encoding: Encoding | undefined): Request {
  const { user } = signedIn(request)
  deny(table === 'sites' && !can(user, 'edit-sites'), 'Only an admin imports sites.')
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  return { table, bytes, encoding, scope: scopeOf(user) }
}

function addImport(app: App, { directory, audit }: ExchangeNeeds): void {
  const config = { needs: 'edit-directory' as const }
  const options = { config, schema: { params: tableParam, querystring: importQuery }, bodyLimit: importBytesMax }
  app.post(
    '/api/import/:table/preview',
    { ...options, config: { ...config, look: 'import-preview' } },
    async (request): Promise<ImportPreview> => {
      const { table } = request.params
      const { mistakes, rows, before } = await readFile(directory, requestOf(request, table, request.query.encoding))
      return { errors: mistakes, ...previewOf(table, mistakes.length > 0 ? [] : rows, before) }
    },
  )
  app.post('/api/import/:table', options, async (request): Promise<ImportAnswer> => {
    const { table } = request.params
    const { user } = signedIn(request)
    const { mistakes, rows: read, before } = await readFile(directory, requestOf(request, table, request.query.encoding))
    if (mistakes.length > 0) return { errors: mistakes }
    const rows = rowsOf(table, read)
    const detail = [String(read.length), await modeChanges(directory, rows)].filter((part) => part !== '').join('; ')
    await put(directory, rows, audit.line({ userId: user.id, action: `import-${table}`, subjectId: 'many', detail }))
    if (request.query.absent !== 'remove') return { imported: read.length }
    return { imported: read.length, ...(await removeAbsent({ directory, audit, table, userId: user.id }, absentOf(table, read, before))) }
  })
}

type Removing = ExchangeNeeds & { table: Table; userId: string }

/** One by one: what others still need stays, and is named. */
async function removeAbsent({ directory, audit, table, userId }: Removing, absent: readonly { id: string }[]) {
  const kept: string[] = []
  for (const { id } of absent.slice(0, rowsAtMost)) {
    try {
      await directory.remove(table, id, audit.line({ userId, action: `remove-${table}`, subjectId: id, detail: 'import' }))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      kept.push(id)
    }
  }
  return { removed: absent.length - kept.length, kept }
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
    // Codes of key-safes leave with whoever answers for the whole platform, and with nobody else.
    const layout = columns[table].filter(({ key }) => key !== 'doorCode' || can(user, 'edit-sites'))
    return reply.send(Readable.from(csvParts({ table, rows, encoding, labels, layout })))
  })
}

type Exported = { table: Table; rows: DirectoryRows; encoding: Encoding; labels: 'en' | 'zh'; layout: readonly Column[] }

async function* csvParts({ table, rows, encoding, labels, layout }: Exported): AsyncGenerator<Buffer> {
  yield encode(markOf(encoding) + csvLine(layout.map(({ key, label }) => (labels === 'zh' ? label : key))), encoding)
  const all: readonly Readonly<Record<string, unknown>>[] = rows[table]
  for (let from = 0; from < all.length; from += rowsPerSlice) {
    const slice = all.slice(from, from + rowsPerSlice)
    yield encode(slice.map((row) => csvLine(layout.map(({ key, write }) => write(row[key])))).join(''), encoding)
    await breathe()
  }
}
