/** `npm run bench:telemetry`: what readings cost to write, to keep and to ask for, in the embedded store and in a real InfluxDB, on readings of the same town. */
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { machine, percentiles, report } from './lib/figures.ts'
import { hasProgram } from './lib/influxd.ts'
import { openInfluxSide } from './lib/telemetry-influx.ts'
import { measureLastSeen } from './lib/telemetry-last-seen.ts'
import { type Day, dayMs, openEmbeddedSide, type TelemetrySide } from './lib/telemetry-sides.ts'
import { hourOf, type Mix, perHomeDay, residentOf, townStart } from './lib/town-readings.ts'

const { values } = parseArgs({
  options: {
    readings: { type: 'string' },
    'influx-readings': { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean' },
  },
})
const short = values.short === true
const wanted = Number(values.readings ?? (short ? 200_000 : 30_000_000))
const wantedOfInflux = Number(values['influx-readings'] ?? Math.min(wanted, short ? 60_000 : 6_000_000))
/** Days of the town: a fortnight is asked for. */
const dayCount = 15
/** The mixes of one kind are this part of the whole. */
const partOfMix: Readonly<Record<Mix, number>> = { all: 1, heartbeats: 0.3, motion: 0.3 }
/** Readings made, then written at once, in whole days: several calls or requests are under way. */
const roundReadings = 4_000_000
const rounded = (value: number, places = 2) => Math.round(value * 10 ** places) / 10 ** places

type Filled = { readings: number; homes: number; perSecond: number; bytesPerReading: number; bytesAlone: number; way: string }

const daysOf = ({ homes, mix, from, to }: { homes: number; mix: Mix; from: number; to: number }): Day[] =>
  Array.from({ length: to - from }, (_, i) => ({
    day: from + i,
    readings: Array.from({ length: 24 }, (_, hour) => hourOf({ homes, hour: (from + i) * 24 + hour, mix })).flat(),
  }))

/**
 * Writes whole days of a town of the right size. Timed is the writing, from the readings as objects in memory until all of them are durable; not the making
 * of the readings nor the garbage it left behind, and not the first day, on which both sides warm up. Of the embedded store also what is left to do at the end.
 */
async function fill(side: TelemetrySide, readings: number, mix: Mix): Promise<Filled> {
  const homes = Math.max(1, Math.ceil(readings / perHomeDay[mix] / dayCount))
  const daysAtOnce = Math.max(1, Math.min(7, Math.round(roundReadings / (homes * perHomeDay[mix]))))
  const warm = daysOf({ homes, mix, from: 0, to: 1 })
  await side.write(warm)
  const warmed = sizeOf(warm)
  let [written, spent] = [0, 0]
  for (let day = 1; day < dayCount; day += daysAtOnce) {
    const days = daysOf({ homes, mix, from: day, to: Math.min(day + daysAtOnce, dayCount) })
    collectGarbage()
    spent += await spentOn(() => side.write(days))
    written += sizeOf(days)
  }
  const settled = await spentOn(() => side.settle())
  if (side.name === 'embedded') spent += settled
  const counted = await side.count()
  if (counted !== written + warmed) throw new Error(`${side.name} was given ${written + warmed} readings and has ${counted}.`)
  const perSecond = Math.round((written / spent) * 1_000)
  const [bytesPerReading, bytesAlone] = [rounded(side.bytes() / counted), rounded(side.bytesAlone() / counted)]
  return { readings: counted, homes, perSecond, bytesPerReading, bytesAlone, way: side.way() }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const sizeOf = (days: readonly Day[]): number => days.reduce((sum, { readings }) => sum + readings.length, 0)

async function spentOn(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

type Times = { p50: number; p99: number }
type Asked = { week: Times; fortnightHourly: Times }

/** Times of questions about people drawn at random, in milliseconds. */
async function ask(side: TelemetrySide, homes: number, times: number): Promise<Asked> {
  const to = townStart + dayCount * dayMs
  const spent = { week: [] as number[], fortnightHourly: [] as number[] }
  for (let n = 0; n < times; n++) {
    const resident = residentOf((n * 7_919) % homes)
    let [found, hours] = [0, 0]
    spent.week.push(
      await spentOn(async () => {
        found = await side.readings({ resident, from: to - 7 * dayMs, to })
      }),
    )
    spent.fortnightHourly.push(
      await spentOn(async () => {
        hours = await side.hourly({ resident, from: to - 14 * dayMs, to })
      }),
    )
    if (found < 7 * 1_000 || hours < 14 * 24) throw new Error(`${side.name} answered with ${found} readings and ${hours} hours.`)
  }
  const timesOf = (list: readonly number[]): Times => {
    const { p50, p99 } = percentiles(list)
    return { p50, p99 }
  }
  return { week: timesOf(spent.week), fortnightHourly: timesOf(spent.fortnightHourly) }
}

type Measured = Filled & Asked & { heartbeats: Filled; motion: Filled }

/** Each mix in a store of its own. */
async function measure(open: () => Promise<TelemetrySide>, readings: (mix: Mix) => number): Promise<Measured> {
  async function filled<T>(mix: Mix, then: (side: TelemetrySide, filled: Filled) => Promise<T>): Promise<Filled & T> {
    const side = await open()
    const done = await fill(side, readings(mix), mix)
    console.log(`${side.name}, ${mix}`, done)
    const more = await then(side, done)
    await side.end()
    return { ...done, ...more }
  }
  const nothing = async () => ({})
  const all = await filled('all', (side, { homes }) => ask(side, homes, short ? 5 : 60))
  console.log('asked (ms)', { week: all.week, fortnightHourly: all.fortnightHourly })
  return { ...all, heartbeats: await filled('heartbeats', nothing), motion: await filled('motion', nothing) }
}

async function measureInflux(): Promise<Measured | null> {
  if (hasProgram('influxd'))
    return measure(
      () => openInfluxSide({ stillSeconds: short ? 1 : 8 }),
      (mix) => wantedOfInflux * partOfMix[mix],
    )
  console.log('skipped: influxd is not installed (Debian: apt install influxdb)')
  return null
}

/** What the lane of live readings makes of the same: recorded window by window, sealed, merged, summed up. */
async function measureLive(): Promise<Filled> {
  const side = await openEmbeddedSide('live')
  const filled = await fill(side, Math.min(wanted / 20, 1_500_000), 'all')
  await side.end()
  console.log('embedded, live', filled)
  return filled
}

console.log('machine', machine())
const lastSeen = await measureLastSeen(short ? 5_000 : 100_000, short ? 200 : 400)
console.log('last seen of all devices, from the register to the answer (ms)', lastSeen)
const embedded = await measure(
  () => openEmbeddedSide(),
  (mix) => wanted * partOfMix[mix],
)
const live = await measureLive()
const influx = await measureInflux()

type Ratios = Record<Mix, number>
/** Embedded by InfluxDB, mix by mix. */
function ratios(them: Measured, of: (filled: Filled) => number): Ratios {
  const ratio = (ours: Filled, theirs: Filled) => rounded(of(ours) / of(theirs))
  return {
    all: ratio(embedded, them),
    heartbeats: ratio(embedded.heartbeats, them.heartbeats),
    motion: ratio(embedded.motion, them.motion),
  }
}
const beside = influx && {
  write: ratios(influx, ({ perSecond }) => perSecond),
  bytes: ratios(influx, ({ bytesPerReading }) => bytesPerReading),
  bytesAlone: ratios(influx, (filled) => filled.bytesAlone),
  week: rounded(embedded.week.p50 / influx.week.p50, 3),
}

const bars: Record<string, boolean> = {
  '≤ 6 bytes for each heartbeat': embedded.heartbeats.bytesPerReading <= 6,
  'last seen of every device from the register ≤ 20 ms (p99)': lastSeen.p99 <= 20,
  ...(beside && {
    'bulk write ≥ 10 × InfluxDB, whatever the readings': Math.min(...Object.values(beside.write)) >= 10,
    'bytes on disk ≤ 0.5 × InfluxDB, whatever the readings': Math.max(...Object.values(beside.bytes)) <= 0.5,
    "one resident's week ≤ 0.1 × InfluxDB": beside.week <= 0.1,
  }),
}
if (beside) console.log('embedded beside InfluxDB', beside)
if (short) console.log('A short run shows that everything works. Its times and sizes mean nothing.')
else for (const [bar, met] of Object.entries(bars)) console.log(met ? 'met   ' : 'MISSED', bar)
const perReading = { bytesPerHeartbeat: embedded.heartbeats.bytesPerReading, bytesPerMotion: embedded.motion.bytesPerReading }
report({ embedded: { ...embedded, ...perReading, live }, influx, beside, lastSeen, bars })
process.exit(0)
