/** `npm run bench:telemetry`: what readings cost to write, to keep and to ask for, in the embedded store and in a real InfluxDB, on the same readings. */
import { parseArgs } from 'node:util'
import { openSilence } from '../alerts/silence.ts'
import { lastSeenOf } from '../dashboard/server/last-seen.ts'
import { instant } from '../domain/time.ts'
import type { WatchedDevice } from '../store/store.ts'
import { machine, percentiles, report } from './lib/figures.ts'
import { hasProgram } from './lib/influxd.ts'
import { openEmbeddedSide, openInfluxSide, type TelemetrySide } from './lib/telemetry-sides.ts'
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
const wantedOfInflux = Number(values['influx-readings'] ?? Math.min(wanted, short ? 100_000 : 6_000_000))
const dayCount = 15
/** The platform seals every hour; a bulk that comes faster than life is sealed less often. */
const sealedHours = 3
const hourMs = 3_600_000
const rounded = (value: number, places = 2) => Math.round(value * 10 ** places) / 10 ** places

type Filled = { readings: number; homes: number; perSecond: number; bytesPerReading: number }

/** Writes whole days of a town of the right size; timed is the writing with what the store does in its idle hours, not the making of the readings. */
async function fill(side: TelemetrySide, readings: number, mix: Mix = 'all'): Promise<Filled> {
  const homes = Math.max(1, Math.ceil(readings / perHomeDay[mix] / dayCount))
  let [written, spent] = [0, 0]
  for (let day = 0; day < dayCount; day++) {
    const batches = Array.from({ length: 24 }, (_, hour) => hourOf({ homes, hour: day * 24 + hour, mix }))
    const from = performance.now()
    let underWay = Promise.resolve()
    for (const [hour, batch] of batches.entries()) {
      await underWay
      underWay = side.write(batch, day * 24 + hour)
      written += batch.length
      if (side.name !== 'embedded' || hour % sealedHours !== sealedHours - 1) continue
      await underWay
      await side.settle(day * 24 + hour)
    }
    await underWay
    spent += performance.now() - from
  }
  await side.settle((dayCount + 1) * 24)
  const counted = await side.count()
  if (counted !== written) throw new Error(`${side.name} was given ${written} readings and has ${counted}.`)
  return { readings: written, homes, perSecond: Math.round((written / spent) * 1_000), bytesPerReading: rounded(side.bytes() / written) }
}

type Asked = { week: { p50: number; p99: number }; fortnightHourly: { p50: number; p99: number } }

/** Times of questions about people drawn at random, in milliseconds. */
async function ask(side: TelemetrySide, homes: number, times: number): Promise<Asked> {
  const to = townStart + dayCount * 24 * hourMs
  const spent = { week: [] as number[], fortnightHourly: [] as number[] }
  for (let n = 0; n < times; n++) {
    const resident = residentOf((n * 7_919) % homes)
    const [week, fortnight] = [to - 7 * 24 * hourMs, to - 14 * 24 * hourMs]
    const [a, found] = await timed(() => side.readings({ resident, from: week, to }))
    const [b, hours] = await timed(() => side.hourly({ resident, from: fortnight, to }))
    if (found < 7 * 1_000 || hours < 14 * 24) throw new Error(`${side.name} answered with ${found} readings and ${hours} hours.`)
    spent.week.push(a)
    spent.fortnightHourly.push(b)
  }
  return { week: percentiles(spent.week), fortnightHourly: percentiles(spent.fortnightHourly) }
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const from = performance.now()
  const value = await work()
  return [performance.now() - from, value]
}

/** Bytes of one reading of a kind by itself, with the sums that are kept of it. */
async function bytesOf(mix: Mix): Promise<number> {
  const side = await openEmbeddedSide()
  const { bytesPerReading } = await fill(side, Math.min(wanted / 5, 3_000_000), mix)
  await side.end()
  return bytesPerReading
}

const seenHomes = short ? 5_000 : 100_000

/** Last seen of every device of all homes, from the register in memory. */
function lastSeen(): { devices: number; p50: number; p99: number } {
  const devices = Array.from(
    { length: seenHomes * 3 },
    (_, i): WatchedDevice => ({
      ...{
        id: `device-${i + 1}`,
        number: i + 1,
        siteId: 'site',
        residentId: `r-${Math.floor(i / 3)}`,
        residentNumber: Math.floor(i / 3) + 1,
      },
      ...{ gatewayId: i % 3 === 0 ? null : `device-${i - (i % 3) + 1}`, power: 'mains', heartbeatSeconds: i % 3 === 0 ? 60 : null },
      ...{ role: i % 3 === 0 ? 'terminal' : 'motion', room: '', building: String(Math.floor(i / 100)) },
    }),
  )
  const at = instant(townStart)
  const silence = openSilence({ devices, residents: [], pages: [], at })
  for (const { number } of devices) silence.heard({ number }, instant(at + number))
  const numbers = Uint32Array.from(devices, ({ number }) => number)
  // The first few look at it cold; a wall asks again and again.
  const spent = Array.from({ length: 60 }, () => {
    const from = performance.now()
    const { heardAt } = lastSeenOf(numbers, silence)
    if (heardAt[heardAt.length - 1] !== at + devices.length) throw new Error('The register has forgotten a device.')
    return performance.now() - from
  })
  return { devices: devices.length, ...percentiles(spent.slice(10)) }
}

console.log('machine', machine())
const embedded = await openEmbeddedSide()
const written = await fill(embedded, wanted)
console.log('embedded, written', written)
const asked = await ask(embedded, written.homes, short ? 5 : 60)
console.log('embedded, asked (ms)', asked)
await embedded.end()
const bytesPerHeartbeat = await bytesOf('heartbeats')
const bytesPerMotion = await bytesOf('motion')
console.log('bytes for each heartbeat', bytesPerHeartbeat, 'and movement', bytesPerMotion)
const seen = lastSeen()
console.log(`last seen of all devices of ${seenHomes} homes (ms)`, seen)

async function measureInflux(): Promise<(Filled & Asked) | null> {
  if (!hasProgram('influxd')) {
    console.log('skipped: influxd is not installed (Debian: apt install influxdb)')
    return null
  }
  const side = await openInfluxSide()
  const filled = await fill(side, wantedOfInflux)
  const result = { ...filled, ...(await ask(side, filled.homes, short ? 5 : 60)) }
  await side.end()
  return result
}
const influx = await measureInflux()
if (influx) console.log('influxdb', influx)

const bars: Record<string, boolean> = {
  '≤ 6 bytes for each heartbeat': bytesPerHeartbeat <= 6,
  'last seen of every device from the register ≤ 20 ms (p99)': seen.p99 <= 20,
  ...(influx && !short && { 'bulk write ≥ 10 × InfluxDB': written.perSecond >= 10 * influx.perSecond }),
  ...(influx && {
    'bytes on disk ≤ 0.5 × InfluxDB': written.bytesPerReading <= 0.5 * influx.bytesPerReading,
    "one resident's week ≤ 0.1 × InfluxDB": asked.week.p50 <= 0.1 * influx.week.p50,
  }),
}
for (const [bar, met] of Object.entries(bars)) console.log(met ? 'met   ' : 'MISSED', bar)
report({ embedded: { ...written, ...asked, bytesPerHeartbeat, bytesPerMotion }, influx, lastSeen: { homes: seenHomes, ...seen }, bars })
process.exit(0)
