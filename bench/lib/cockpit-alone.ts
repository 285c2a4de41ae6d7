/** The cockpit's own adding-up in a process in which nothing else happens: how long each piece of it holds everybody up, and what a refresh takes in all. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openSilence } from '../../alerts/silence.ts'
import { openSiteRows } from '../../dashboard/server/cockpit-sites.ts'
import { systemClock } from '../../domain/clock.ts'
import { instant } from '../../domain/time.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { openFigureStore } from '../../store/sqlite/figures.ts'
import { openMaps } from '../../store/sqlite/maps.ts'
import { percentiles } from './figures.ts'

const refreshes = 200
/** So often something in the directory changes, so that the register is read anew. */
const changeEvery = 20
/** So long the register takes to be read. */
const readingMs = 900
/** A refresh is asked for at most every two seconds: here the clock is moved on instead. */
const between = 2_001

const nothing = { sites: [], homes: [], residents: [], contacts: [], devices: [] }

/**
 * Watches every turn of the event loop until `stop`, which says how long the longest took: whatever runs between two turns holds everybody up. Exact to some
 * microseconds, where the histogram of `monitorEventLoopDelay` counts in milliseconds.
 */
function watchTurns(): () => number {
  let [longest, last, isOver] = [0, performance.now(), false]
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  return () => {
    isOver = true
    return longest
  }
}

/**
 * Milliseconds. `first` reads everything; the others add up anew, and of ten the register is read anew too. Each block is one refresh's longest, by the
 * histogram; each piece the same by the turns.
 */
export async function measureAlone(dataDir: string) {
  const onFatal = (error: unknown): never => {
    throw error
  }
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal })
  const directory = openDirectory(database)
  const enrolled = { devices: await directory.watchedDevices(), residents: await directory.watchedResidents() }
  const silence = openSilence({ ...enrolled, pages: [], at: systemClock.now() })
  let moved = 0
  const rows = openSiteRows({
    ...{ directory, silence, figureStore: openFigureStore(database), maps: openMaps(database) },
    clock: { ...systemClock, elapsed: () => systemClock.elapsed() + moved },
    stream: { open: () => new Map() },
    figures: { proven: () => 0 },
    proofOf: (deviceId) => ({ deviceId, claimedAt: null, provenAt: instant(systemClock.now()) }),
    seatsOn: () => new Map(),
  })
  const measured = async (settleMs: number) => {
    ;(globalThis as { gc?: () => void }).gc?.()
    const delays = monitorEventLoopDelay({ resolution: 1 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    delays.enable()
    await new Promise((resolve) => setTimeout(resolve, 5))
    const longest = watchTurns()
    const from = performance.now()
    await rows()
    const ms = performance.now() - from
    // What is read behind the back of whoever asked goes on.
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    const piece = longest()
    delays.disable()
    return { ms, block: Math.max(0, delays.max / 1e6 - 1), piece }
  }
  const first = await measured(5)
  const later: { ms: number; block: number; piece: number; isChange: boolean }[] = []
  for (let n = 1; n <= refreshes; n += 1) {
    moved += between
    const isChange = n % changeEvery === 0
    const [site] = isChange ? await directory.sites() : []
    if (site) await directory.put({ ...nothing, sites: [{ ...site, name: `${site.name} ${n}` }] })
    later.push({ ...(await measured(isChange ? readingMs : 5)), isChange })
  }
  database.close()
  const tenth = (value: number) => Math.round(value * 10) / 10
  const of = (values: readonly number[]) => ({
    p50: percentiles(values).p50,
    p99: percentiles(values).p99,
    max: tenth(Math.max(...values)),
  })
  return {
    first,
    refreshMs: of(later.map(({ ms }) => ms)),
    blockMs: of(later.map(({ block }) => block)),
    pieceMs: of(later.map(({ piece }) => piece)),
    /** The same without those in which the register was read anew. */
    usualPieceMs: of(later.filter(({ isChange }) => !isChange).map(({ piece }) => piece)),
  }
}
