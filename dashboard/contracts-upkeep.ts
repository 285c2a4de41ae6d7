/** What the pages of the centre's upkeep are given: the device board, cases of broken devices, and what admins set up. */
import type { ApiKey } from '../domain/api-keys.ts'
import type { BatteryForecast } from '../domain/battery.ts'
import type { Role } from '../domain/device.ts'
import type { Consent } from '../domain/resident-file.ts'
import type { Instant } from '../domain/time.ts'
import type { DeviceStanding, Trouble, TroubleKind, TroubleReason } from '../domain/trouble.ts'
import type { Webhook } from '../domain/webhooks.ts'
import type { NoticeState } from '../store/store.ts'

/*
 *   GET  /api/troubles                      → TroubleRow[]   open cases of the own sites (who may watch or enrol devices)
 *   GET  /api/troubles/done?days=           → TroubleRow[]
 *   POST /api/troubles { deviceId, text }   → TroubleRow     by hand
 *   POST /api/troubles/:id { take?, note?, done? }
 *   GET  /api/device-board?siteId=&by=&show=&which=&text=&order=   → DeviceBoard  (who may enrol devices)
 *   GET  /api/device-board.csv              the same, whole
 */
/** One who was called because a case was out of time. `label`: the plan's word for a place or a duty; `name`: of a person. */
export type ToldCall = { label: string; name: string; state: NoticeState }
export type Told = { at: Instant; alarmId: string; calls: readonly ToldCall[] }

export type TroubleRow = Omit<Trouble, 'told'> & {
  person: string
  /** Building, unit and door; '' for a device that serves nobody in particular. */
  label: string
  siteName: string
  timeZone: string
  role: Role | null
  room: string
  overdue: boolean
  told: Told | null
}
export type TroubleOpened = { deviceId: string; text: string }
export type TroubleStep = { take?: boolean; note?: string; done?: TroubleReason }

/** Counts of what somebody calls for help with. */
export type BoardCounts = {
  buttons: number
  proven7: number
  proven30: number
  standing: Readonly<Record<DeviceStanding, number>>
  cases: number
  overdue: number
}
export const boardGroups = ['site', 'street', 'district', 'building'] as const
export type BoardGroup = (typeof boardGroups)[number]

/** `percent` null: it never told. `forecast` null: not worked out yet. */
export type BoardBattery = { percent: number | null; at: Instant | null; forecast: BatteryForecast | null }
export const boardOrders = ['worst', 'battery'] as const
export type BoardOrder = (typeof boardOrders)[number]

export type BoardRow = {
  deviceId: string
  siteId: string
  siteName: string
  timeZone: string
  residentId: string | null
  person: string
  label: string
  building: string
  role: Role
  room: string
  family: string
  power: 'mains' | 'battery'
  standing: DeviceStanding
  /** Null: it has none. */
  battery: BoardBattery | null
  heardAt: Instant | null
  provenAt: Instant | null
  claimedAt: Instant | null
  /** Its open case; `note`: what was written down last. */
  trouble: { id: string; kind: TroubleKind; note: string; owner: string | null; dueAt: Instant; overdue: boolean; told: Told | null } | null
}
export type DeviceBoard = {
  at: Instant
  sites: readonly { id: string; name: string }[]
  all: BoardCounts
  groups: readonly (BoardCounts & { key: string; name: string })[]
  /** The worst first; at most 300. */
  rows: readonly BoardRow[]
  found: number
}

/** POST /api/import/:table/preview, with the file: what it would do. Nothing is written. At most 200 of each are named. */
export type ImportPreview = {
  errors: readonly { line: number; column: string; message: string }[]
  rows: number
  added: { count: number; first: readonly { id: string; name: string }[] }
  changed: {
    count: number
    first: readonly { id: string; name: string; fields: readonly { column: string; label: string; before: string; after: string }[] }[]
  }
  unchanged: number
  /** Of the sites named in the file, and not in it. They stay, unless their removal is asked for. */
  absent: { count: number; first: readonly { id: string; name: string }[] }
}

/** GET /api/residents/:id/file: what the administration keeps beside the card. */
export type ResidentFile = { consents: readonly Consent[]; photoAt: Instant | null; doorCodeSet: boolean }

/** GET /api/rows/:table/:id/takes. `with`: goes along; `first`: must be moved or removed before. What happened stays in the journal. */
export type Takes = {
  with: { contacts: number; consents: number; photos: number; plans: number }
  first: { homes: number; residents: number; devices: number }
  deviceIds: readonly string[]
}

/*
 *   GET /api/api-keys → ApiKey[]   POST /api/api-keys → NewApiKey (the secret is told once)   DELETE /api/api-keys/:id
 *   GET /api/webhooks → WebhookRow[]   POST → NewWebhook   PUT /:id → WebhookRow   POST /:id/secret → NewWebhook   DELETE /:id
 *   POST /api/webhooks/:id/try → WebhookDelivery   GET /api/webhooks/:id/deliveries → WebhookDelivery[]
 *   GET /api/settings → SettingRow[]
 */
export type NewApiKey = { key: ApiKey; secret: string }
export type WebhookRow = Omit<Webhook, 'secret'>
export type NewWebhook = { webhook: WebhookRow; secret: string }
/** What the platform runs with. `value` null: a secret, or something that may hold one; then `isSet` alone is told. */
export type SettingRow = { name: string; value: string | null; isSet: boolean; isDefault: boolean; about: string }

/** POST /api/import answer: all-or-nothing. `line` counts from 1, the header being line 1. `kept`: what others still need, and so was not removed. */
export type ImportAnswer =
  | { imported: number; removed?: number; kept?: readonly string[] }
  | { errors: readonly { line: number; column: string; message: string }[] }
