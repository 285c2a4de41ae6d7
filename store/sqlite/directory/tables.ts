/** The directory's tables as they lie on disk, and the way from a row to the domain's words and back. */
import type { Device, Family, KnownDevice, Role } from '../../../domain/device.ts'
import type { Contact, Home, Mode, Relation, Resident, Site } from '../../../domain/people.ts'
import { instant } from '../../../domain/time.ts'

type SiteRow = { id: string; name: string; street: string; district: string; city: string; time_zone: string; phone: string }
type HomeRow = {
  id: string
  site_id: string
  building: string
  unit: string
  door: string
  address: string
  entry: string
  door_code: string
}
/** As written; the number is given by the table. */
type ResidentFields = {
  id: string
  site_id: string
  home_id: string
  name: string
  sex: string
  birth_year: number | null
  phone: string
  lives_alone: number
  speech: string
  medical: string
  mode: string
  mode_until: number | null
  inactivity_day_hours: number | null
  inactivity_night_hours: number | null
  silence_budget: number | null
}
type ResidentRow = ResidentFields & { number: number }
type ContactRow = {
  id: string
  resident_id: string
  name: string
  relation: string
  phone: string
  has_key: number
  called: number
  hours: string
}
type DeviceFields = {
  id: string
  site_id: string
  resident_id: string | null
  gateway_id: string | null
  family: string
  key: string
  base: string
  role: string
  room: string
  power: string
  heartbeat_seconds: number | null
}
type DeviceRow = DeviceFields & { number: number }
type PlanRow = { id: string; site_id: string | null; resident_id: string | null; kind: string; plan: string }

export type Tables = {
  sites: SiteRow
  homes: HomeRow
  residents: ResidentRow
  contacts: ContactRow
  devices: DeviceRow
  plans: PlanRow
}

export type KnownDeviceRow = DeviceRow & { resident_number: number | null }

export const siteOfRow = ({ time_zone, ...row }: SiteRow): Site => ({ ...row, timeZone: time_zone })
export const siteToRow = ({ timeZone, ...site }: Site): SiteRow => ({ ...site, time_zone: timeZone })

export const homeOfRow = ({ site_id, door_code, ...row }: HomeRow): Home => ({ ...row, siteId: site_id, doorCode: door_code })
export const homeToRow = ({ siteId, doorCode, ...home }: Home): HomeRow => ({ ...home, site_id: siteId, door_code: doorCode })

export const residentOfRow = (row: ResidentRow): Resident => ({
  id: row.id,
  number: row.number,
  siteId: row.site_id,
  homeId: row.home_id,
  name: row.name,
  sex: row.sex as Resident['sex'],
  birthYear: row.birth_year,
  phone: row.phone,
  livesAlone: row.lives_alone === 1,
  speech: row.speech,
  medical: JSON.parse(row.medical),
  mode: row.mode as Mode,
  modeUntil: row.mode_until === null ? null : instant(row.mode_until),
  inactivityDayHours: row.inactivity_day_hours,
  inactivityNightHours: row.inactivity_night_hours,
  silenceBudget: row.silence_budget,
})
export const residentToRow = (resident: Omit<Resident, 'number'>): ResidentFields => ({
  id: resident.id,
  site_id: resident.siteId,
  home_id: resident.homeId,
  name: resident.name,
  sex: resident.sex,
  birth_year: resident.birthYear,
  phone: resident.phone,
  lives_alone: Number(resident.livesAlone),
  speech: resident.speech,
  medical: JSON.stringify(resident.medical),
  mode: resident.mode,
  mode_until: resident.modeUntil,
  inactivity_day_hours: resident.inactivityDayHours,
  inactivity_night_hours: resident.inactivityNightHours,
  silence_budget: resident.silenceBudget,
})

export const contactOfRow = (row: ContactRow): Contact => ({
  id: row.id,
  residentId: row.resident_id,
  name: row.name,
  relation: row.relation as Relation,
  phone: row.phone,
  hasKey: row.has_key === 1,
  order: row.called,
  ...(row.hours !== '' && { hours: row.hours }),
})
export const contactToRow = (contact: Contact): ContactRow => ({
  id: contact.id,
  resident_id: contact.residentId,
  name: contact.name,
  relation: contact.relation,
  phone: contact.phone,
  has_key: Number(contact.hasKey),
  called: contact.order,
  hours: contact.hours ?? '',
})

export const deviceOfRow = (row: DeviceRow): Device => ({
  id: row.id,
  number: row.number,
  siteId: row.site_id,
  residentId: row.resident_id,
  gatewayId: row.gateway_id,
  family: row.family as Family,
  key: row.key,
  base: row.base,
  role: row.role as Role,
  room: row.room,
  power: row.power as Device['power'],
  heartbeatSeconds: row.heartbeat_seconds,
})
export const knownDeviceOfRow = (row: KnownDeviceRow): KnownDevice => ({ ...deviceOfRow(row), residentNumber: row.resident_number })
export const deviceToRow = (device: Omit<Device, 'number'>): DeviceFields => ({
  id: device.id,
  site_id: device.siteId,
  resident_id: device.residentId,
  gateway_id: device.gatewayId,
  family: device.family,
  key: device.key,
  base: device.base,
  role: device.role,
  room: device.room,
  power: device.power,
  heartbeat_seconds: device.heartbeatSeconds,
})
