/** How far a clock is off: found among late messages, and not claimed of too few. */
import { expect, test } from 'vitest'
import { clockOffOf, isClockWrong, newDrift, noteClaim } from './drift.ts'
import { instant } from './time.ts'

/** A clock that is off by `offMs`; each message comes `lateMs` late. */
function driftOf(offMs: number, lateMs: readonly number[]) {
  const drift = newDrift()
  for (const [index, late] of lateMs.entries()) {
    const sentAt = 1_800_000_000_000 + index * 60_000
    noteClaim(drift, instant(sentAt + offMs), instant(sentAt + late))
  }
  return clockOffOf(drift)
}

test('late messages do not make a right clock wrong, nor hide a wrong one', () => {
  const late = [200, 90_000, 300, 240, 45_000, 120, 3_600_000, 500]
  expect(driftOf(0, late)).toMatchObject({ seconds: 0, samples: 8 })
  expect(isClockWrong(driftOf(0, late))).toBe(false)
  expect(driftOf(120_000, late)?.seconds).toBe(120)
  expect(driftOf(-28_800_000, late)?.seconds).toBe(-28_800)
  expect(isClockWrong(driftOf(-28_800_000, late))).toBe(true)
})

test('one nonsense among fifteen is no clock; four messages are none either; what was set right is soon right', () => {
  const drift = newDrift()
  for (let index = 0; index < 15; index += 1) noteClaim(drift, instant(index === 4 ? 2_000_000 : 1_000_000), instant(1_000_000))
  expect(clockOffOf(drift)?.seconds).toBe(0)
  expect(driftOf(600_000, [0, 0, 0, 0])).toBeNull()
  expect(clockOffOf(undefined)).toBeNull()
  const mended = newDrift()
  for (let index = 0; index < 30; index += 1) noteClaim(mended, instant(index < 15 ? 900_000 : 0), instant(0))
  expect(clockOffOf(mended)?.seconds).toBe(0)
})
