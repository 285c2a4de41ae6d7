/** The family's side of the dashboard, joined: its own telephones, its own routes, its own news; nothing of it opens a page of the staff. */

import type { Audit } from '../audit.ts'
import type { App, DashboardNeeds } from '../needs.ts'
import { addJoining } from './joining.ts'
import { addFamilyLive, openFamilyLive } from './live.ts'
import type { FamilyLive } from './needs.ts'
import { addFamilyPages } from './pages.ts'
import type { FamilyParts } from './parts.ts'
import type { Phones } from './phones.ts'
import { addReaching } from './reaching.ts'
import { addFamilyStaff } from './staff.ts'

export type FamilySide = Pick<FamilyLive, 'changedAmong' | 'close'>

/** Adds every route; `close` ends the open streams, before the server waits for them. */
export function addFamily(app: App, needs: DashboardNeeds & { parts: FamilyParts; phones: Phones; audit: Audit }): FamilySide {
  const live = openFamilyLive(needs)
  const all = { ...needs, ...needs.parts, live }
  addJoining(app, all)
  addFamilyLive(app, live)
  addFamilyPages(app, all)
  addReaching(app, all)
  addFamilyStaff(app, all)
  return live
}
