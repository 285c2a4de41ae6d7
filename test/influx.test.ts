/** The platform as a real process on a real influxd that is killed, refuses, tires, hangs, stores half and breaks off: every thanked reading is there or reported dropped. */
import { expect, test } from 'vitest'
import { proveInflux } from '../bench/lib/influx-proof.ts'
import { lacks } from '../store/influx/lane.contract.ts'

test('whatever happens to InfluxDB, no thanked reading is missing and none is there twice', {
  timeout: 300_000,
  skip: lacks('influxd'),
}, async () => {
  const { writes, ...result } = await proveInflux({ homes: 40, seconds: 1.5, elsewhere: false })
  expect(result).toMatchObject({ missing: 0, duplicated: 0 })
  expect(result.sent).toBe(result.stored + result.reportedDropped)
  expect(result.reportedDropped).toBeGreaterThan(0)
  // Every trouble was met, and in the end every batch was taken with 204.
  expect(Object.keys(writes)).toEqual(expect.arrayContaining(['204', '503', '429', '401', 'hang', 'partial', 'unanswered']))
})
