/** A city for the cockpit: a thousand sites of a hundred homes in ten districts of ten streets each, drawn on a map, with a week of answered alarms. */
import { hashToken } from '../../broker/credentials.ts'
import { makeCommunity } from '../../devices-sim/community.ts'
import { systemClock } from '../../domain/clock.ts'
import type { AlarmFigures } from '../../domain/figures.ts'
import type { Site } from '../../domain/people.ts'
import type { AreaOutline, Point } from '../../domain/site-plan.ts'
import { after, before, days, type Instant, seconds } from '../../domain/time.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { openFigureStore } from '../../store/sqlite/figures.ts'
import { openMaps } from '../../store/sqlite/maps.ts'
import { readPepper } from '../../store/sqlite/pepper.ts'
import { openPressClient, type PressClient } from './press-client.ts'
import { loginOf, tokenOf } from './seed.ts'

export type CitySize = { sites: number; homesPerSite: number; alarmsOfAWeek: number; callers: number }

const [sitesPerStreet, streetsPerDistrict] = [10, 10]
const padded = (value: number, length: number): string => String(value + 1).padStart(length, '0')
const streetOf = (site: number) => Math.floor(site / sitesPerStreet)
const districtOf = (site: number) => Math.floor(streetOf(site) / streetsPerDistrict)

const named = (site: Site, index: number): Site => ({
  ...site,
  street: `第 ${streetOf(index) + 1} 街道`,
  district: `第 ${districtOf(index) + 1} 区`,
  city: '云江市',
})

/** Streets lie in a grid; each border has as many corners as a real one of this size. */
const cornersPerSide = 40
function ringOf(street: number, columns: number): readonly Point[] {
  const [x, y] = [120 + (street % columns) * 0.03, 31 - Math.floor(street / columns) * 0.03]
  const along = (from: Point, to: Point) =>
    Array.from({ length: cornersPerSide }, (_, step): Point => {
      const share = step / cornersPerSide
      const sway = Math.sin(step * 2.1 + from[0] * 900) * 0.0006
      return [from[0] + (to[0] - from[0]) * share + sway, from[1] + (to[1] - from[1]) * share + sway]
    })
  const corners: readonly Point[] = [
    [x, y],
    [x + 0.03, y],
    [x + 0.03, y - 0.03],
    [x, y - 0.03],
  ]
  const ring = corners.flatMap((corner, index) => along(corner, corners[(index + 1) % 4] ?? corner))
  return [...ring, ring[0] ?? [x, y]]
}

function outlinesOf(sites: readonly Site[]): readonly AreaOutline[] {
  const streets = [...new Map(sites.map((site) => [site.street, site])).values()]
  const columns = Math.ceil(Math.sqrt(streets.length))
  const drawn = streets.map(
    ({ street, district, city }, index): AreaOutline => ({
      level: 'street',
      name: street,
      city,
      district,
      parts: [ringOf(index, columns)],
    }),
  )
  const districts = [...new Set(drawn.map(({ district }) => district))].map((name): AreaOutline => {
    const parts = drawn.filter(({ district }) => district === name).flatMap((street) => street.parts)
    return { level: 'district', name, city: '云江市', district: '', parts }
  })
  return [...districts, ...drawn]
}

function pointOf(site: number, streets: number): Point {
  const columns = Math.ceil(Math.sqrt(streets))
  const [street, within] = [streetOf(site), site % sitesPerStreet]
  return [
    120 + (street % columns) * 0.03 + 0.005 + (within % 5) * 0.005,
    31 - Math.floor(street / columns) * 0.03 - 0.01 - Math.floor(within / 5) * 0.01,
  ]
}

/** Answered within half a minute but for every fifteenth, spread over the week. */
function figuresOf(index: number, { siteId, now, count }: { siteId: string; now: Instant; count: number }): AlarmFigures {
  const storedAt = before(now, days(7 * (1 - index / count)))
  const answeredAt = after(storedAt, seconds(index % 15 === 0 ? 90 : 10 + (index % 20)))
  return {
    ...{ alarmId: `past-${index}`, siteId, subjectId: `past-${index}`, deviceId: null, kind: 'sos', reason: 'button', priority: 1 },
    ...{
      pressedAt: storedAt,
      storedAt,
      paintedAt: storedAt,
      openedAt: null,
      answeredAt,
      contactedAt: null,
      acceptedAt: null,
      arrivedAt: null,
    },
    ...{
      resolvedAt: after(answeredAt, seconds(300)),
      outcome: 'help-given',
      bySystem: false,
      presses: 1,
      ringsAt: [storedAt],
      ringsAll: 1,
    },
    ...{ escalations: 0, returned: 0, unpainted: false },
  }
}

/** Fills the folder; the platform must not be running on it. */
export async function seedCity(dataDir: string, { sites, homesPerSite, alarmsOfAWeek, callers }: CitySize): Promise<void> {
  const onFatal = (error: unknown): never => {
    throw error
  }
  const pepper = readPepper(dataDir)
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal })
  const directory = openDirectory(database)
  const rows = makeCommunity(sites * homesPerSite, 17, { devices: 'few', homesPerSite })
  const city = rows.sites.map(named)
  await directory.put({ ...rows, sites: city, contacts: [] })
  await Promise.all(callerHomes(sites * homesPerSite, callers).map((home) => putLogin(directory, pepper, `term-${padded(home, 6)}`)))
  const maps = openMaps(database)
  await maps.putOutlines(outlinesOf(city))
  const streets = Math.ceil(sites / sitesPerStreet)
  for (const [index, { id }] of city.entries()) await maps.putPoint(id, pointOf(index, streets))
  const now = systemClock.now()
  const figures = Array.from({ length: alarmsOfAWeek }, (_, index) =>
    figuresOf(index, { siteId: city[index % sites]?.id ?? '', now, count: alarmsOfAWeek }),
  )
  for (let from = 0; from < figures.length; from += 5_000) await openFigureStore(database).save(figures.slice(from, from + 5_000), 0)
  database.close()
}

const putLogin = (directory: ReturnType<typeof openDirectory>, pepper: Parameters<typeof hashToken>[0], id: string) =>
  directory.putCredential(id, hashToken(pepper, tokenOf(id)))

/** Spread over the whole city. */
const callerHomes = (homes: number, callers: number): number[] =>
  Array.from({ length: callers }, (_, n) => Math.floor((n * homes) / callers))

export type Callers = { press(caller: number): Promise<number>; close(): void }

/** The terminals of those who will call, connected. */
export async function openCallers(port: number, { sites, homesPerSite, callers }: CitySize): Promise<Callers> {
  const homes = callerHomes(sites * homesPerSite, callers)
  const clients: PressClient[] = homes.map((home) => openPressClient({ login: loginOf(`term-${padded(home, 6)}`), port: () => port }))
  while (!clients.every((client) => client.connected())) await new Promise((resolve) => setTimeout(resolve, 10))
  let presses = 0
  return {
    press(caller) {
      presses += 1
      const home = homes[caller % callers] ?? 0
      return (
        clients[caller % callers]?.press(`care/pendant-${padded(home, 6)}/sos`, JSON.stringify({ id: `call-${presses}` })) ??
        Promise.resolve(0)
      )
    },
    close() {
      for (const client of clients) client.close()
    },
  }
}
