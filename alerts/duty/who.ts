/** Who is on duty at a site now, by its rota: users that may still sign in. Looked up anew each time, for a swap made a moment ago holds. */
import { type DutyStore, daysAround, onDutyAt } from '../../domain/duty.ts'
import type { Instant } from '../../domain/time.ts'
import { type Accounts, type Directory, isStaffOf } from '../../store/store.ts'

export type WhoNeeds = {
  duty: Pick<DutyStore, 'shifts' | 'exceptions'>
  directory: Pick<Directory, 'site'>
  accounts: Pick<Accounts, 'user'>
}

/** User ids; nobody for an unknown site. Throws what the stores throw. */
export type WhoIsOnDuty = (siteId: string, at: Instant) => Promise<readonly string[]>

export function openWhoIsOnDuty({ duty, directory, accounts }: WhoNeeds): WhoIsOnDuty {
  return async (siteId, at) => {
    const site = await directory.site(siteId)
    if (!site) return []
    const [shifts, exceptions] = await Promise.all([duty.shifts(siteId), duty.exceptions(siteId, daysAround(site.timeZone, at))])
    const named = onDutyAt({ timeZone: site.timeZone, shifts, exceptions }, at)
    const users = await Promise.all(named.map((id) => accounts.user(id)))
    return users.flatMap((user) => (user && isStaffOf(user, siteId) ? [user.id] : []))
  }
}
