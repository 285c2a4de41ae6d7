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

const refreshes = 40
/** A refresh is asked for at most every two seconds: here the clock is moved on instead. */
const between = 2_001

/** Milliseconds. `first` reads everything; the others add up anew. Each block is one refresh's longest. */
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
  const measured = async () => {
    ;(globalThis as { gc?: () => void }).gc?.()
    const delays = monitorEventLoopDelay({ resolution: 1 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    delays.enable()
    await new Promise((resolve) => setTimeout(resolve, 5))
    const from = performance.now()
    await rows()
    const ms = performance.now() - from
    await new Promise((resolve) => setTimeout(resolve, 5))
    delays.disable()
    return { ms, block: Math.max(0, delays.max / 1e6 - 1) }
  }
  const first = await measured()
  const later: { ms: number; block: number }[] = []
  for (let n = 0; n < refreshes; n += 1) {
    moved += between
    later.push(await measured())
  }
  database.close()
  const of = (values: readonly number[]) => ({ p50: percentiles(values).p50, max: Math.round(Math.max(...values) * 10) / 10 })
  return { first, refreshMs: of(later.map(({ ms }) => ms)), blockMs: of(later.map(({ block }) => block)) }
}
