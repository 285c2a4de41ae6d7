/** The platform as a real process, killed twenty times while fifty people press, copied in the middle of a write, and run on a full disk. */
import { expect, test } from 'vitest'
import { proveFullDisk, proveKills, proveTorn } from '../bench/lib/kill.ts'

test('twenty times kill -9: no thanked press is lost, and each press is the cause of exactly one alarm', { timeout: 180_000 }, async () => {
  const result = await proveKills(20)
  expect(result.acknowledged).toBe(result.pressed)
  expect(result.acknowledged).toBeGreaterThan(200)
  expect(result.lateResends).toBeGreaterThan(10)
  expect({
    lost: result.lostAcknowledged,
    missing: result.missingAlarms,
    duplicate: result.duplicateAlarms,
    afterResolve: result.changedAfterResolve,
  }).toEqual({
    ...{ lost: 0, missing: 0, duplicate: 0, afterResolve: 0 },
  })
})

test('a torn copy of database and log opens, with every press that was thanked before', { timeout: 120_000 }, async () => {
  expect(await proveTorn(5)).toEqual({ copies: 5, lostAcknowledged: 0, refused: 0 })
})

test('on a full disk presses are still recorded and thanked', { timeout: 120_000 }, async ({ skip }) => {
  const result = await proveFullDisk(1_000)
  if (!result) return skip('mounting a small file system is not permitted here')
  expect(result.acknowledged).toBeGreaterThanOrEqual(1_000)
  expect({ lost: result.lostAcknowledged, duplicate: result.duplicateAlarms }).toEqual({ lost: 0, duplicate: 0 })
})
