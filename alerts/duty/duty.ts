/** 值班, complete: the check that every site is attended, and what the dashboard asks of rotas. `@duty` itself is resolved in `to-duty.ts`. */
import type { DutyStore } from '../../domain/duty.ts'
import type { ReachStore } from '../../store/store.ts'
import { openReachable } from '../outbox/reachable.ts'
import type { People } from '../outbox/ways.ts'
import { type DutyWatchNeeds, startDutyWatch } from './watch.ts'

export type DutyPartNeeds = Omit<DutyWatchNeeds, 'duty'> & { duty: DutyStore; reach: ReachStore; people: People }

/** Starts the check; `parts` is what the dashboard is given. */
export function startDuty(needs: DutyPartNeeds) {
  const { duty, reach } = needs
  const waysOf = openReachable(needs)
  const waysTo = (personId: string, siteId: string) => waysOf({ personId, subjectId: `area:duty:${siteId}`, siteId, kind: 'sos' })
  const offered = needs.channels.flatMap(({ name, reaches }) => (reaches ? [name] : []))
  return { ...startDutyWatch(needs), parts: { duty, reach, waysTo, offered } }
}
