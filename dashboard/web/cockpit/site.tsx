/** One site of the cockpit: its plan with the buildings where something is open, or every home as a cell; and the same in a table. */
import { computed } from '@preact/signals'
import { buildingKey } from '../../../domain/site-plan.ts'
import { type CockpitAlarm, type CockpitHomes, cockpitHomesMost } from '../../contracts-maps.ts'
import { plans } from '../maps/api.ts'
import { type OpenAt, OpenBuildings, PlanDrawing } from '../maps/site-plan.tsx'
import { mapWords } from '../maps/words.ts'
import { buildingName } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import { route } from '../shared/route.ts'
import { SortedTable } from '../shared/sorted-table.tsx'
import { looks, noHomes, openHomes, placeIn } from '../wall/homes.ts'
import { type Board, HomesCanvas } from '../wall/homes-canvas.tsx'
import { LegendOf } from '../wall/legend.tsx'
import { number } from '../wall/say.ts'
import { inBuilding } from './buildings.ts'
import { spotOf } from './levels.ts'
import * as state from './state.ts'

export function SiteView({ siteId }: { siteId: string }) {
  const t = mapWords.value
  const answer = plans.of(siteId)
  const known = state.alarms.value
  const open = openOf(known?.filter((alarm) => alarm.siteId === siteId) ?? [])
  if (!answer) return <p class="dim">{t.cockpit.loading}</p>
  if (!answer.plan) return <HomesView />
  const said = [...open].map(([building, { count }]) => t.openIn(buildingName(building, language.value), count)).join(' · ')
  return (
    <>
      <PlanDrawing answer={answer} open={open} label={t.planLabel(said || (known ? t.cockpit.none : t.cockpit.loading), '')} />
      <OpenBuildings plan={answer.plan} open={open} />
    </>
  )
}

export function openOf(alarms: readonly CockpitAlarm[]): OpenAt {
  const found = new Map<string, { priority: 1 | 2 | 3; count: number }>()
  for (const { building, priority } of alarms) {
    if (building === '') continue
    const key = buildingKey(building)
    const known = found.get(key)
    const urgent = known && known.priority < priority ? known.priority : priority
    found.set(key, { priority: urgent, count: (known?.count ?? 0) + 1 })
  }
  return found
}

/** Of one building, when somebody went down so far. */
const shown = computed(() => (state.homes.value ? inBuilding(state.homes.value, spotOf(route.value).path[4]) : null))

/** Numbers instead of ids: there is nothing here that says who lives where. */
const asHomes = ({ at, sites, buildings, looks: digits }: CockpitHomes, isNamed: boolean) => {
  const t = mapWords.value.cockpit
  const names = buildings.flatMap(([name, count]) => Array<string>(count).fill(name))
  const labels = (isNamed ? buildings : []).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => t.homeOf(buildingName(name, language.value), { number: index + 1, of: count })),
  )
  const states = [...digits].map((digit) => (digit === '3' ? 2 : digit === '2' ? 1 : 0))
  return openHomes({
    ...{ residentIds: names.map((_name, index) => String(index)), buildings: names, labels, sites, states },
    activeAt: [...digits].map((digit) => (digit === '0' ? at : 0)),
  })
}

const shape = computed(() => JSON.stringify([shown.value?.buildings ?? [], shown.value?.sites, language.value]))
/** Laid out anew only when a home came or went. */
const homes = computed(() => {
  shape.value
  const known = shown.peek()
  return known ? asHomes(known, true) : noHomes
})
const cells = computed(() => {
  const known = shown.value
  const fresh = known ? asHomes(known, false) : noHomes
  const into = new Uint8Array(fresh.size)
  const marks = new Map<string, 1 | 2>()
  for (const [index, digit] of [...(known?.looks ?? '')].entries()) if (digit >= '4') marks.set(String(index), digit === '5' ? 1 : 2)
  return { looks: into, counts: fresh.looksAt(known?.at ?? 0, marks, into) }
})
const board: Board = { homes, cells, open: null }

export function HomesView() {
  const t = mapWords.value.cockpit
  if (state.homes.value?.tooMany) return <p class="dim no-map">{t.tooMany(number(cockpitHomesMost))}</p>
  return (
    <div class="homes-view">
      <HomesCanvas large board={board} />
      <LegendOf counts={cells.value.counts} />
      <details>
        <summary>{t.homesList}</summary>
        <BuildingTable />
      </details>
    </div>
  )
}

type Row = readonly [building: string, counts: readonly number[]]

const saidOf = (entry: string) => {
  const { site, building } = placeIn(entry)
  return [site, buildingName(building, language.value)].filter(Boolean).join(' · ')
}

/** Every building with its counts: the canvas for those who do not see it. */
function BuildingTable() {
  const t = words.value.wall
  const names = Object.keys(looks) as (keyof typeof looks)[]
  const rows = new Map<string, number[]>()
  homes.value.buildings.forEach((building, index) => {
    const row = rows.get(building) ?? names.map(() => 0)
    const look = cells.value.looks[index] ?? 0
    row[look] = (row[look] ?? 0) + 1
    rows.set(building, row)
  })
  return (
    <SortedTable
      rows={[...rows]}
      keyOf={([building]) => building}
      named
      columns={[
        { head: mapWords.value.kinds.building, by: ([building]) => saidOf(building), cell: ([building]) => saidOf(building) },
        ...names.map((look, index) => ({
          head: t.looks[look],
          by: ([, counts]: Row) => counts[index] ?? 0,
          cell: ([, counts]: Row) => number(counts[index] ?? 0),
        })),
      ]}
    />
  )
}
