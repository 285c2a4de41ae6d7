/** The directory over HTTP: sites, homes, residents, contacts and devices, each person inside their own sites. */
import type { AuditLine, CareStore, Directory, DirectoryRows, ResidentCard } from '../../store/store.ts'
import type { DeviceToken, FoundResident } from '../contracts.ts'
import { can, mustCover, type Scope, scopeOf } from './access.ts'
import { opensDoor, withDoorCode } from './alarms.ts'
import type { Audit } from './audit.ts'
import { sendList, sendLists } from './json-parts.ts'
import { modeChanges } from './mode-changes.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { badField, notFound, RefusedError, refuse } from './refused.ts'
import { deny, type Row, rowProblem, rowsOf } from './rows.ts'
import { idParam, nameQuery, rowParams, siteQuery, type Table, tableParam, tables } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type DirectoryNeeds = {
  store: CareStore
  directory: Directory
  audit: Audit
  newDeviceToken: (deviceId: string, line: AuditLine) => Promise<string>
}

const read = { needs: 'read-directory' as const }
const edit = { needs: 'edit-directory' as const }

export function addDirectory(app: App, needs: DirectoryNeeds): void {
  addSearch(app, needs)
  addReading(app, needs)
  addEditing(app, needs)
  addTokens(app, needs)
}

/** The asked-for site when it is one of the person's own; all of the person's sites when none is asked for. */
function narrowed(signed: Signed, siteId: string | undefined): Scope {
  const scope = scopeOf(signed.user)
  if (siteId === undefined) return scope
  mustCover(scope, siteId)
  return [siteId]
}

const foundMost = 20

/** Who somebody is that calls by telephone. What was typed is not written down; that somebody searched is. */
function addSearch(app: App, { directory, audit }: DirectoryNeeds): void {
  app.get(
    '/api/residents',
    { config: { needs: 'watch' }, schema: { querystring: nameQuery } },
    async (request): Promise<FoundResident[]> => {
      const { user } = signedIn(request)
      await audit.attempt({ userId: user.id, action: 'search-residents', subjectId: 'all' })
      const scope = scopeOf(user)
      const found = await directory.findResidents(request.query.name, scope, foundMost)
      const names = new Map((await directory.sites()).map(({ id, name }) => [id, name]))
      return found.map(({ resident, home }) => ({
        ...{ residentId: resident.id, person: resident.name },
        ...{ label: labelOf(home), siteName: names.get(resident.siteId) ?? '' },
      }))
    },
  )
}

function addReading(app: App, { store, directory, audit }: DirectoryNeeds): void {
  app.get('/api/residents/:id', { config: { needs: 'watch' }, schema: { params: idParam } }, async (request): Promise<ResidentCard> => {
    const { user } = signedIn(request)
    const card = await directory.card(request.params.id)
    mustCover(scopeOf(user), card?.resident.siteId ?? null)
    if (!card) throw notFound()
    const isOpen = (await store.alarmsOf(card.resident.id, 20)).some((alarm) => opensDoor(user, alarm))
    const shown = withDoorCode(card, isOpen)
    const action = shown.home.doorCode === '' ? 'look-resident' : 'look-door-code'
    await audit.attempt({ userId: user.id, action, subjectId: card.resident.id })
    return shown
  })
  // Answers with DirectoryRows, and with one of its lists.
  app.get('/api/rows', { config: read, schema: { querystring: siteQuery } }, async (request, reply) => {
    const signed = signedIn(request)
    await audit.attempt({ userId: signed.user.id, action: 'look-directory', subjectId: request.query.siteId ?? 'all' })
    const lists = await directory.rows(narrowed(signed, request.query.siteId))
    return sendLists(reply, {}, { lists, shown: withoutCode })
  })
  app.get('/api/rows/:table', { config: read, schema: { params: tableParam, querystring: siteQuery } }, async (request, reply) => {
    const signed = signedIn(request)
    const { table } = request.params
    await audit.attempt({ userId: signed.user.id, action: `look-${table}`, subjectId: request.query.siteId ?? 'all' })
    return sendList(reply, (await directory.rows(narrowed(signed, request.query.siteId)))[table], withoutCode)
  })
}

/** A key-safe's code is shown by an alarm that somebody took, and by no list: what is left out of a row that is put stays as it was. */
const withoutCode = (row: Row): Row => ('doorCode' in row ? { ...row, doorCode: '' } : row)

async function withKept(directory: Directory, { table, id }: { table: Table; id: string }, body: object): Promise<object> {
  if (table !== 'homes' || 'doorCode' in body) return { ...body, id }
  return { ...body, doorCode: (await directory.row('homes', id))?.doorCode ?? '', id }
}

function addEditing(app: App, { directory, audit }: DirectoryNeeds): void {
  app.put('/api/rows/:table/:id', { config: edit, schema: { params: rowParams } }, async (request): Promise<Row> => {
    const { user } = signedIn(request)
    const { table, id } = request.params
    const row = parseRow(table, await withKept(directory, { table, id }, objectOf(request.body)))
    const scope = scopeOf(user)
    const existing = await directory.siteOf(table, id)
    if (existing !== null) mustCover(scope, existing)
    else if (table === 'sites' && !can(user, 'edit-sites')) throw refuse(403, 'not-allowed', 'Only an admin creates sites.')
    const problem = await rowProblem({ directory, table, row, scope })
    if (problem) throw badField(problem.column, problem.message)
    const rows = rowsOf(table, [row])
    const detail = await modeChanges(directory, rows)
    await put(directory, rows, audit.line({ userId: user.id, action: `put-${table}`, subjectId: id, detail }))
    return withoutCode(row)
  })
  app.delete('/api/rows/:table/:id', { config: edit, schema: { params: rowParams } }, async (request, reply) => {
    const { user } = signedIn(request)
    const { table, id } = request.params
    mustCover(scopeOf(user), await directory.siteOf(table, id))
    if (table === 'sites') deny(!can(user, 'edit-sites'), 'Only an admin removes sites.')
    const line = audit.line({ userId: user.id, action: `remove-${table}`, subjectId: id })
    if (!(await stillUsed(directory.remove(table, id, line)))) throw notFound()
    return reply.code(204).send()
  })
}

const objectOf = (body: unknown): object => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badField('body', 'must be an object')
  return body
}

function parseRow(table: Table, value: unknown): Row {
  const parsed = tables[table].safeParse(value)
  if (parsed.success) return parsed.data
  // All of them at once: a form shows each beside its field.
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const [first] = fields
  throw new RefusedError(400, { code: 'bad-request', message: first ? `${first.path}: ${first.message}` : 'not valid', fields })
}

/** The store names a reference that does not exist with a RangeError: a mistake of the request, not of ours. */
export async function put(directory: Pick<Directory, 'put'>, rows: Partial<DirectoryRows>, line: AuditLine | undefined): Promise<void> {
  try {
    await directory.put(rows, line)
  } catch (error) {
    if (error instanceof RangeError) throw refuse(400, 'unknown-reference', error.message)
    throw error
  }
}

async function stillUsed(removing: Promise<boolean>): Promise<boolean> {
  try {
    return await removing
  } catch (error) {
    if (error instanceof RangeError) throw refuse(409, 'still-used', error.message)
    throw error
  }
}

function addTokens(app: App, { directory, audit, newDeviceToken }: DirectoryNeeds): void {
  const options = { config: edit, schema: { params: idParam } }
  app.post('/api/devices/:id/token', options, async (request): Promise<DeviceToken> => {
    const { user } = signedIn(request)
    const deviceId = request.params.id
    mustCover(scopeOf(user), await directory.siteOf('devices', deviceId))
    const token = await newDeviceToken(deviceId, audit.line({ userId: user.id, action: 'new-device-token', subjectId: deviceId }))
    return { deviceId, token }
  })
  app.delete('/api/devices/:id/token', options, async (request, reply) => {
    const { user } = signedIn(request)
    const deviceId = request.params.id
    mustCover(scopeOf(user), await directory.siteOf('devices', deviceId))
    await directory.revokeCredentials(deviceId, audit.line({ userId: user.id, action: 'revoke-device-tokens', subjectId: deviceId }))
    return reply.code(204).send()
  })
}
