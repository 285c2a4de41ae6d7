/** Look-ups of one thing, prepared once: twenty thousand devices may come back in the same minute. And the two lists read at each start. */
import type { DatabaseSync } from 'node:sqlite'
import type { Device, Role } from '../../../domain/device.ts'
import type { StoredCredential } from '../../../domain/message.ts'
import type { Contact, Mode } from '../../../domain/people.ts'
import { instant } from '../../../domain/time.ts'
import type { Directory, ResidentCard, WatchedDevice, WatchedResident } from '../../store.ts'
import { breathe } from './breathe.ts'
import {
  contactOfRow,
  deviceOfRow,
  homeOfRow,
  type KnownDeviceRow,
  knownDeviceOfRow,
  residentOfRow,
  siteOfRow,
  type Tables,
} from './tables.ts'

type Watched = 'watchedDevices' | 'watchedResidents' | 'eachWatchedDevice' | 'eachWatchedResident'
type Lookups = Pick<Directory, 'device' | 'deviceByKey' | 'card' | 'cards' | 'whereabouts' | 'credential' | 'siteOf' | Watched> & {
  contactsOf(residentId: string): Contact[]
}

export function openLookups(reader: DatabaseSync): Lookups {
  const whereabouts = prepareWhereabouts(reader)
  const card = prepareCard(reader, whereabouts)
  const credential = prepareCredential(reader)
  const contacts = reader.prepare('select * from contacts where resident_id = ? order by called, id')
  return {
    ...deviceLookups(reader),
    ...watchedLists(reader),
    siteOf: prepareSiteOf(reader),
    contactsOf: (residentId) => (contacts.all(residentId) as Tables['contacts'][]).map(contactOfRow),
    card: async (residentId) => card(residentId),
    whereabouts: async (residentIds) => residentIds.map(whereabouts).filter((found) => found !== null),
    cards: async (residentIds) => residentIds.map(card).filter((found) => found !== null),
    credential: async (clientId) => credential(clientId),
  }
}

function deviceLookups(reader: DatabaseSync): Pick<Directory, 'device' | 'deviceByKey'> {
  const known = `select devices.*, residents.number as resident_number from devices left join residents on residents.id = devices.resident_id`
  const byId = reader.prepare(`${known} where devices.id = ?`)
  const byKey = reader.prepare(`${known} where devices.gateway_id = ? and devices.key = ? order by devices.number`)
  const orNull = (row: unknown) => (row ? knownDeviceOfRow(row as KnownDeviceRow) : null)
  return {
    device: async (id) => orNull(byId.get(id)),
    deviceByKey: async (gatewayId, key) => orNull(byKey.get(gatewayId, key)),
  }
}

type Whereabouts = (residentId: string) => Pick<ResidentCard, 'resident' | 'home' | 'site'> | null

function prepareWhereabouts(reader: DatabaseSync): Whereabouts {
  const resident = reader.prepare('select * from residents where id = ?')
  const home = reader.prepare('select * from homes where id = ?')
  const site = reader.prepare('select * from sites where id = ?')
  return (residentId) => {
    const row = resident.get(residentId) as Tables['residents'] | undefined
    if (!row) return null
    return {
      resident: residentOfRow(row),
      home: homeOfRow(home.get(row.home_id) as Tables['homes']),
      site: siteOfRow(site.get(row.site_id) as Tables['sites']),
    }
  }
}

function prepareCard(reader: DatabaseSync, whereabouts: Whereabouts): (residentId: string) => ResidentCard | null {
  const contacts = reader.prepare('select * from contacts where resident_id = ? order by called, id')
  const devices = reader.prepare('select * from devices where resident_id = ? order by number')
  return (residentId) => {
    const found = whereabouts(residentId)
    if (!found) return null
    return {
      ...found,
      contacts: (contacts.all(residentId) as Tables['contacts'][]).map(contactOfRow),
      devices: (devices.all(residentId) as Tables['devices'][]).map(deviceOfRow),
    }
  }
}

function prepareCredential(reader: DatabaseSync): (clientId: string) => StoredCredential | null {
  const hashes = reader.prepare('select token_hash from credentials where device_id = ? order by place desc limit 2')
  const base = reader.prepare('select base from devices where id = ?')
  const carried = reader.prepare("select id from devices where gateway_id = ? and family = 'native' order by number")
  return (clientId) => {
    const found = hashes.all(clientId) as { token_hash: Uint8Array }[]
    if (found.length === 0) return null
    return {
      deviceId: clientId,
      tokenHashes: found.map((row) => row.token_hash),
      carries: carried.all(clientId).map((row) => String(row.id)),
      base: String(base.get(clientId)?.base ?? ''),
    }
  }
}

function prepareSiteOf(reader: DatabaseSync): Directory['siteOf'] {
  const statements = {
    sites: reader.prepare('select id as site_id from sites where id = ?'),
    homes: reader.prepare('select site_id from homes where id = ?'),
    residents: reader.prepare('select site_id from residents where id = ?'),
    contacts: reader.prepare(
      'select residents.site_id from contacts join residents on residents.id = contacts.resident_id where contacts.id = ?',
    ),
    devices: reader.prepare('select site_id from devices where id = ?'),
  }
  return async (table, id) => {
    const row = statements[table].get(id)
    return row ? String(row.site_id) : null
  }
}

/** Rows read in one go; between two of them everybody else has a turn. */
const pageRows = 500

/** Read page by page: somebody who moves meanwhile is found by the next reading, which each change leads to. */
function watchedLists(reader: DatabaseSync): Pick<Directory, Watched> {
  const devices = reader.prepare(`
    select d.id, d.number, d.site_id, d.resident_id, d.gateway_id, d.power, d.heartbeat_seconds, d.role, d.room, r.number, h.building
    from devices d left join residents r on r.id = d.resident_id left join homes h on h.id = r.home_id
    where d.number > ? order by d.number limit ${pageRows}`)
  const residents = reader.prepare(`
    select id, number, site_id, mode, mode_until, inactivity_day_hours, inactivity_night_hours, silence_budget from residents
    where number > ? order by number limit ${pageRows}`)
  devices.setReturnArrays(true)
  residents.setReturnArrays(true)
  const eachDevice = eachInPages((after) => devices.all(after) as unknown as WatchedDeviceRow[], watchedDevice)
  const eachResident = eachInPages((after) => residents.all(after) as unknown as WatchedResidentRow[], watchedResident)
  return {
    watchedDevices: () => listed(eachDevice),
    watchedResidents: () => listed(eachResident),
    eachWatchedDevice: eachDevice,
    eachWatchedResident: eachResident,
  }
}

/** One after the other, so that a whole town need not be held as one list. */
type Each<T> = (take: (one: T) => void) => Promise<void>

async function listed<T>(each: Each<T>): Promise<T[]> {
  const found: T[] = []
  await each((one) => void found.push(one))
  return found
}

function eachInPages<R, T extends { number: number }>(read: (after: number) => R[], made: (row: R, intern: Intern) => T): Each<T> {
  return async (take) => {
    const intern = internStrings()
    let last = 0
    for (;;) {
      const rows = read(last)
      for (const row of rows) {
        const one = made(row, intern)
        last = one.number
        take(one)
      }
      if (rows.length < pageRows) return
      await breathe()
    }
  }
}

/** Of hundreds of thousands of rows most words are the same few: one copy of each is kept in memory. */
function internStrings(): <T extends string | null>(word: T) => T {
  const seen = new Map<string, string>()
  return <T extends string | null>(word: T) => {
    if (word === null) return word
    const first = seen.get(word)
    if (first === undefined) seen.set(word, word)
    return (first ?? word) as T
  }
}

type Intern = ReturnType<typeof internStrings>
type Name = string | null
type WatchedDeviceRow = [string, number, string, Name, Name, string, number | null, string, string, number | null, Name]
type WatchedResidentRow = [string, number, string, string, number | null, number | null, number | null, number | null]

function watchedDevice(row: WatchedDeviceRow, intern: Intern): WatchedDevice {
  const [id, number, siteId, residentId, gatewayId, power, heartbeatSeconds, role, room, residentNumber, building] = row
  return {
    id,
    number,
    siteId: intern(siteId),
    residentId,
    gatewayId,
    power: intern(power) as Device['power'],
    heartbeatSeconds,
    role: intern(role) as Role,
    room: intern(room),
    residentNumber,
    building: intern(building ?? ''),
  }
}

function watchedResident(row: WatchedResidentRow, intern: Intern): WatchedResident {
  const [id, number, siteId, mode, modeUntil, inactivityDayHours, inactivityNightHours, silenceBudget] = row
  return {
    id,
    number,
    siteId: intern(siteId),
    mode: intern(mode) as Mode,
    modeUntil: modeUntil === null ? null : instant(modeUntil),
    inactivityDayHours,
    inactivityNightHours,
    silenceBudget,
  }
}
