/** `npm run influx:setup [-- --again DAYS]`: sets InfluxDB up; `--again` also sums up the last days anew (1.x). Settings come from the environment. */
import { parseArgs } from 'node:util'
import { readConfig } from '../../config.ts'
import { systemClock } from '../../domain/clock.ts'
import { openClient } from './client.ts'
import { InfluxRefusal } from './server.ts'
import { influxSettingsOf, timingsDefault } from './settings.ts'
import { setUp, sumUpAgain } from './setup.ts'
import { troubleOf } from './trouble.ts'

const { values } = parseArgs({ options: { again: { type: 'string' } } })
const settings = influxSettingsOf(readConfig(process.env))
if (settings.url === '') {
  console.error('Set INFLUX_URL first; docs/telemetry.md says how.')
  process.exit(78)
}
const client = openClient(settings, { requestMs: values.again ? 3_600_000 : timingsDefault.requestMs })
try {
  const tell = (line: string) => console.log(line)
  await setUp({ client, settings, tell })
  if (values.again) await sumUpAgain({ client, settings, tell }, Number.parseInt(values.again, 10))
} catch (error) {
  const { sentence } = error instanceof InfluxRefusal ? error.trouble : troubleOf(error, settings, systemClock.now())
  console.error(sentence)
  process.exit(69)
}
