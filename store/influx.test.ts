/** Telemetry on InfluxDB keeps the contract on a real server of every version there is one of, or named by INFLUX_TEST_URL. */
import { randomUUID } from 'node:crypto'
import { afterEach, describe } from 'vitest'
import { type Face, openFace } from '../bench/lib/api-v2.ts'
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

  // No 2.x or 3 is packaged here: their HTTP as documented, over the real storage of 1.x.
  const faces: Face[] = []
  afterEach(async () => {
    for (const face of faces.splice(0)) await face.close()
  })
  for (const major of [2, 3] as const) {
    contract(`the HTTP of ${major}`, async () => {
      const { url: upstream, database: bucket } = await newDatabase()
      const face = await openFace({ upstream, major, token: 'good', org: 'o', bucket })
      faces.push(face)
      return settingsOf(face.url, '', { token: 'good', org: 'o', bucket })
    })
  }
})

const other = process.env.INFLUX_TEST_URL
describe('another server, named by INFLUX_TEST_URL', { skip: !other }, () => {
  const { INFLUX_TEST_TOKEN: token = '', INFLUX_TEST_ORG: org = '', INFLUX_TEST_BUCKET: bucket = '' } = process.env
  // A measurement for each test: they all share the bucket.
  contract(other ?? '(none)', async () => settingsOf(other ?? '', '', { token, org, bucket, measurement: `reading-${randomUUID()}` }))
})
