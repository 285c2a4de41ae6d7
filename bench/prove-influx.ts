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
report(result)
process.exit(result.missing === 0 && result.duplicated === 0 ? 0 : 1)
