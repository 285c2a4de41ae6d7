/** Telemetry on InfluxDB keeps the contract on a real server of every version there is one of, or named by INFLUX_TEST_URL. */
import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { settingsOf } from '../bench/lib/influxd.ts'
import { lacks, openLanes, useInfluxd } from './influx/lane.contract.ts'
import type { InfluxSettings } from './influx/settings.ts'
import { telemetryContract } from './telemetry.contract.ts'

const { open, settle, newFolder } = openLanes()

function contract(name: string, settingsFor: () => Promise<InfluxSettings>): void {
  telemetryContract(name, async () => {
    const settings = await settingsFor()
    const dataDir = newFolder()
    let now = await open(settings, dataDir)
    return {
      store: now.influx.telemetry,
      async reopen() {
        await now.influx.close()
        now = await open(settings, dataDir)
        return now.influx.telemetry
      },
      settle: () => settle(now),
      end: () => now.influx.close(),
    }
  })
}

describe('InfluxDB 1.x, as Debian ships it', { skip: lacks('influxd') }, () => {
  const { newDatabase } = useInfluxd()
  contract('influxdb 1.x', newDatabase)
})

const other = process.env.INFLUX_TEST_URL
describe('another server, named by INFLUX_TEST_URL', { skip: !other }, () => {
  const { INFLUX_TEST_TOKEN: token = '', INFLUX_TEST_ORG: org = '', INFLUX_TEST_BUCKET: bucket = '' } = process.env
  // A measurement for each test: they all share the bucket.
  contract(other ?? '(none)', async () => settingsOf(other ?? '', '', { token, org, bucket, measurement: `reading-${randomUUID()}` }))
})
