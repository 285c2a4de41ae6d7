/** What main gives to the family's side: the store of consents, the wishes of relatives, and how they are written to. */
import type { FamilyLink, FamilyStore } from '../../../domain/family.ts'
import type { Instant } from '../../../domain/time.ts'
import type { ReachStore } from '../../../store/store.ts'
import type { ReachWay } from '../../contracts-family.ts'

/** One relative of one elder. */
export type Hers = Pick<FamilyLink, 'residentId' | 'contactId'> & { siteId: string; timeZone: string }

/** How relatives are written to; what main knows of channels, and the dashboard does not. */
export type FamilyMessages = {
  /** Channels of this platform that reach persons. */
  offered: readonly string[]
  /** What would happen to a call for help now. Throws what the stores throw. */
  reachNow(hers: Hers): Promise<{ ways: readonly ReachWay[]; phone: string; quietUntil: Instant | null }>
  /** Pushes a test to one browser. Never throws; `why` names no person and no address. */
  test(hers: Hers, test: { id: string; pushId: string; link: string }): Promise<{ isAccepted: boolean; why: string }>
}

export type FamilyParts = {
  family: FamilyStore
  reach: Pick<ReachStore, 'reach' | 'putReach' | 'subscriptionsOf' | 'putSubscription' | 'removeSubscription'>
  /** VAPID public key; '' when no pushes are sent. */
  pushKey: string
  messages: FamilyMessages
}
