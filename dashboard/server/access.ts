/** Who may do what, and where: one table of rights, and one rule that keeps every person inside their own sites. */
import type { User, UserRole } from '../../store/store.ts'
import { type Deed, deeds } from '../deeds.ts'
import { notFound } from './refused.ts'

export type { Deed } from '../deeds.ts'

const operator: readonly Deed[] = ['watch', 'answer']
const technician: readonly Deed[] = ['enrol-devices']
const supervisor: readonly Deed[] = [
  ...operator,
  ...technician,
  ...(['read-directory', 'edit-directory', 'read-quarantine', 'read-reports'] as const),
]
/** A technician sees homes to stand in and devices to mend, no alarm; an auditor sees who looked, and nobody's data. */
const rights: Readonly<Record<UserRole, ReadonlySet<Deed>>> = {
  operator: new Set(operator),
  supervisor: new Set(supervisor),
  technician: new Set(technician),
  auditor: new Set<Deed>(['read-audit']),
  admin: new Set(deeds),
}

type Person = Pick<User, 'role' | 'siteIds'>

export const can = (person: Pick<User, 'role'>, deed: Deed): boolean => rights[person.role].has(deed)

/** All that somebody may do: what a screen offers. */
export const deedsOf = (person: Pick<User, 'role'>): readonly Deed[] => deeds.filter((deed) => can(person, deed))

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
