/** What the server and the screens say to each other about maps, plans and the data cockpit 数据舱. */
import type { Reason } from '../domain/alarm.ts'
import type { AreaOutline, Point, SitePlan } from '../domain/site-plan.ts'
import type { Instant } from '../domain/time.ts'

/*
 *   GET  /api/maps/sites/:id → SitePlanAnswer           PUT /api/maps/sites/:id?frame=earth|picture  (GeoJSON) → SitePlanAnswer     DELETE → 204
 *   GET  /api/maps/sites/:id/picture (PNG or JPEG)      PUT /api/maps/sites/:id/picture (image/png, image/jpeg) → 204
 *   GET  /api/maps/sites/:id/geojson                    PUT /api/maps/sites/:id/point { point } → 204
 *   GET  /api/maps/homes/:id/flat → FlatPlan | null     PUT /api/maps/homes/:id/flat { plan } → 204
 *   GET  /api/maps/outlines?level=&city=&district=&street= → AreaOutline[] (304)     PUT /api/maps/outlines (GeoJSON) → { outlines }
 *   GET  /api/cockpit?mode=show&version=&city=&district=&street=&siteId= → Cockpit
 *   GET  /api/cockpit/homes?mode=show&city=&district=&street=&siteId= → CockpitHomes
 * A file that cannot be drawn is 422 `bad-map`; `fields[0]` is { path: 'features.3', message: why }.
 */
export type SitePlanAnswer = {
  siteId: string
  plan: SitePlan | null
  picture: { width: number; height: number; at: Instant } | null
  point: Point | null
}
export type Outlines = readonly AreaOutline[]

/** `median`: seconds until somebody took it, null when nobody had to. `within`: how many of `count` within 60 s. */
export type Answered = { count: number; median: number | null; within: number }

export type CockpitSite = {
  id: string
  name: string
  street: string
  district: string
  city: string
  timeZone: string
  point: Point | null
  residents: number
  /** Open alarms of priority 1, 2 and 3; `waiting`: how many nobody has taken. */
  open: readonly [number, number, number]
  waiting: number
  /** Desks on watch that can ring for this site. */
  seats: number
  devices: { total: number; silent: number; buttons: number; proven: number }
  day: Answered
  week: Answered
}

/** In show mode: no person, no door, no reason, and a key that says nothing. */
export type CockpitAlarm = {
  key: string
  siteId: string
  priority: 1 | 2 | 3
  reason: Reason | null
  taken: boolean
  raisedAt: Instant
  building: string
  unit: string
  door: string
  person: string
}
/** `whole`: all sites of the asker; else only those that changed since the `version` that was named. `alarms`: of the part asked for, the most urgent. */
export type Cockpit = {
  at: Instant
  mode: 'full' | 'show'
  version: string
  whole: boolean
  sites: readonly CockpitSite[]
  alarms: readonly CockpitAlarm[]
}

/** More cells than this cannot be told apart on a screen, and cost it more than it has. */
export const cockpitHomesMost = 20_000

/** Every home as one digit (see `looks` of the wall), building by building; no name, no door, no id. */
export type CockpitHomes = {
  at: Instant
  /** How many homes of each site, in the order of `buildings`. */
  sites: readonly (readonly [name: string, homes: number])[]
  buildings: readonly (readonly [name: string, homes: number])[]
  looks: string
  /** More homes than `cockpitHomesMost`: none is here. */
  tooMany: boolean
}
