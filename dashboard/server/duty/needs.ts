/** What the routes about 值班 share: what they are given, whose site it is, and its rota around this moment. */
import { type DutyStore, daysAround, type Rota } from '../../../domain/duty.ts'
import type { Site } from '../../../domain/people.ts'
import type { Clock } from '../../../domain/time.ts'
import type { Accounts, CareStore, Directory, ReachStore, User } from '../../../store/store.ts'
import { mustCover, scopeOf } from '../access.ts'
import type { Audit } from '../audit.ts'
import type { Places } from '../places.ts'
import { notFound } from '../refused.ts'
import type { Stream } from '../stream.ts'

/** What main gives the dashboard for it. */
export type DutyParts = {
  duty: DutyStore
  reach: Pick<ReachStore, 'reach' | 'putReach'>
  /** The channels that would reach this person of the staff now, the first first. */
  waysTo: (personId: string, siteId: string) => Promise<readonly string[]>
  /** Channels of this platform that reach persons; absent: none. */
  offered?: readonly string[]
}

export type DutyNeeds = DutyParts & {
  store: Pick<CareStore, 'alarm'>
  directory: Directory
  accounts: Accounts
  /** Calls owed after an alarm. */
  callBacks?: { open(siteIds: readonly string[], limit: number): Promise<readonly unknown[]> } | undefined
  stream: Pick<Stream, 'open'>
  places: Places
  isWatched: (siteId: string) => boolean
  audit: Audit
  clock: Clock
}

export const dutyTags = ['duty']

/** The site, when it is one of this person's. */
export async function ownSite({ directory }: Pick<DutyNeeds, 'directory'>, user: User, siteId: string): Promise<Site> {
  const site = await directory.site(siteId)
  mustCover(scopeOf(user), site?.id ?? null)
  if (!site) throw notFound()
  return site
}

/** The rota of a site around this moment. */
export async function rotaNow({ duty, clock }: Pick<DutyNeeds, 'duty' | 'clock'>, { id, timeZone }: Site): Promise<Rota> {
  const [shifts, exceptions] = await Promise.all([duty.shifts(id), duty.exceptions(id, daysAround(timeZone, clock.now()))])
  return { timeZone, shifts, exceptions }
}
