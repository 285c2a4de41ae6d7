/** The accounts of those who sign in, what they looked at, and what devices said that nobody understood. */
import type { Accounts, AuditLine, Directory, Quarantine, User } from '../../store/store.ts'
import type { QuarantineList, QuarantineRow, UserRow } from '../contracts.ts'
import { covers, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { newId } from './ids.ts'
import { type App, signedIn } from './needs.ts'
import type { Passwords } from './passwords.ts'
import { badField, notFound, refuse } from './refused.ts'
import { idParam, newUser, pageQuery, userChange } from './schemas.ts'

export type PeopleNeeds = {
  accounts: Accounts
  directory: Directory
  quarantine: Quarantine
  passwords: Passwords
  audit: Audit
  /** Ends the live connections of a person whose rights changed. */
  cutUser: (userId: string) => void
}

const manage = { needs: 'manage-users' as const }
const quarantineShown = 500
const payloadShown = 1_000

export function addPeople(app: App, needs: PeopleNeeds): void {
  addUsers(app, needs)
  addUserChanges(app, needs)
  addRecords(app, needs)
}

function addUsers(app: App, { accounts, directory, passwords, audit }: PeopleNeeds): void {
  app.get('/api/users', { config: manage }, async (): Promise<UserRow[]> => (await accounts.users()).map(rowOf))
  app.post('/api/users', { config: manage, schema: { body: newUser } }, async (request): Promise<UserRow> => {
    const { password, ...given } = request.body
    if (await accounts.userByName(given.name)) throw refuse(409, 'name-taken', 'Somebody already has this name.')
    await mustExist(directory, given.siteIds)
    const user: User = { id: newId(), ...given, disabled: false }
    const line = audit.line({ userId: signedIn(request).user.id, action: 'add-user', subjectId: user.id })
    await accounts.putUser(user, await passwords.hash(password), line)
    return rowOf(user)
  })
}

function addUserChanges(app: App, { accounts, directory, passwords, audit, cutUser }: PeopleNeeds): void {
  const schema = { params: idParam, body: userChange }
  app.patch('/api/users/:id', { config: manage, schema }, async (request): Promise<UserRow> => {
    const before = await accounts.user(request.params.id)
    if (!before) throw notFound()
    const { password, ...changes } = request.body
    const user: User = { ...before, ...withoutUndefined(changes) }
    await mustExist(directory, user.siteIds)
    await mustLeaveAnAdmin(accounts, user)
    const detail = Object.keys(request.body).join(' ')
    const line = audit.line({ userId: signedIn(request).user.id, action: 'change-user', subjectId: user.id, detail })
    await accounts.putUser(user, password === undefined ? undefined : await passwords.hash(password), line)
    cutUser(user.id)
    return rowOf(user)
  })
}

function withoutUndefined(changes: object): Partial<User> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

async function mustExist(directory: Directory, siteIds: readonly string[]): Promise<void> {
  const known = new Set((await directory.sites()).map(({ id }) => id))
  const missing = siteIds.find((id) => !known.has(id))
  if (missing !== undefined) throw badField('siteIds', `there is no site “${missing}”`)
}

async function mustLeaveAnAdmin(accounts: Accounts, changed: User): Promise<void> {
  const after = (await accounts.users()).map((user) => (user.id === changed.id ? changed : user))
  if (!after.some(({ role, disabled }) => role === 'admin' && !disabled)) {
    throw refuse(409, 'last-admin', 'This is the last admin. Make somebody else an admin first.')
  }
}

const rowOf = ({ id, name, displayName, role, siteIds, disabled }: User): UserRow => ({ id, name, displayName, role, siteIds, disabled })

function addRecords(app: App, { accounts, directory, quarantine }: PeopleNeeds): void {
  const audit = { config: { needs: 'read-audit' as const }, schema: { querystring: pageQuery } }
  app.get(
    '/api/audit',
    audit,
    (request): Promise<readonly (AuditLine & { id: number })[]> => accounts.auditLines(request.query.after, request.query.limit),
  )
  app.get('/api/quarantine', { config: { needs: 'read-quarantine' } }, async (request): Promise<QuarantineList> => {
    const scope = scopeOf(signedIn(request).user)
    const all = await quarantine.list(quarantineShown)
    const mine = scope === 'all' ? all : await ofOwnDevices({ all, directory, scope })
    return { counts: scope === 'all' ? await quarantine.counts() : countsOf(mine), entries: mine.map(quarantineRow) }
  })
}

type Entry = Awaited<ReturnType<Quarantine['list']>>[number]

/** What an unknown sender said belongs to no site, so only an admin sees it. */
async function ofOwnDevices(of: { all: readonly Entry[]; directory: Directory; scope: Scope }): Promise<readonly Entry[]> {
  const senders = [...new Set(of.all.map(({ senderId }) => senderId))]
  const sites = await Promise.all(senders.map((id) => of.directory.siteOf('devices', id)))
  const own = new Set(senders.filter((_id, index) => covers(of.scope, sites[index] ?? '')))
  return of.all.filter(({ senderId }) => own.has(senderId))
}

function countsOf(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason } of entries) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

const quarantineRow = ({ id, at, senderId, topic, reason, why, payload }: Entry): QuarantineRow => ({
  id,
  at,
  senderId,
  topic,
  reason,
  why,
  payloadText: new TextDecoder().decode(payload.subarray(0, payloadShown)),
  bytes: payload.byteLength,
})
