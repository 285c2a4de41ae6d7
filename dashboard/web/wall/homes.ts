/** Every home of the wall as columns of numbers, so that ten thousand cost one pass and no garbage. */
import type { HomesChange, HomesColumns } from '../../contracts.ts'

/** What a cell looks like. The numbers are drawn in this order of weight: a call for help hides whatever else is true of the home. */
export const looks = { active: 0, quiet: 1, away: 2, offline: 3, attention: 4, urgent: 5 } as const
export type Look = (typeof looks)[keyof typeof looks]
export type Counts = Record<keyof typeof looks, number> & { total: number }

const activeWithinMs = 30 * 60_000

export type Homes = {
  readonly size: number
  /** Which building each home is of; with several sites in view, of which site too: see `placeIn`. */
  readonly buildings: readonly string[]
  label(index: number): string
  activeAt(index: number): number
  state(index: number): number
  indexOf(residentId: string): number | undefined
  residentId(index: number): string
  change(changes: HomesChange): void
  /** Fills `into` with the look of every cell; `marks` are the homes with an open alarm. */
  looksAt(now: number, marks: ReadonlyMap<string, 1 | 2>, into: Uint8Array): Counts
}

export function openHomes(columns: HomesColumns): Homes {
  const { residentIds } = columns
  const { buildings, labels } = bySite(columns)
  const states = Uint8Array.from(columns.states)
  const activeAt = Float64Array.from(columns.activeAt)
  const indexes = new Map(residentIds.map((id, index) => [id, index]))
  return {
    size: residentIds.length,
    buildings,
    label: (index) => labels[index] ?? '',
    activeAt: (index) => activeAt[index] ?? 0,
    state: (index) => states[index] ?? 0,
    indexOf: (residentId) => indexes.get(residentId),
    residentId: (index) => residentIds[index] ?? '',
    change(changes) {
      for (const [id, state, at] of changes) {
        const index = indexes.get(id)
        if (index === undefined) continue
        states[index] = state
        activeAt[index] = at
      }
    },
    looksAt(now, marks, into) {
      for (let index = 0; index < states.length; index += 1) into[index] = lookOf(states[index] ?? 0, now - (activeAt[index] ?? 0))
      for (const [residentId, priority] of marks) {
        const index = indexes.get(residentId)
        if (index !== undefined) into[index] = priority === 1 ? looks.urgent : looks.attention
      }
      return countLooks(into.subarray(0, states.length))
    },
  }
}

export const noHomes: Homes = openHomes({ residentIds: [], buildings: [], labels: [], sites: [], states: [], activeAt: [] })

/** No name has it in it. */
const mark = '\u001f'

/** Two sites may share the name of a building, and even their own: with several in view each building says whose it is, and each home too. */
function bySite({ buildings, labels, sites }: HomesColumns): Pick<HomesColumns, 'buildings' | 'labels'> {
  const kept = sites.filter(([, homes]) => homes > 0)
  if (kept.length < 2) return { buildings, labels }
  const prefixes = kept.flatMap(([name, homes], run) => Array<readonly [string, number]>(homes).fill([name, run]))
  const prefixed = (index: number, text: string) => {
    const [site, run] = prefixes[index] ?? ['', 0]
    return [site, run, text].join(mark)
  }
  return {
    buildings: buildings.map((building, index) => prefixed(index, building)),
    labels: labels.map((label, index) => (prefixes[index]?.[0] ? `${prefixes[index][0]} ${label}` : label)),
  }
}

/** What an entry of `buildings` says. `run` tells sites of the same name apart. */
export function placeIn(building: string): { site: string; run: number; building: string } {
  const [site = '', run = '0', name = ''] = building.split(mark)
  return building.includes(mark) ? { site, run: Number(run), building: name } : { site: '', run: 0, building }
}

function lookOf(state: number, idle: number): Look {
  if (state === 2) return looks.offline
  if (state === 1) return looks.away
  return idle < activeWithinMs ? looks.active : looks.quiet
}

function countLooks(cells: Uint8Array): Counts {
  const tally = new Uint32Array(6)
  for (const look of cells) tally[look] = (tally[look] ?? 0) + 1
  const of = (look: Look) => tally[look] ?? 0
  return {
    total: cells.length,
    active: of(looks.active),
    quiet: of(looks.quiet),
    away: of(looks.away),
    offline: of(looks.offline),
    attention: of(looks.attention),
    urgent: of(looks.urgent),
  }
}
