/** Welfare sweep 逐户确认: after an outage, who may have been unheard in it, and who has been heard or asked since. */
import type { Instant } from './time.ts'

/** What was out: the platform itself, a site's network, the door of the broker, or the disk. */
export const outageCauses = ['platform', 'network', 'broker', 'disk'] as const
export type OutageCause = (typeof outageCauses)[number]

/** `residentIds` null: everybody of these sites; `siteIds` 'all': of every site. The same outage found twice has the same id. */
export type Outage = {
  id: string
  cause: OutageCause
  siteIds: readonly string[] | 'all'
  residentIds: readonly string[] | null
  from: Instant
  until: Instant
}

/** Why somebody stands where she stands in the list, the gravest first. */
export const sweepReasons = ['open-alarm', 'not-well', 'long-silent', 'very-old', 'no-second-way', 'old', 'medical', 'alone'] as const
export type SweepReason = (typeof sweepReasons)[number]

/** `by` '': she gave a sign of life herself. */
export type SweepDone = { at: Instant; by: string; note: string }
export type SweepHome = { residentId: string; building: string; risk: number; reasons: readonly SweepReason[]; done: SweepDone | null }

/** One site's list after one outage. `closedAt` null: somebody is still unheard. */
export type Sweep = {
  id: string
  siteId: string
  cause: OutageCause
  from: Instant
  until: Instant
  madeAt: Instant
  closedAt: Instant | null
  total: number
  /** How many gave a sign of life themselves, and how many were called or visited. */
  heard: number
  called: number
}

export type SweepTick = { sweepId: string; siteId: string; residentIds: readonly string[]; done: SweepDone }
