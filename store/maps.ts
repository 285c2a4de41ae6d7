/** The contract of the maps: plans of sites and flats, outlines of areas. Each change with the line of who did it, or neither. */
import type { AreaOutline, FlatPlan, Picture, Point, SitePlan } from '../domain/site-plan.ts'
import type { Instant } from '../domain/time.ts'
import type { AuditLine } from './staff.ts'

export type StoredSitePlan = SitePlan & { at: Instant }

export type MapStore = {
  /** Grows with every change of a point or an outline by this process; whoever caches compares. Synchronous and free. */
  version(): number
  plan(siteId: string): Promise<StoredSitePlan | null>
  /** False, and no line, when there is no such site (home). The same of the others. */
  putPlan(siteId: string, plan: StoredSitePlan, line?: AuditLine): Promise<boolean>
  /** With its picture. */
  removePlan(siteId: string, line?: AuditLine): Promise<boolean>
  picture(siteId: string): Promise<Picture | null>
  pictureSize(siteId: string): Promise<Pick<Picture, 'width' | 'height' | 'at'> | null>
  putPicture(siteId: string, picture: Picture, line?: AuditLine): Promise<boolean>
  /** Where each site lies, for those that anybody placed. */
  points(): Promise<ReadonlyMap<string, Point>>
  /** Null: nowhere. */
  putPoint(siteId: string, point: Point | null, line?: AuditLine): Promise<boolean>
  flat(homeId: string): Promise<FlatPlan | null>
  /** Null: the general one again. */
  putFlat(homeId: string, flat: FlatPlan | null, line?: AuditLine): Promise<boolean>
  outlines(): Promise<readonly AreaOutline[]>
  /** Replaces them all. */
  putOutlines(outlines: readonly AreaOutline[], line?: AuditLine): Promise<void>
}
