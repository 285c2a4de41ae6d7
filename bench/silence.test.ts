/** The silence detector on homes that never existed: it keeps near its budget, notices, and no outage makes an alarm. */
import { describe, expect, test } from 'vitest'
import { livedHome } from '../devices-sim/homes-year.ts'
import { baselines, openBaseline } from './lib/silence-baselines.ts'
import { holdEverythingOut } from './lib/silence-held-out.ts'
import { hour } from './lib/silence-homes.ts'
import { coldTrials, gapAfter, wholeTrial } from './lib/silence-protocol.ts'
import { runOurs } from './lib/silence-run.ts'
import { countFalse, poisson } from './lib/silence-score.ts'
import { detectedDespiteStrays } from './lib/silence-stray.ts'
import { judgeCauses, syntheticHomes } from './lib/silence-synthetic.ts'
import { judgeUniform } from './lib/silence-uniform.ts'

const homes = syntheticHomes(8, 60)
const trials = homes.map((home) => wholeTrial(home, 7))

describe('the synthetic homes', () => {
  test('are the same every time, and hold every kind of trouble', () => {
    expect(livedHome(3, { days: 20, seed: 5 })).toEqual(livedHome(3, { days: 20, seed: 5 }))
    const causes = new Set(homes.flatMap(({ lived }) => lived.map(({ why }) => why)))
    expect([...causes].sort()).toEqual(['clock change', 'guest', 'holiday', 'illness', 'power cut', 'sensor outage'])
  })

  test('the night of a changed clock is as long as it was', () => {
    const home = homes.find(({ lived }) => lived.some(({ why }) => why === 'clock change'))
    const change = home?.lived.find(({ why }) => why === 'clock change')
    if (!home || !change) throw new Error('no home lives where clocks change')
    const nights = [...home.at].flatMap((at, index) => (at > change.from - 12 * hour && at < change.to ? [gapAfter(home, index)] : []))
    expect(Math.max(...nights)).toBeLessThan(16 * hour)
    expect(nights.every((gap) => gap >= 0)).toBe(true)
  })
})

describe('ours', () => {
  const byBudget = runOurs(trials, [0.5, 2])
  const [half, two] = [byBudget['0.5'], byBudget['2']]
  if (!half || !two) throw new Error('not judged')

  test('keeps near the budget it was given', () => {
    expect(half.faPerMonth).toBeLessThan(1.2)
    expect(two.faPerMonth).toBeLessThan(3.2)
    expect(two.fa).toBeGreaterThan(half.fa)
  })

  test('notices within hours, and sooner at a higher budget', () => {
    expect(half.mean).toBeLessThan(7.5)
    expect(half.p90).toBeLessThan(12)
    expect(half.detected12h).toBeGreaterThan(0.85)
    expect(two.p50).toBeLessThan(half.p50)
  })

  test('is useful after three days', () => {
    const cold = runOurs(
      homes.flatMap((home) => coldTrials(home, 3, 11)),
      [0.5],
    )['0.5']
    expect(cold?.faPerMonth).toBeLessThan(1.5)
    expect(cold?.mean).toBeLessThan(8)
  })

  test('is not fooled by a sensor that fires alone every six hours', () => {
    expect(detectedDespiteStrays(trials, 0.5)).toBeGreaterThanOrEqual(0.95)
  })

  test('no outage makes an alarm', () => {
    expect(judgeCauses(homes, 0.5)).toMatchObject({ 'sensor outage': 0, 'power cut': 0 })
  })
})

test('it worries sooner than a fixed limit that makes as many false alarms', () => {
  const ours = runOurs(trials, [0.5])['0.5']
  const fixed = baselines.find(({ name }) => name === 'fixed')
  if (!fixed || !ours) throw new Error('not judged')
  const judgeAt = openBaseline(fixed, trials)
  const equal = fixed.tunings.find(
    (hours) => judgeAt(hours).reduce((sum, { trial, limits }) => sum + countFalse(trial, limits), 0) <= ours.fa,
  )
  expect(ours.mean).toBeLessThan((equal ?? 0) - 1)
})

test('silent deaths in bed are noticed too, and sooner because somebody asks in the morning', () => {
  const { alarm, asked, inBed, onsets } = judgeUniform(trials, 7)
  expect(onsets).toBeGreaterThan(2_000)
  expect(alarm.p90).toBeLessThan(12)
  expect(inBed.asked.mean).toBeLessThan(inBed.alarm.mean - 0.5)
  expect(asked.p90).toBeLessThanOrEqual(alarm.p90)
})

test('with every constant chosen on the other homes the figures are much the same', () => {
  const few = trials.slice(0, 3)
  const held = holdEverythingOut(few, [], { budget: 0.5, draws: 12 })
  expect(held?.score.mean).toBeLessThan(8)
  expect(Object.keys(held?.spread ?? {})).toContain('endShare')
  expect(holdEverythingOut(few.slice(0, 2), [], { budget: 0.5 })).toBeUndefined()
})

test('the intervals are the exact ones of Poisson', () => {
  // Garwood 1936: of 5 events 1.623 … 11.668; of none 0 … 3.689.
  expect(poisson(5, 1)[0]).toBeCloseTo(1.623, 2)
  expect(poisson(5, 1)[1]).toBeCloseTo(11.668, 2)
  expect(poisson(0, 1)[1]).toBeCloseTo(3.689, 2)
  expect(poisson(500, 1)[0]).toBeCloseTo(457.1, 0)
})
