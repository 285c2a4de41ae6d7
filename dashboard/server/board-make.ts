/** 设备看板: how every device stands, from the registers in memory and the open alarms; counted for what somebody calls for help with. */
import type { Silence } from '../../alerts/silence.ts'
import type { Device } from '../../domain/device.ts'
import type { DeviceProof } from '../../domain/enrolment.ts'
import { owesProof } from '../../domain/enrolment.ts'
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { Home, Resident, Site } from '../../domain/people.ts'
import { before, type Clock, type Instant, instant } from '../../domain/time.ts'
import {
  isLifeline,
  isOverdue,
  provenLate,
  provenSoon,
  standingOf,
  standings,
  type Trouble,
  type TroubleKind,
} from '../../domain/trouble.ts'
import type { CareStore, Directory, TroubleStore } from '../../store/store.ts'
import type { BoardCounts, BoardRow } from '../contracts-upkeep.ts'
import type { Scope } from './access.ts'
import type { Batteries } from './board-battery.ts'
import { breathe } from './breathe.ts'
import { labelOf } from './places.ts'
import { sortedInTurns } from './sorted-in-turns.ts'
import { brokenOf } from './troubles-follow.ts'

export type BoardNeeds = {
  store: Pick<CareStore, 'openAlarms'>
  directory: Pick<Directory, 'devices' | 'residents' | 'sites'>
  troubles: Pick<TroubleStore, 'open'>
  silence: Pick<Silence, 'look'>
  proofOf: (deviceId: string) => DeviceProof | undefined
  /** Absent: nobody asks how full they are. */
  batteries?: Batteries
  clock: Clock
}

const devicesPerSlice = 2_000

type Seen = { heardAt: number; silent: boolean }
type Book = {
  now: Instant
  sites: ReadonlyMap<string, Site>
  people: ReadonlyMap<string, { resident: Resident; home: Home }>
  troubles: ReadonlyMap<string, Trouble>
  broken: ReadonlyMap<string, ReadonlySet<TroubleKind>>
  proofOf: BoardNeeds['proofOf']
  batteries: Batteries | undefined
}

/** Every device that owes something, the worst first. */
export async function boardRows(needs: BoardNeeds, scope: Scope): Promise<readonly BoardRow[]> {
  const { directory, silence, proofOf, batteries, clock } = needs
  const devices = (await directory.devices(scope)).filter(({ role, siteId }) => owesProof(role) && siteId !== lifeSignSite)
  const numbers = Uint32Array.from(devices, ({ number }) => number)
  const seen = { heardAt: new Float64Array(numbers.length), silent: new Uint8Array(numbers.length) }
  silence.look(numbers, seen)
  await breathe()
  await batteries?.reckon(devices)
  const book: Book = { now: clock.now(), proofOf, batteries, ...(await tablesOf(needs, scope)) }
  const rows: BoardRow[] = []
  for (const [index, device] of devices.entries()) {
    if (index % devicesPerSlice === 0) await breathe()
    rows.push(rowOf(device, { heardAt: seen.heardAt[index] ?? 0, silent: seen.silent[index] === 1 }, book))
  }
  return sortedInTurns(rows, worstFirst)
}

async function tablesOf(
  { store, directory, troubles }: BoardNeeds,
  scope: Scope,
): Promise<Pick<Book, 'sites' | 'people' | 'troubles' | 'broken'>> {
  const broken = new Map<string, Set<TroubleKind>>()
  for (const { deviceId, kind } of brokenOf(await store.openAlarms(scope))) {
    broken.set(deviceId, (broken.get(deviceId) ?? new Set()).add(kind))
  }
  return {
    broken,
    sites: new Map((await directory.sites()).map((site) => [site.id, site])),
    people: new Map((await directory.residents(scope)).map((one) => [one.resident.id, one])),
    troubles: new Map((await troubles.open(scope)).map((trouble) => [trouble.deviceId, trouble])),
  }
}

const none: ReadonlySet<TroubleKind> = new Set()

function rowOf(device: Device, { heardAt, silent }: Seen, { now, sites, people, troubles, broken, proofOf, batteries }: Book): BoardRow {
  const { id: deviceId, siteId, residentId, role, room, family, power } = device
  const site = sites.get(siteId)
  const lives = people.get(residentId ?? '')
  const proof = proofOf(deviceId)
  const trouble = troubles.get(deviceId)
  return {
    ...{ deviceId, siteId, residentId, role, room, family, power },
    ...{ siteName: site?.name ?? siteId, timeZone: site?.timeZone ?? '' },
    ...{ person: lives?.resident.name ?? '', label: lives ? labelOf(lives.home) : '', building: lives?.home.building ?? '' },
    standing: standingOf({ role, heardAt, silent, proof, troubles: broken.get(deviceId) ?? none }, now),
    battery: batteries?.of(device) ?? null,
    heardAt: heardAt === 0 ? null : instant(heardAt),
    ...{ provenAt: proof?.provenAt ?? null, claimedAt: proof?.claimedAt ?? null },
    trouble: trouble
      ? {
          ...{ id: trouble.id, kind: trouble.kind, note: trouble.notes.at(-1)?.text ?? '' },
          owner: trouble.owner?.name ?? null,
          dueAt: trouble.dueAt,
          overdue: isOverdue(trouble, now),
          told: trouble.told && { ...trouble.told, calls: [] },
        }
      : null,
  }
}

/** One for all: a comparison that makes its own costs twenty times as much. */
const byName = new Intl.Collator('zh', { numeric: true })
const rank = new Map(standings.map((standing, index) => [standing, index]))

/** Overdue cases, then open ones by their limit, then by how the device stands; those to call for help with before the others. */
function worstFirst(a: BoardRow, b: BoardRow): number {
  const due = (row: BoardRow) => row.trouble?.dueAt ?? Number.POSITIVE_INFINITY
  if (due(a) !== due(b)) return due(a) - due(b)
  const lifeline = Number(isLifeline(b.role)) - Number(isLifeline(a.role))
  return (
    (rank.get(a.standing) ?? 0) - (rank.get(b.standing) ?? 0) ||
    lifeline ||
    byName.compare(a.label, b.label) ||
    (a.deviceId < b.deviceId ? -1 : 1)
  )
}

/** Buttons only; cases of every device. */
export function countsOf(rows: readonly BoardRow[], now: Instant): BoardCounts {
  const standing = Object.fromEntries(standings.map((each) => [each, 0])) as Record<(typeof standings)[number], number>
  const counts = { buttons: 0, proven7: 0, proven30: 0, cases: 0, overdue: 0 }
  for (const { role, standing: stands, provenAt, trouble } of rows) {
    if (trouble) counts.cases += 1
    if (trouble?.overdue) counts.overdue += 1
    if (!isLifeline(role)) continue
    counts.buttons += 1
    standing[stands] += 1
    if (provenAt !== null && provenAt >= before(now, provenSoon)) counts.proven7 += 1
    if (provenAt !== null && provenAt >= before(now, provenLate)) counts.proven30 += 1
  }
  return { ...counts, standing }
}
