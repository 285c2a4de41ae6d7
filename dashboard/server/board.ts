/** The device board over HTTP: counted by area, filtered, and as a spreadsheet; each person inside their own sites. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import { seconds } from '../../domain/time.ts'
import { isLifeline, standings } from '../../domain/trouble.ts'
import { type BoardGroup, type BoardRow, boardGroups, boardOrders, type DeviceBoard } from '../contracts-upkeep.ts'
import { can, covers, mustCover, type Scope, scopeKey, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { batteryFirst } from './board-battery.ts'
import { boardLines } from './board-csv.ts'
import { type BoardNeeds, boardRows, countsOf } from './board-make.ts'
import { encodings } from './csv-text.ts'
import { type App, signedIn } from './needs.ts'
import { parts } from './reports-asked.ts'
import { id, text } from './schemas.ts'
import type { Signed } from './sessions.ts'
import { type CallNeeds, toldOf } from './troubles-overdue.ts'

const shown = ['needing', 'case', 'overdue', 'all', ...standings] as const
const query = z.object({
  siteId: id.optional(),
  by: z.enum(boardGroups).default('site'),
  show: z.enum(shown).default('needing'),
  which: z.enum(['lifelines', 'all']).default('lifelines'),
  text: text(60).default(''),
  order: z.enum(boardOrders).default('worst'),
})
const csvQuery = query.extend({ labels: z.enum(['en', 'zh']).default('en'), encoding: z.enum(encodings).default('utf-8') })
type Asked = z.output<typeof query>

const rowsShown = 300
const keptFor = seconds(3)
const boardsKept = 20

export type BoardRouteNeeds = BoardNeeds & CallNeeds & { store: BoardNeeds['store'] & CallNeeds['store']; audit: Audit }

/** Returns what makes the next look a fresh one. */
export function addBoard(app: App, needs: BoardRouteNeeds): () => void {
  const config = { needs: 'enrol-devices' as const }
  const { rowsFor, forget } = openKept(needs)
  app.get('/api/device-board', { config, schema: { querystring: query, tags: ['devices'] } }, async (request): Promise<DeviceBoard> => {
    const signed = signedIn(request)
    const scope = scopeFor(signed, request.query.siteId)
    await needs.audit.attempt({ userId: signed.user.id, action: 'look-device-board', subjectId: request.query.siteId ?? 'all' })
    const all = await rowsFor(scope)
    const rows = filtered(openTo(signed, all), request.query)
    const shown = await Promise.all(rows.slice(0, rowsShown).map((row) => withCalls(needs, row)))
    const now = needs.clock.now()
    const sites = (await needs.directory.sites()).filter(({ id }) => covers(scopeOf(signed.user), id))
    return {
      ...{ at: now, sites: sites.map(({ id, name }) => ({ id, name })), all: countsOf(all, now) },
      groups: await groupsOf(needs, all, request.query.by),
      ...{ rows: shown, found: rows.length },
    }
  })
  app.get('/api/device-board.csv', { config, schema: { querystring: csvQuery, tags: ['devices'] } }, async (request, reply) => {
    const signed = signedIn(request)
    const { siteId, labels, encoding } = request.query
    const scope = scopeFor(signed, siteId)
    await needs.audit.record({ userId: signed.user.id, action: 'export-device-board', subjectId: siteId ?? 'all' })
    const lines = boardLines(filtered(openTo(signed, await rowsFor(scope)), request.query), labels)
    reply.header('content-disposition', 'attachment; filename="anling-devices.csv"').type(`text/csv; charset=${encoding}`)
    return reply.send(Readable.from(parts(lines, encoding)))
  })
  return forget
}

function scopeFor({ user }: Signed, siteId: string | undefined): Scope {
  if (siteId === undefined) return scopeOf(user)
  mustCover(scopeOf(user), siteId)
  return [siteId]
}

/** Several people look at the same board: it is made once in that time. */
function openKept(needs: BoardNeeds): { rowsFor(scope: Scope): Promise<readonly BoardRow[]>; forget(): void } {
  const kept = new Map<string, { at: number; rows: Promise<readonly BoardRow[]> }>()
  const rowsFor = (scope: Scope) => {
    const key = scopeKey(scope)
    const now = needs.clock.elapsed()
    const known = kept.get(key)
    if (known && now - known.at < keptFor) return known.rows
    if (kept.size >= boardsKept) kept.clear()
    const rows = boardRows(needs, scope)
    kept.set(key, { at: now, rows })
    rows.catch(() => kept.delete(key))
    return rows
  }
  return { rowsFor, forget: () => kept.clear() }
}

/** Whoever mends devices sees those that need hands; who lives where else is the directory's to tell. */
const openTo = ({ user }: Signed, rows: readonly BoardRow[]): readonly BoardRow[] =>
  can(user, 'read-directory') ? rows : rows.filter((row) => isShown(row, 'needing'))

async function withCalls(needs: CallNeeds, row: BoardRow): Promise<BoardRow> {
  if (!row.trouble?.told) return row
  return { ...row, trouble: { ...row.trouble, told: await toldOf(needs, row.trouble.told) } }
}

function filtered(rows: readonly BoardRow[], { show, which, text: typed, order }: Asked): readonly BoardRow[] {
  const wanted = typed.trim().toLowerCase()
  const found = rows.filter((row) => {
    if (which === 'lifelines' && !isLifeline(row.role) && !row.trouble) return false
    if (!isShown(row, show)) return false
    return (
      wanted === '' || [row.deviceId, row.person, row.label, row.room, row.siteName].some((cell) => cell.toLowerCase().includes(wanted))
    )
  })
  return order === 'battery' ? [...found].sort(batteryFirst) : found
}

function isShown({ standing, trouble }: BoardRow, show: Asked['show']): boolean {
  if (show === 'all') return true
  if (show === 'needing') return standing !== 'well' || trouble !== null
  if (show === 'case') return trouble !== null
  if (show === 'overdue') return trouble?.overdue === true
  return standing === show
}

async function groupsOf({ directory, clock }: BoardNeeds, rows: readonly BoardRow[], by: BoardGroup): Promise<DeviceBoard['groups']> {
  const sites = new Map((await directory.sites()).map((site) => [site.id, site]))
  const groups = new Map<string, { name: string; rows: BoardRow[] }>()
  for (const row of rows) {
    const site = sites.get(row.siteId)
    const name = by === 'building' ? row.building : ((by === 'site' ? site?.name : site?.[by]) ?? row.siteId)
    // Two sites may have a building of the same number.
    const key = by === 'site' || by === 'building' ? `${row.siteId} ${name}` : name
    const group = groups.get(key) ?? { name: by === 'building' ? `${site?.name ?? row.siteId} ${name || '–'}` : name || '–', rows: [] }
    group.rows.push(row)
    groups.set(key, group)
  }
  const order = new Intl.Collator('zh', { numeric: true })
  return [...groups]
    .map(([key, group]) => ({ key, name: group.name, ...countsOf(group.rows, clock.now()) }))
    .filter(({ buttons, cases }) => buttons + cases > 0)
    .sort((a, b) => b.overdue - a.overdue || order.compare(a.name, b.name))
}
