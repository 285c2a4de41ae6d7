/** Who may do what, and where: one table of rights, and one rule that keeps every person inside their own sites. */
import type { User, UserRole } from '../../store/store.ts'
import { notFound } from './refused.ts'

/** What a route or a socket asks for. */
export type Deed =
  | 'watch' // the wall, cards, residents
  | 'answer' // acknowledge, note, resolve
  | 'read-directory'
  | 'edit-directory' // homes, residents, contacts, devices, plans of the own sites; CSV
  | 'edit-sites' // create and remove whole sites; plans for everybody
  | 'read-quarantine'
  | 'manage-users'
  | 'read-audit'
  | 'read-reports' // the figures an office answers for, and their CSV

const operator: readonly Deed[] = ['watch', 'answer']
const supervisor: readonly Deed[] = [...operator, 'read-directory', 'edit-directory', 'read-quarantine', 'read-reports']
const rights: Readonly<Record<UserRole, ReadonlySet<Deed>>> = {
  operator: new Set(operator),
  supervisor: new Set(supervisor),
  admin: new Set<Deed>([...supervisor, 'edit-sites', 'manage-users', 'read-audit']),
}

type Person = Pick<User, 'role' | 'siteIds'>

export const can = (person: Pick<User, 'role'>, deed: Deed): boolean => rights[person.role].has(deed)

export type Scope = readonly string[] | 'all'

/** The sites of a person: all for an admin, otherwise exactly the listed ones (none listed = none). */
export const scopeOf = (person: Person): Scope => (person.role === 'admin' ? 'all' : person.siteIds)

export const covers = (scope: Scope, siteId: string): boolean => scope === 'all' || scope.includes(siteId)

/** Throws the 404 that unknown ids get, so that a foreign id cannot be told from one that does not exist. */
export function mustCover(scope: Scope, siteId: string | null): void {
  if (siteId === null || !covers(scope, siteId)) throw notFound()
}

/** One name for each set of sites: screens that see the same share one picture. */
export const scopeKey = (scope: Scope): string => (scope === 'all' ? '*' : [...new Set(scope)].sort().join(' '))
