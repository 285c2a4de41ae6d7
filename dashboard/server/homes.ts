/** Every home of the wall as columns of numbers: read from the directory once per change, refreshed from the register of silence at each beat. */
import type { Silence } from '../../alerts/silence.ts'
import type { Device } from '../../domain/device.ts'
import type { Home, Resident } from '../../domain/people.ts'
import { type Instant, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { HomesColumns } from '../contracts.ts'
import { breathe } from './breathe.ts'
import { labelOf } from './places.ts'

type NamedSite = { id: string; name: string }
export type HomeChange = readonly [string, number, number]

export type Homes = {
  /** Makes sure that these sites are in memory, as the directory had them at most 5 seconds ago. */
  load(siteIds: readonly string[], now: Instant): Promise<void>
  /** Columns of these (loaded) sites as of now. */
  columns(sites: readonly NamedSite[], now: Instant): HomesColumns
  /** Homes of a (loaded) site whose cell changed since this was last asked. */
  changes(siteId: string, now: Instant): readonly HomeChange[]
  /** Devices of these (loaded) sites. */
  devices(siteIds: readonly string[]): { total: number; silent: number; sosButtons: readonly string[] }
}

/** Reading a site of 10,000 homes costs a tenth of a second; a directory that is being edited may not cost it at every beat. */
const reloadEvery = seconds(5)

type SiteHomes = {
  version: number
  loadedAt: Instant
  ids: readonly string[]
  buildings: readonly string[]
  labels: readonly string[]
  numbers: readonly number[]
  /** Until when the person is away: 0 = at home, Infinity = no end known. */
  awayUntil: readonly number[]
  /** Number of the home's terminal, 0 = none. */
  terminals: readonly number[]
  deviceNumbers: readonly number[]
  sosButtons: readonly string[]
  toldStates: Uint8Array
  toldActive: Float64Array
}

export type HomesNeeds = {
  directory: Directory
  silence: Silence
  /** Hears of a site whose list of homes is no longer the one that screens were given. */
  changed: (siteId: string) => void
}

export function openHomes({ directory, silence, changed }: HomesNeeds): Homes {
  const shelf = openShelf({ directory, changed, tellAll: (site, now) => void diff(silence, site, now) })
  const loaded = (siteIds: readonly string[]) => siteIds.flatMap((id) => shelf.site(id) ?? [])
  return {
    load: shelf.load,
    columns(sites, now) {
      const found = loaded(sites.map(({ id }) => id))
      return {
        residentIds: found.flatMap(({ ids }) => ids),
        buildings: found.flatMap(({ buildings }) => buildings),
        labels: found.flatMap(({ labels }) => labels),
        sites: sites.map(({ id, name }) => [name, shelf.site(id)?.ids.length ?? 0] as const),
        states: found.flatMap((site) => site.ids.map((_id, index) => stateOf(silence, site, { index, now }))),
        activeAt: found.flatMap(({ numbers }) => numbers.map((number) => silence.lastActiveAt(number))),
      }
    },
    changes(siteId, now) {
      const site = shelf.site(siteId)
      return site ? diff(silence, site, now) : []
    },
    devices(siteIds) {
      const found = loaded(siteIds)
      const numbers = found.flatMap(({ deviceNumbers }) => deviceNumbers)
      const silent = numbers.filter((number) => silence.isSilent(number)).length
      return { total: numbers.length, silent, sosButtons: found.flatMap(({ sosButtons }) => sosButtons) }
    },
  }
}

function stateOf(silence: Silence, site: SiteHomes, { index, now }: { index: number; now: Instant }): number {
  const terminal = site.terminals[index] ?? 0
  if ((site.awayUntil[index] ?? 0) > now) return 1
  return terminal !== 0 && silence.isSilent(terminal) ? 2 : 0
}

/** What differs from what was told last; afterwards it counts as told. */
function diff(silence: Silence, site: SiteHomes, now: Instant): readonly HomeChange[] {
  const found: HomeChange[] = []
  for (const [index, id] of site.ids.entries()) {
    const state = stateOf(silence, site, { index, now })
    const activeAt = silence.lastActiveAt(site.numbers[index] ?? 0)
    if (state === site.toldStates[index] && activeAt === site.toldActive[index]) continue
    site.toldStates[index] = state
    site.toldActive[index] = activeAt
    found.push([id, state, activeAt])
  }
  return found
}

type ShelfNeeds = Omit<HomesNeeds, 'silence'> & { tellAll: (site: SiteHomes, now: Instant) => void }

/** The sites in memory: each read once however many screens wait for it, one after the other, with room in between for a press. */
function openShelf({ directory, changed, tellAll }: ShelfNeeds) {
  const sites = new Map<string, SiteHomes>()
  const loading = new Map<string, Promise<void>>()
  const isStale = (id: string, now: Instant): boolean => {
    const site = sites.get(id)
    return !site || (site.version !== directory.version() && Math.abs(now - site.loadedAt) >= reloadEvery)
  }
  const read = async (id: string, now: Instant) => {
    const version = directory.version()
    const people = await directory.residents([id])
    await breathe()
    const site = built({ version, loadedAt: now, people, devices: await directory.devices([id]) })
    await breathe()
    const before = sites.get(id)
    if (before && sameHomes(before, site)) {
      sites.set(id, { ...site, toldStates: before.toldStates, toldActive: before.toldActive })
      return
    }
    tellAll(site, now)
    sites.set(id, site)
    if (before) changed(id)
  }
  const readOnce = (id: string, now: Instant): Promise<void> => {
    const running = loading.get(id) ?? read(id, now).finally(() => loading.delete(id))
    loading.set(id, running)
    return running
  }
  return {
    site: (id: string) => sites.get(id),
    async load(siteIds: readonly string[], now: Instant): Promise<void> {
      for (const id of siteIds) if (isStale(id, now)) await readOnce(id, now)
    },
  }
}

type Read = Pick<SiteHomes, 'version' | 'loadedAt'> & {
  people: readonly { resident: Resident; home: Home }[]
  devices: readonly Device[]
}

function built({ version, loadedAt, people, devices }: Read): SiteHomes {
  const order = new Intl.Collator('zh', { numeric: true })
  const sorted = people
    .map(({ resident, home }) => ({ resident, home, label: labelOf(home) }))
    .sort((a, b) => order.compare(a.label, b.label) || order.compare(a.resident.id, b.resident.id))
  const terminals = new Map(devices.filter(({ role }) => role === 'terminal').map((device) => [device.residentId, device.number]))
  return {
    version,
    loadedAt,
    ids: sorted.map(({ resident }) => resident.id),
    buildings: sorted.map(({ home }) => home.building),
    labels: sorted.map(({ label }) => label),
    numbers: sorted.map(({ resident }) => resident.number),
    awayUntil: sorted.map(({ resident }) => (resident.mode === 'home' ? 0 : (resident.modeUntil ?? Number.POSITIVE_INFINITY))),
    terminals: sorted.map(({ resident }) => terminals.get(resident.id) ?? 0),
    deviceNumbers: devices.map(({ number }) => number),
    sosButtons: devices.filter(({ role }) => role === 'sos-button').map(({ id }) => id),
    toldStates: new Uint8Array(sorted.length),
    toldActive: new Float64Array(sorted.length),
  }
}

const sameHomes = (a: SiteHomes, b: SiteHomes): boolean =>
  sameList(a.ids, b.ids) && sameList(a.labels, b.labels) && sameList(a.buildings, b.buildings)

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
