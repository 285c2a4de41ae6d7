/** `npm run influx:setup [-- --day-begins 16h] [-- --again DAYS]`: sets InfluxDB up; `--again` also sums up the last days anew (1.x). Settings come from the environment. */
import { parseArgs } from 'node:util'
import { readConfig } from '../../config.ts'
import { systemClock } from '../../domain/clock.ts'
import { openClient } from './client.ts'
import { dayBeginsDefault } from './downsampling.ts'
import { InfluxRefusal } from './server.ts'
import { influxSettingsOf, timingsDefault } from './settings.ts'
import { setUp, sumUpAgain } from './setup.ts'
import { troubleOf } from './trouble.ts'

const { values } = parseArgs({ options: { 'day-begins': { type: 'string', default: dayBeginsDefault }, again: { type: 'string' } } })
const dayBegins = values['day-begins']
const settings = influxSettingsOf(readConfig(process.env))
if (settings.url === '' || !/^\d{1,2}h$/.test(dayBegins)) {
  console.error(
    settings.url === '' ? 'Set INFLUX_URL first; docs/telemetry.md says how.' : '--day-begins is hours after midnight UTC, such as 16h.',
  )
  process.exit(78)
}
const client = openClient(settings, { requestMs: values.again ? 3_600_000 : timingsDefault.requestMs })
try {
  const tell = (line: string) => console.log(line)
  await setUp({ client, settings, tell, dayBegins })
  if (values.again) await sumUpAgain({ client, settings, tell, dayBegins }, Number.parseInt(values.again, 10))
} catch (error) {
  const { sentence } = error instanceof InfluxRefusal ? error.trouble : troubleOf(error, settings, systemClock.now())
  console.error(sentence)
  process.exit(69)
}
