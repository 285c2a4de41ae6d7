/** Every site of the cockpit as a row that remembers since when it is as it is: added up once for all who look, sent to each once. */
import { createHash } from 'node:crypto'
import type { Silence } from '../../alerts/silence.ts'
import type { DeviceProof } from '../../domain/enrolment.ts'
import type { Site } from '../../domain/people.ts'
import type { Point } from '../../domain/site-plan.ts'
import { before, seconds } from '../../domain/time.ts'
import { provenLate } from '../../domain/trouble.ts'
import type { MapStore } from '../../store/store.ts'
import type { CockpitSite } from '../contracts-maps.ts'
import { breathe } from './breathe.ts'
import { nothingAnswered, openSums, type Register, type SumNeeds } from './cockpit-sums.ts'
import type { Figures } from './figures.ts'
import type { Stream } from './stream.ts'

export type SiteNeeds = SumNeeds & {
  maps: Pick<MapStore, 'points' | 'version'>
  silence: Pick<Silence, 'isSilent'>
  stream: Pick<Stream, 'open'>
  figures: Pick<Figures, 'proven'>
  /** How many desks are on watch for each of these sites. */
  seatsOn: (siteIds: readonly string[]) => ReadonlyMap<string, number>
  /** When a device last showed that it does its duty; absent: only presses are counted. */
  proofOf?: (deviceId: string) => DeviceProof | undefined
}

/** `text`: the row as it is sent. `since`: the round in which it became so. */
export type Row = { id: string; site: Site; text: string; since: number }
export type Round = { number: number; rows: readonly Row[] }

const freshFor = seconds(2)
/** A site of a hundred homes takes some microseconds; after so long everybody else has a turn. */
const sliceMs = 1
const none: Register = { residents: 0, devices: [], buttons: [] }

/** The rows as they were at most two seconds ago. */
export function openSiteRows(needs: SiteNeeds): () => Promise<Round> {
  const { clock, maps } = needs
  const sums = openSums(needs)
  const pointsNow = openPoints(maps)
  let kept: { at: number; round: Promise<Round> } | null = null
  let last: Round = { number: 0, rows: [] }
  const add = async (): Promise<Round> => {
    const [registers, answers, points] = [await sums.registers(), await sums.answers(), await pointsNow()]
    // Each step takes a millisecond of a large city: a turn for everybody else in between.
    await breathe()
    const open = openBySite(needs.stream)
    await breathe()
    const seats = needs.seatsOn(registers.sites.map(({ id }) => id))
    const earlier = new Map(last.rows.map((row) => [row.id, row]))
    const number = last.number + 1
    const rows: Row[] = []
    await breathe()
    let began = clock.elapsed()
    for (const site of registers.sites) {
      const { id, name, street, district, city, timeZone } = site
      const row: CockpitSite = {
        ...{ id, name, street, district, city, timeZone, point: points.get(id) ?? null },
        ...(open.get(id) ?? { open: [0, 0, 0] as const, waiting: 0 }),
        seats: seats.get(id) ?? 0,
        ...devicesOf(needs, registers.of.get(id) ?? none),
        ...(answers.get(id) ?? { day: nothingAnswered, week: nothingAnswered }),
      }
      const text = JSON.stringify(row)
      const before = earlier.get(id)
      rows.push(before?.text === text ? before : { id, site, text, since: number })
      if (clock.elapsed() - began < sliceMs) continue
      await breathe()
      began = clock.elapsed()
    }
    last = { number, rows }
    return last
  }
  return () => {
    if (kept && clock.elapsed() - kept.at < freshFor) return kept.round
    const round = add()
    kept = { at: clock.elapsed(), round }
    round.catch(() => {
      kept = null
    })
    return round
  }
}

/** Read again when somebody moved a site. */
function openPoints(maps: SiteNeeds['maps']): () => Promise<ReadonlyMap<string, Point>> {
  let kept: { version: number; points: ReadonlyMap<string, Point> } | null = null
  return async () => {
    const version = maps.version()
    if (kept?.version !== version) kept = { version, points: await maps.points() }
    return kept.points
  }
}

function devicesOf(
  { silence, figures, proofOf, clock }: SiteNeeds,
  { residents, devices, buttons }: Register,
): Pick<CockpitSite, 'residents' | 'devices'> {
  const limit = before(clock.now(), provenLate)
  let silent = 0
  for (const number of devices) if (silence.isSilent(number)) silent += 1
  // As the device board counts them.
  const proven = proofOf ? buttons.filter((id) => (proofOf(id)?.provenAt ?? 0) >= limit).length : figures.proven(buttons)
  return { residents, devices: { total: devices.length, silent, buttons: buttons.length, proven } }
}

type Open = Pick<CockpitSite, 'open' | 'waiting'>

function openBySite(stream: Pick<Stream, 'open'>): ReadonlyMap<string, Open> {
  const found = new Map<string, { open: [number, number, number]; waiting: number }>()
  for (const { alarm } of stream.open().values()) {
    const one = found.get(alarm.siteId) ?? { open: [0, 0, 0], waiting: 0 }
    found.set(alarm.siteId, one)
    one.open[alarm.priority === 1 ? 0 : alarm.priority === 2 ? 1 : 2] += 1
    if (alarm.state === 'raised') one.waiting += 1
  }
  return found
}

/** What somebody has: of which start of the platform, which sites, and which round. */
export function versionOf(started: number, mine: readonly Row[], round: number): string {
  const which = createHash('sha1')
    .update(mine.map(({ id }) => id).join('\n'))
    .digest('base64url')
    .slice(0, 12)
  return `${started}.${which}.${round}`
}

/** The round of a version that names the same start and the same sites; null: all must be sent. */
export function roundOf(given: string, current: string): number | null {
  const [cut, same] = [given.lastIndexOf('.'), current.lastIndexOf('.')]
  if (given.slice(0, cut) !== current.slice(0, same)) return null
  const round = Number(given.slice(cut + 1))
  return Number.isInteger(round) ? round : null
}
