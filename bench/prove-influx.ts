/** `npm run prove:influx [-- --short] [-- --only killed,hangs]`: whatever happens to InfluxDB, every thanked reading is in it or reported dropped, and the wall never notices. Ends with code 1 when not. */
import { parseArgs } from 'node:util'
import { report } from './lib/figures.ts'
import { proveInflux } from './lib/influx-proof.ts'
import { troubleNames } from './lib/influx-troubles.ts'
import { hasProgram } from './lib/influxd.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, short: { type: 'boolean' }, homes: { type: 'string', default: '60' }, only: { type: 'string' } },
})
if (!hasProgram('influxd')) {
  console.error('influxd is not installed (Debian: apt-get install influxdb).')
  process.exit(69)
}
const seconds = values.short ? 2 : 30
console.log(`heartbeats, motion and presses of ${values.homes} homes; ${seconds} s of calm before each trouble of ${seconds} s:`)
const only = values.only?.split(',') ?? troubleNames
const result = await proveInflux({ homes: Number(values.homes), seconds, elsewhere: true, only, tell: (line) => console.log(line) })
console.log(result)
/** A call for help may be this much later while InfluxDB is in trouble. The control says what chance alone makes of it. */
const slowerMost = 1.1
const { wallP99Ratio: ratio, controlP99Ratio: control, wallP50Before, wallP50During } = result
const shown = `${ratio.value} (${ratio.low} to ${ratio.high}; where nothing happened ${control.value})`
const bars: readonly [string, boolean][] = [
  [`missing ${result.missing}, duplicated ${result.duplicated}: bar 0`, result.missing === 0 && result.duplicated === 0],
  [`press to wall, p99 in trouble by p99 before: ${shown}: bar ${slowerMost}`, ratio.value <= slowerMost],
  [`the same at p50: ${wallP50During} by ${wallP50Before} ms: bar ${slowerMost}`, wallP50During <= wallP50Before * slowerMost],
]
for (const [bar, met] of bars) console.log(met ? 'met   ' : 'MISSED', bar)
report(result)
process.exit(result.missing === 0 && result.duplicated === 0 ? 0 : 1)
