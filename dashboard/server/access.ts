/** Who may do what, and where: one table of rights, and one rule that keeps every person inside their own sites. */
import { isKeyUserId } from '../../domain/api-keys.ts'
import { sitesOf, type User, type UserRole } from '../../store/store.ts'
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

type Person = Pick<User, 'role' | 'siteIds' | 'areaSiteIds'>

/**
 * May this person do this, here? The one place that decides, for requests, sockets, exports and pushes. `siteId`: of what is done something to
 * (null: of nothing that exists), or `everySiteOf` a colleague; left out, whether there is any site at all is not asked.
 */
export function can(person: Pick<User, 'role'>, deed: Deed): boolean
export function can(person: Person, deed: Deed, where: string | null | Colleague): boolean
export function can(person: Pick<User, 'role'> & Partial<Person>, deed: Deed, where?: string | null | Colleague): boolean {
  if (!rights[person.role].has(deed)) return false
  if (where === undefined) return true
  const scope = scopeOf({ siteIds: [], ...person })
  if (where === null || typeof where === 'string') return where !== null && covers(scope, where)
  const theirs = scopeOf(where.everySiteOf)
  return scope === 'all' || (theirs !== 'all' && theirs.length > 0 && theirs.every((siteId) => covers(scope, siteId)))
}

/** Somebody with eyes and legs, not a program: only a person is present at a case, and only a person goes to a door. */
export const isPerson = ({ id }: Pick<User, 'id'>): boolean => !isKeyUserId(id)

/** A door's code is told to people alone who may answer at that site; that somebody took the alarm is asked elsewhere. */
export const canOpenDoor = (person: Person & Pick<User, 'id'>, siteId: string): boolean => isPerson(person) && can(person, 'answer', siteId)

/** Somebody who works at several places is whole the affair of those alone who answer for all of them. */
type Colleague = { everySiteOf: Person }

/** All that somebody may do: what a screen offers. */
export const deedsOf = (person: Pick<User, 'role'>): readonly Deed[] => deeds.filter((deed) => can(person, deed))

export type Scope = readonly string[] | 'all'

/** The sites of a person: all for an admin, otherwise exactly the listed ones and those of the listed areas (none listed = none). */
export const scopeOf = (person: Person): Scope => sitesOf(person)

export const covers = (scope: Scope, siteId: string): boolean => scope === 'all' || scope.includes(siteId)

/** Throws the 404 that unknown ids get, so that a foreign id cannot be told from one that does not exist. */
export function mustCover(scope: Scope, siteId: string | null): void {
  if (siteId === null || !covers(scope, siteId)) throw notFound()
}

/** One name for each set of sites: screens that see the same share one picture. */
export const scopeKey = (scope: Scope): string => (scope === 'all' ? '*' : [...new Set(scope)].sort().join(' '))
