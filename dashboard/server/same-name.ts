/** Two people who work at one site must be told apart by what they are called: who has an alarm is read aloud by that name. */
import type { Site } from '../../domain/people.ts'
import type { Area, User } from '../../store/store.ts'
import { covers, type Scope, scopeOf } from './access.ts'

/** As the eye takes it: wide and narrow letters, capitals, blanks and signs that nobody sees make no difference. */
export const readName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase()
    .toLowerCase()

export const isWithin = (area: Area, site: Area): boolean =>
  site.city === area.city &&
  (area.district === '' || site.district === area.district) &&
  (area.street === '' || site.street === area.street)

/** The sites of somebody as just written down: what the areas come to is not in the row. */
export function scopeOfWritten(user: User, sites: readonly Site[]): Scope {
  const areas = user.areas ?? []
  return scopeOf({ ...user, areaSiteIds: sites.filter((site) => areas.some((area) => isWithin(area, site))).map(({ id }) => id) })
}

/** Colleagues of the same sites who are called the same. */
function namesakes(user: User, others: readonly User[], sites: readonly Site[]): readonly string[] {
  if (user.disabled) return []
  const [own, name] = [scopeOfWritten(user, sites), readName(user.displayName)]
  const meets = (scope: Scope) => (own === 'all' ? scope === 'all' || scope.length > 0 : own.some((id) => covers(scope, id)))
  return others
    .filter((other) => other.id !== user.id && !other.disabled && readName(other.displayName) === name)
    .filter((other) => meets(scopeOf(other)))
    .map(({ id }) => id)
}

/** True when this change makes two of one site the same to read who were not before: namesakes of old stay as they are. */
export function becomesNamesake({ before, after }: { before: User | null; after: User }, others: readonly User[], sites: readonly Site[]) {
  const known = before ? namesakes(before, others, sites) : []
  return namesakes(after, others, sites).some((id) => !known.includes(id))
}
