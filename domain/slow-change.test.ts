/** A slow decline is seen, one odd day and an ordinary life are not. */
import { expect, test } from 'vitest'
import { dayPlus, startOfDay } from './calendar.ts'
import type { DayFacts } from './daily.ts'
import { slowChanges } from './slow-change.ts'
import { instant } from './time.ts'

const timeZone = 'Asia/Shanghai'
const lastDay = '2026-11-22'

/** Day n before the last one; a life that wavers a little. */
function life(of: (ago: number) => Partial<Record<'active' | 'up' | 'nights' | 'out', number | null>>): DayFacts[] {
  return Array.from({ length: 35 }, (_, ago) => {
    const day = dayPlus(lastDay, -ago)
    const { active = 200 + ((ago * 37) % 40), up = 420 + ((ago * 17) % 30), nights = 1 + (ago % 2), out = 60 } = of(ago)
    const at = (minute: number | null) => (minute === null ? null : instant(startOfDay(timeZone, day) + minute * 60_000))
    return {
      ...{ day, heardHours: 24, asleepAt: null, wokeAt: at(up), firstUpAt: at(up) },
      ...{ nightBathroomVisits: nights, activeMinutes: active, outMinutes: out },
    }
  })
}
const found = (days: readonly DayFacts[]) => slowChanges(days, { lastDay, timeZone }).map(({ kind }) => kind)

test('an ordinary life, and one odd day in it, are no change', () => {
  expect(found(life(() => ({})))).toEqual([])
  expect(found(life((ago) => (ago === 2 ? { active: 10, up: 800, nights: 9, out: 0 } : {})))).toEqual([])
})

test('a week with less activity, later mornings, more nights up and no way out is told, with what it was and is', () => {
  const days = life((ago) => (ago < 7 ? { active: 120, up: 500, nights: 4, out: 5 } : {}))
  expect(found(days)).toEqual(['less-active', 'up-later', 'more-nights', 'out-less'])
  expect(slowChanges(days, { lastDay, timeZone })[1]).toEqual({ kind: 'up-later', before: expect.closeTo(434, -1), now: 500 })
})

test('better is no worry, and too few known days say nothing', () => {
  expect(found(life((ago) => (ago < 7 ? { active: 400, up: 380, nights: 0, out: 200 } : {})))).toEqual([])
  expect(found(life((ago) => (ago < 7 ? { active: ago < 4 ? 50 : null } : {})))).toEqual([])
  expect(found(life((ago) => ({ active: ago < 7 ? 50 : ago < 18 ? 220 : null })))).toEqual([])
})
