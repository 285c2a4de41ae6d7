/** A made-up community and its days: believable, complete, and the same for the same seed. */
import { expect, test } from 'vitest'
import { deviceIdPattern } from '../domain/topics.ts'
import { makeCommunity } from './community.ts'
import { simHomesOf } from './fleet.ts'
import { dayOf, habitOf } from './person.ts'

test('the same seed makes the same community; another seed makes another', () => {
  expect(makeCommunity(50, 7)).toEqual(makeCommunity(50, 7))
  expect(makeCommunity(50, 8)).not.toEqual(makeCommunity(50, 7))
})

test('a home does not depend on how many there are', () => {
  expect(makeCommunity(500, 7).residents.slice(0, 100)).toEqual(makeCommunity(100, 7).residents)
})

test('every reference leads somewhere, every id is usable, no address is used twice', () => {
  const rows = makeCommunity(700, 1)
  const ids = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id))
  const [sites, homes, residents, devices] = [ids(rows.sites), ids(rows.homes), ids(rows.residents), ids(rows.devices)]
  expect([homes.size, residents.size, devices.size]).toEqual([rows.homes.length, rows.residents.length, rows.devices.length])
  expect(homes.size).toBe(700)
  for (const home of rows.homes) expect(sites.has(home.siteId)).toBe(true)
  for (const resident of rows.residents) expect(homes.has(resident.homeId)).toBe(true)
  for (const contact of rows.contacts) expect(residents.has(contact.residentId)).toBe(true)
  for (const device of rows.devices) {
    expect(device.id).toMatch(deviceIdPattern)
    expect(device.gatewayId === null || devices.has(device.gatewayId)).toBe(true)
  }
  expect(new Set(rows.homes.map(({ address }) => address)).size).toBe(700)
})

test('people are Chinese elders with somebody to call, and no telephone number is anybody’s', () => {
  const { residents, contacts } = makeCommunity(300, 3)
  for (const { name, birthYear, phone } of residents) {
    expect(name).toMatch(/^\p{Script=Han}{2,4}$/u)
    expect(birthYear).toBeLessThan(1960)
    expect(phone).toMatch(/^100\d{8}$/)
  }
  expect(new Set(contacts.map(({ residentId }) => residentId)).size).toBe(300)
  expect(new Set(residents.map(({ name }) => name)).size).toBeGreaterThan(200)
})

test('each home has a terminal that carries a pendant; only homes with a token are simulated', () => {
  const rows = makeCommunity(20, 5)
  const tokens = new Map(rows.devices.filter(({ role }) => role === 'terminal').map(({ id }) => [id, `token of ${id}`]))
  const homes = simHomesOf(rows, tokens)
  expect(homes).toHaveLength(20)
  for (const home of homes) expect(home.devices.map(({ role }) => role)).toContain('sos-button')
  expect(simHomesOf(rows, new Map())).toEqual([])
})

test('a large community is made quickly with few devices', () => {
  expect(makeCommunity(20_000, 1, { devices: 'few' }).devices).toHaveLength(60_000)
})

test('a day has its night, its meals and its order, and is never twice the same', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const habit = habitOf(seed)
    const day = dayOf(habit, 20_000)
    expect(day).toEqual(dayOf(habit, 20_000))
    expect(day).not.toEqual(dayOf(habit, 20_001))
    const moments = day.map(({ minute }) => minute)
    expect(moments).toEqual([...moments].sort((a, b) => a - b))
    const seen = day.filter((one) => one.kind === 'motion' && one.active)
    const deepNight = seen.filter(({ minute }) => minute < 240)
    const morning = seen.filter(({ minute }) => minute > 420 && minute < 700)
    expect(seen.length).toBeGreaterThan(60)
    expect(morning.length).toBeGreaterThan(deepNight.length)
    const doors = day.filter(({ kind }) => kind === 'door')
    expect(doors.length % 4).toBe(0) // open and shut on leaving, and again on coming home
  }
})
