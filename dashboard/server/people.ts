/** The staff: who signs in, as what, for which places; their sessions and second factors, as far as an admin may end them. */
import type { Accounts, Directory, SecondFactors, User } from '../../store/store.ts'
import type { SessionRow, StaffRow } from '../contracts-accounts.ts'
import { newUser, userChange } from './account-schemas.ts'
import type { Audit } from './audit.ts'
import { newId } from './ids.ts'
import { type App, signedIn } from './needs.ts'
import { sessionRows } from './own-account.ts'
import type { Passwords } from './passwords.ts'
import { badField, notFound, refuse } from './refused.ts'
import { becomesNamesake, isWithin } from './same-name.ts'
import { idParam } from './schemas.ts'
import type { InTurn } from './turns.ts'

export type PeopleNeeds = {
  accounts: Accounts
  secondFactors?: { factors: SecondFactors }
  directory: Directory
  passwords: Passwords
  audit: Audit
  /** All changes of the staff are made in it. */
  inTurn: InTurn
  /** Ends the live connections of a person whose rights changed. */
  cutUser: (userId: string) => void
}

const manage = { needs: 'manage-users' as const }

export function addPeople(app: App, needs: PeopleNeeds): void {
  addUsers(app, needs)
  addUserChanges(app, needs)
  addUserSessions(app, needs)
}

function addUsers(app: App, needs: PeopleNeeds): void {
  const { accounts, directory, passwords, audit } = needs
  app.get('/api/users', { config: manage }, async (): Promise<StaffRow[]> => {
    const users = await accounts.users()
    return Promise.all(users.map((user) => rowOf(needs, user)))
  })
  app.post('/api/users', { config: manage, schema: { body: newUser } }, async (request): Promise<StaffRow> => {
    const { password, ...given } = request.body
    const hash = await passwords.hash(password)
    return needs.inTurn(async () => {
      if (await accounts.userByName(given.name)) throw refuse(409, 'name-taken', 'Somebody already has this name.')
      await mustExist(directory, given)
      const user: User = { id: newId(), ...given, disabled: false }
      await mustBeToldApart(needs, { before: null, after: user })
      const line = audit.line({ userId: signedIn(request).user.id, action: 'add-user', subjectId: user.id, detail: rightsOf(user) })
      await accounts.putUser(user, hash, line)
      return rowOf(needs, user)
    })
  })
}

function addUserChanges(app: App, needs: PeopleNeeds): void {
  const { accounts, directory, passwords, audit, cutUser } = needs
  const schema = { params: idParam, body: userChange }
  app.patch('/api/users/:id', { config: manage, schema }, async (request): Promise<StaffRow> => {
    const { password, ...changes } = request.body
    const hash = password === undefined ? undefined : await passwords.hash(password)
    return needs.inTurn(async () => {
      const before = await accounts.user(request.params.id)
      if (!before) throw notFound()
      const user: User = { ...before, ...withoutUndefined(changes) }
      await mustExist(directory, user)
      await mustLeaveAnAdmin(accounts, user)
      await mustBeToldApart(needs, { before, after: user })
      const detail = `${Object.keys(request.body).join(' ')}: ${rightsOf(user)}`
      const line = audit.line({ userId: signedIn(request).user.id, action: 'change-user', subjectId: user.id, detail })
      await accounts.putUser(user, hash, line)
      cutUser(user.id)
      return rowOf(needs, user)
    })
  })
}

function addUserSessions(app: App, { accounts, secondFactors, audit, cutUser }: PeopleNeeds): void {
  const schema = { params: idParam }
  const mustBeSomebody = async (id: string) => {
    if (!(await accounts.user(id))) throw notFound()
  }
  app.get('/api/users/:id/sessions', { config: manage, schema }, async (request): Promise<SessionRow[]> => {
    await mustBeSomebody(request.params.id)
    return sessionRows(await accounts.sessionsOf(request.params.id), audit.now(), signedIn(request).idHash)
  })
  app.delete('/api/users/:id/sessions', { config: manage, schema }, async (request, reply) => {
    const { id } = request.params
    await mustBeSomebody(id)
    await accounts.endSessionsOf(id, audit.line({ userId: signedIn(request).user.id, action: 'end-sessions', subjectId: id }))
    cutUser(id)
    return reply.code(204).send()
  })
  if (!secondFactors) return
  app.delete('/api/users/:id/second-factor', { config: manage, schema }, async (request, reply) => {
    const { id } = request.params
    await mustBeSomebody(id)
    await secondFactors.factors.removeAll(
      id,
      audit.line({ userId: signedIn(request).user.id, action: 'reset-second-factor', subjectId: id }),
    )
    cutUser(id)
    return reply.code(204).send()
  })
}

function withoutUndefined(changes: object): Partial<User> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

/** What somebody may now, for the record: who was given which places when is asked years later. */
function rightsOf({ role, siteIds, areas = [], disabled }: User): string {
  const places = [...siteIds, ...areas.map(({ city, district, street }) => [city, district, street].filter(Boolean).join('/'))]
  return [disabled ? 'disabled' : role, ...places].join(' ').slice(0, detailMax)
}
const detailMax = 2_000

async function mustExist(directory: Directory, { siteIds, areas = [] }: Pick<User, 'siteIds' | 'areas'>): Promise<void> {
  const sites = await directory.sites()
  const missing = siteIds.find((id) => !sites.some((site) => site.id === id))
  if (missing !== undefined) throw badField('siteIds', `there is no site “${missing}”`)
  // A slip of the pen would otherwise wait for years, and give away whichever street comes to be called so.
  const empty = areas.find((area) => !sites.some((site) => isWithin(area, site)))
  if (empty) throw badField('areas', `no site is in “${[empty.city, empty.district, empty.street].filter(Boolean).join(' / ')}”`)
}

async function mustBeToldApart({ accounts, directory }: PeopleNeeds, change: { before: User | null; after: User }): Promise<void> {
  if (!becomesNamesake(change, await accounts.users(), await directory.sites())) return
  throw refuse(409, 'display-name-taken', 'A colleague of the same site is called this already: alarms are known by this name.')
}

async function mustLeaveAnAdmin(accounts: Accounts, changed: User): Promise<void> {
  const after = (await accounts.users()).map((user) => (user.id === changed.id ? changed : user))
  if (!after.some(({ role, disabled }) => role === 'admin' && !disabled)) {
    throw refuse(409, 'last-admin', 'This is the last admin. Make somebody else an admin first.')
  }
}

async function rowOf({ accounts, secondFactors, audit }: PeopleNeeds, user: User): Promise<StaffRow> {
  const { id, name, displayName, role, siteIds, areas = [], disabled } = user
  const [secret, passkeys] = await Promise.all([secondFactors?.factors.oneTimeSecret(id), secondFactors?.factors.passkeysOf(id)])
  const sessions = sessionRows(await accounts.sessionsOf(id), audit.now()).length
  const factors = { oneTimeCode: secret?.confirmed ?? false, passkeys: passkeys?.length ?? 0 }
  return { ...{ id, name, displayName, role, siteIds, areas, disabled }, ...factors, sessions }
}
