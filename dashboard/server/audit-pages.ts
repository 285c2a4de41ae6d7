/** The record, read by who may: pages with filters, a spreadsheet, and the proof that no line was changed. Reading it is on record too. */
import { Readable } from 'node:stream'
import { dayPlus, startOfDay } from '../../domain/calendar.ts'
import type { Accounts, AuditQuery, Directory, StoredAuditLine, User } from '../../store/store.ts'
import type { AuditPage, AuditRow, ChainCheck, StaffName } from '../contracts-accounts.ts'
import { can, type Scope, scopeOf } from './access.ts'
import { auditQuery } from './account-schemas.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { csvLine, markOf } from './csv-text.ts'
import { localTime } from './history-csv.ts'
import { type App, signedIn } from './needs.ts'
import { pageQuery } from './schemas.ts'

export type AuditNeeds = { accounts: Accounts; directory: Directory; audit: Audit }

const config = { needs: 'read-audit' as const }
const usualZone = 'Asia/Shanghai'
const foundMost = 200
const csvLinesMost = 200_000
const csvSlice = 1_000

type Asked = (typeof auditQuery)['_output']

export function addAuditPages(app: App, needs: AuditNeeds): void {
  const { accounts, audit } = needs
  app.get('/api/audit', { config: { ...config, look: 'audit' }, schema: { querystring: pageQuery } }, async (request) => {
    const { after, limit } = request.query
    const scope = scopeOf(signedIn(request).user)
    if (scope === 'all') return accounts.auditLines(after, limit)
    const own = await accounts.auditPage({ siteIds: scope, limit: 1_000 })
    return own
      .filter(({ id }) => id > after)
      .reverse()
      .slice(0, limit)
  })
  app.get('/api/audit/page', { config, schema: { querystring: auditQuery } }, async (request): Promise<AuditPage> => {
    const { user } = signedIn(request)
    const scope = scopeOf(user)
    const { limit } = request.query
    // Leafing on is one look; what was typed to find somebody is not kept.
    if (request.query.before === undefined)
      await audit.attempt({ userId: user.id, action: 'look-audit', subjectId: soughtOf(request.query) })
    const found = await accounts.auditPage({ ...(await queryOf(needs, request.query, user)), limit: limit + 1 })
    return { lines: await named(needs, found.slice(0, limit), scope), more: found.length > limit }
  })
  app.get('/api/audit/csv', { config, schema: { querystring: auditQuery } }, async (request, reply) => {
    const { user } = signedIn(request)
    await audit.record({ userId: user.id, action: 'export-audit', subjectId: soughtOf(request.query) })
    const scope = scopeOf(user)
    const query = await queryOf(needs, request.query, user)
    reply.header('content-disposition', 'attachment; filename="anling-audit.csv"').type('text/csv; charset=utf-8')
    return reply.send(Readable.from(csvParts(needs, query, scope)))
  })
  app.get('/api/audit/staff', { config }, async (request): Promise<readonly StaffName[]> => {
    const scope = scopeOf(signedIn(request).user)
    return (await accounts.users()).filter((user) => isWithin(scopeOf(user), scope)).map(({ id, displayName }) => ({ id, displayName }))
  })
  // All of the chain, whoever asks: a part of it proves nothing. It reads a million lines: who asks meanwhile waits for the same answer.
  let underWay: Promise<ChainCheck> | null = null
  app.get('/api/audit/chain', { config }, (): Promise<ChainCheck> => {
    underWay ??= accounts.checkChain().finally(() => {
      underWay = null
    })
    return underWay
  })
}

/** Staff who see a place that the reader sees too. */
const isWithin = (theirs: Scope, own: Scope): boolean => own === 'all' || (theirs !== 'all' && theirs.some((id) => own.includes(id)))

const soughtOf = ({ subject, user, who }: Asked): string => subject || user || (who ? 'somebody' : 'all')

/** Who may see nobody's data finds people by their names, and cannot feel for a telephone number digit by digit. */
async function queryOf({ directory }: AuditNeeds, asked: Asked, reader: User): Promise<AuditQuery> {
  const scope = scopeOf(reader)
  const zone = (await directory.sites())[0]?.timeZone ?? usualZone
  const { user, who, subject, action, from, to, before, limit } = asked
  const found = who
    ? (await directory.findResidents(who, scope, foundMost))
        .filter(({ resident }) => can(reader, 'watch') || resident.name.includes(who))
        .map(({ resident }) => resident.id)
    : null
  const subjectIds = subject ? [subject] : found
  return {
    ...{ siteIds: scope, limit },
    ...(user && { userIds: [user] }),
    ...(subjectIds && { subjectIds }),
    ...(action && { action }),
    ...(from && { from: startOfDay(zone, from) }),
    ...(to && { to: startOfDay(zone, dayPlus(to, 1)) }),
    ...(before && { beforeId: before }),
  }
}

/** Ids become what people call them: staff by name, homes by door, and of a resident's name only the first sign: who was looked at, not a list of people. */
async function named({ accounts, directory }: AuditNeeds, lines: readonly StoredAuditLine[], scope: Scope): Promise<AuditRow[]> {
  const users = new Map((await accounts.users()).map((user) => [user.id, user]))
  const cards = await directory.cards([...new Set(lines.map(({ subjectId }) => subjectId))])
  const residents = new Map(cards.map(({ resident, home }) => [resident.id, { resident, home }]))
  const sites = new Map((await directory.sites()).map((site) => [site.id, site.name]))
  const mayName = (siteId: string) => scope === 'all' || scope.includes(siteId)
  const subjectOf = (id: string): string => {
    const found = residents.get(id)
    if (found && mayName(found.resident.siteId)) return `${masked(found.resident.name)} ${doorOf(found.home)}`
    if (sites.has(id) && mayName(id)) return sites.get(id) ?? ''
    return nameOf(users.get(id))
  }
  return lines.map((line) => ({ ...line, userName: nameOf(users.get(line.userId)), subject: subjectOf(line.subjectId) }))
}

const nameOf = (user: User | undefined): string => user?.displayName ?? ''
const masked = (name: string): string => `${[...name][0] ?? ''}**`
const doorOf = ({ building, unit, door }: { building: string; unit: string; door: string }): string =>
  [building, unit, door].filter((part) => part !== '').join('-')

const header = ['line', 'at', 'userId', 'user', 'action', 'subjectId', 'subject', 'detail', 'hash']

async function* csvParts(needs: AuditNeeds, query: AuditQuery, scope: Scope): AsyncGenerator<string> {
  const timeOf = localTime((await needs.directory.sites())[0]?.timeZone ?? usualZone)
  yield markOf('utf-8') + csvLine(header)
  let beforeId = query.beforeId
  for (let given = 0; given < csvLinesMost; given += csvSlice) {
    const lines = await needs.accounts.auditPage({ ...query, ...(beforeId !== undefined && { beforeId }), limit: csvSlice })
    const rows = await named(needs, lines, scope)
    yield rows
      .map(({ id, at, userId, userName, action, subjectId, subject, detail, hash }) =>
        csvLine([String(id), timeOf(at), userId, userName, action, subjectId, subject, detail, hash]),
      )
      .join('')
    beforeId = lines.at(-1)?.id
    if (lines.length < csvSlice) return
    await breathe()
  }
}
