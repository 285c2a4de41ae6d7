/** A community that never existed: homes, people, keyholders and devices, the same for the same seed and size. Pure. */
import type { Device, Role } from '../domain/device.ts'
import type { Contact, Home, Resident, Site } from '../domain/people.ts'
import * as words from './community-words.ts'
import { openRandom, type Random } from './random.ts'

/** What a directory takes in one import. */
export type CommunityRows = {
  sites: Site[]
  homes: Home[]
  residents: Omit<Resident, 'number'>[]
  contacts: Contact[]
  devices: Omit<Device, 'number'>[]
}

/** `few`: three devices in each home (terminal, pendant, one motion sensor), for very large communities. */
export type CommunityOptions = { devices?: 'all' | 'few'; homesPerSite?: number; heartbeatSeconds?: number }

const homesPerBuilding = 36
const homesPerUnit = 12

/** `count` homes. The n-th home is the same in every community of this seed with the same options. */
export function makeCommunity(count: number, seed: number, options: CommunityOptions = {}): CommunityRows {
  const rows: CommunityRows = { sites: [], homes: [], residents: [], contacts: [], devices: [] }
  const homesPerSite = options.homesPerSite ?? 300
  for (let index = 0; index < count; index += 1) {
    const siteIndex = Math.floor(index / homesPerSite)
    if (index % homesPerSite === 0) rows.sites.push(makeSite(siteIndex))
    addHome(rows, { index, siteIndex, within: index % homesPerSite, random: openRandom(seed, index), options })
  }
  return rows
}

const nth = (list: readonly string[], index: number): string => list[index % list.length] ?? ''
const padded = (value: number, length: number): string => String(value).padStart(length, '0')

function makeSite(index: number): Site {
  const lap = Math.floor(index / words.communities.length)
  const name = `${nth(words.communities, index)}${lap === 0 ? '' : `第${lap + 1}`}社区`
  const street = `${nth(words.communities, index)}街道`
  return {
    id: siteId(index),
    name,
    street,
    district: '临江区',
    city: '云江市',
    timeZone: 'Asia/Shanghai',
    phone: telephone(900_000_000 + index),
  }
}

const siteId = (index: number): string => `site-${padded(index + 1, 3)}`

/** Numbers that begin with 100 belong to nobody: a demo must not be able to ring a stranger. */
const telephone = (tail: number): string => `100${padded(tail % 100_000_000, 8)}`

type Place = { index: number; siteIndex: number; within: number; random: Random; options: CommunityOptions }

function addHome(rows: CommunityRows, place: Place): void {
  const tag = padded(place.index + 1, 6)
  const home = makeHome(`home-${tag}`, place)
  const resident = makeResident(`resident-${tag}`, home, place)
  rows.homes.push(home)
  rows.residents.push(resident)
  rows.contacts.push(...makeContacts(resident, place))
  rows.devices.push(...makeDevices(resident, tag, place))
}

function makeHome(id: string, { siteIndex, within, random }: Place): Home {
  const building = Math.floor(within / homesPerBuilding) + 1
  const inBuilding = within % homesPerBuilding
  const unit = Math.floor(inBuilding / homesPerUnit) + 1
  const floor = Math.floor((inBuilding % homesPerUnit) / 2) + 1
  const door = `${floor}0${(inBuilding % 2) + 1}`
  const community = nth(words.communities, siteIndex)
  return {
    id,
    siteId: siteId(siteIndex),
    building: `${building} 栋`,
    unit: `${unit} 单元`,
    door,
    address: `云江市临江区${nth(words.roads, siteIndex)} ${100 + siteIndex} 号${community} ${building} 栋 ${unit} 单元 ${door} 室`,
    entry: random.pick(words.entries),
    doorCode: random.chance(0.4) ? `${random.whole(1_000, 9_999)}#` : '',
  }
}

function makeResident(id: string, home: Home, { index, random }: Place): Omit<Resident, 'number'> {
  const sex = random.chance(0.66) ? 'female' : 'male'
  const surname = random.pick(words.surnames)
  const ills = random.whole(0, 3)
  const medical = new Set<string>()
  for (let turn = 0; turn < ills; turn += 1) medical.add(random.pick(words.medical))
  return {
    id,
    siteId: home.siteId,
    homeId: home.id,
    name: surname + random.pick(sex === 'female' ? words.elderWomen : words.elderMen),
    sex,
    birthYear: random.whole(1932, 1955),
    phone: telephone(index * 4),
    livesAlone: true,
    speech: random.chance(0.3) ? random.pick(words.speeches) : '',
    medical: [...medical],
    mode: 'home',
    modeUntil: null,
    inactivityDayHours: null,
    inactivityNightHours: null,
    silenceBudget: null,
  }
}

/** A child first, most often with a key; then a neighbour who holds one; sometimes a carer. */
function makeContacts(resident: Omit<Resident, 'number'>, { index, random }: Place): Contact[] {
  const surname = resident.sex === 'male' ? resident.name.slice(0, 1) : random.pick(words.surnames)
  const given = random.chance(0.5) ? random.pick(words.youngerWomen) : random.pick(words.youngerMen)
  const person = (order: number, name: string, more: Pick<Contact, 'relation' | 'hasKey'>): Contact => ({
    id: `${resident.id}-contact-${order}`,
    ...(order === 1 && index % 3 === 0 ? { hours: nth(words.reachable, index / 3) } : {}),
    residentId: resident.id,
    name,
    phone: telephone(index * 4 + order),
    order,
    ...more,
  })
  const elder = () => random.pick(words.surnames) + random.pick(words.elderWomen)
  const contacts = [person(1, surname + given, { relation: 'relative', hasKey: random.chance(0.6) })]
  if (random.chance(0.8)) contacts.push(person(2, elder(), { relation: random.chance(0.5) ? 'keyholder' : 'neighbour', hasKey: true }))
  else contacts.push(person(2, surname + random.pick(words.youngerMen), { relation: 'relative', hasKey: false }))
  if (random.chance(0.3)) contacts.push(person(3, elder(), { relation: 'carer', hasKey: false }))
  return contacts
}

type Kit = readonly [suffix: string, role: Role, room: string]
const everyHome: readonly Kit[] = [
  ['pendant', 'sos-button', ''],
  ['living', 'motion', '客厅'],
]
const fullHome: readonly Kit[] = [
  ['bedroom', 'motion', '卧室'],
  ['bathroom', 'motion', '卫生间'],
  ['kitchen', 'motion', '厨房'],
  ['door', 'front-door', '入户门'],
]
const extras: readonly (readonly [probability: number, kit: Kit])[] = [
  [0.5, ['smoke', 'smoke', '厨房']],
  [0.2, ['gas', 'gas', '厨房']],
  [0.25, ['bed', 'bed', '卧室']],
  [0.1, ['fall', 'fall-detector', '卫生间']],
]

function makeDevices(resident: Omit<Resident, 'number'>, tag: string, { random, options }: Place): Omit<Device, 'number'>[] {
  const terminal: Omit<Device, 'number'> = {
    id: `term-${tag}`,
    siteId: resident.siteId,
    residentId: resident.id,
    gatewayId: null,
    family: 'native',
    key: `term-${tag}`,
    base: '',
    role: 'terminal',
    room: '客厅',
    power: 'mains',
    heartbeatSeconds: options.heartbeatSeconds ?? 60,
  }
  const kits = [...everyHome, ...(options.devices === 'few' ? [] : [...fullHome, ...chosen(random)])]
  const carried = kits.map(([suffix, role, room]): Omit<Device, 'number'> => {
    const id = `${suffix}-${tag}`
    return { ...terminal, id, key: id, gatewayId: terminal.id, role, room, power: 'battery', heartbeatSeconds: null }
  })
  return [terminal, ...carried]
}

const chosen = (random: Random): Kit[] => extras.filter(([probability]) => random.chance(probability)).map(([, kit]) => kit)
