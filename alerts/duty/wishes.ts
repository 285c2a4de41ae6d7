/** How whoever is on duty wishes to be reached: `@duty` has the wishes of those behind it. Nobody mutes a call for help; of everything else each hears only what they wish. */
import { onDuty } from '../../domain/plans.ts'
import { quietUntil, type Reach, usualReach, waysFor } from '../../domain/reach.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { Directory, ReachStore } from '../../store/store.ts'
import type { Letter } from '../channels/channel.ts'
import type { People } from '../outbox/ways.ts'
import { openWhoIsOnDuty, type WhoNeeds } from './who.ts'

/** The same people, and `@duty` as one of them. */
export function withDutyWishes(needs: WhoNeeds & { clock: Pick<Clock, 'now'> }, people: People): People {
  const whoIsOnDuty = openWhoIsOnDuty(needs)
  return {
    ...people,
    async reach(personId, siteId) {
      if (personId !== onDuty) return people.reach(personId, siteId)
      const ids = siteId === undefined ? [] : await whoIsOnDuty(siteId, needs.clock.now())
      return together(await Promise.all(ids.map(async (id) => (await people.reach(id)) ?? usualReach(id))))
    },
  }
}

/** Of several people each way that one of them wishes; quiet only while all of them want it. What a single one does not wish is left out when it is sent. */
function together([first, ...others]: readonly Reach[]): Reach | null {
  if (!first) return null
  const all = [first, ...others]
  const ways = (part: 'day' | 'night') => [...new Set(all.flatMap((reach) => reach[part]))]
  return { ...first, day: ways('day'), night: ways('night'), quiet: all.every(({ quiet }) => quiet !== null) ? first.quiet : null }
}

/** Without `reach` everybody hears everything. */
export type WishNeeds = { reach?: Pick<ReachStore, 'reach'>; directory: Pick<Directory, 'site'> }

/** Whether this person wants to hear of it now, by this channel. */
export async function isWished({ reach, directory }: WishNeeds, letter: Letter, by: { channel: string; at: Instant }): Promise<boolean> {
  const said = await reach?.reach(letter.recipient.contactId ?? '')
  if (!said) return true
  const zone = (await directory.site(letter.siteId))?.timeZone ?? 'Asia/Shanghai'
  if (quietUntil(said, letter, { at: by.at, zone }) !== null) return false
  return waysFor(said, letter, { at: by.at, zone, available: new Set([by.channel]) }).length > 0
}
