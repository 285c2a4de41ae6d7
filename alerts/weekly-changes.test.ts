/** The weekly notice: the week that ended on Sunday, worked out once, for those who changed and nobody else. */
import { expect, test } from 'vitest'
import { dayNumber, dayPlus } from '../domain/calendar.ts'
import { seconds } from '../domain/time.ts'
import { exampleHome, exampleResident, exampleSite } from '../store/people.examples.contract.ts'
import type { StoredDay } from '../store/store.ts'
import { openVirtualClock } from '../test/virtual-clock.ts'
import { startWeeklyChanges } from './weekly-changes.ts'

/** Resident 1 goes on as ever; resident 2 is half as active since 16 November. */
function dayOf(resident: number, day: string): StoredDay {
  const activeMinutes = resident === 2 && day >= '2026-11-16' ? 90 : 200 + (dayNumber(day) % 7)
  return {
    ...{ resident, day, heardHours: 24, asleepAt: null, wokeAt: null, firstUpAt: null, nightBathroomVisits: null },
    ...{ activeMinutes, outMinutes: null },
  }
}

test('who changed is told after the Sunday, and the week is not worked out twice', async () => {
  // Monday 23 November, 09:00 in Shanghai.
  const clock = openVirtualClock(Date.UTC(2026, 10, 23, 1))
  const asked: string[] = []
  const people = [1, 2].map((number) => ({ resident: { ...exampleResident(`r${number}`), number }, home: exampleHome('h') }))
  const watch = startWeeklyChanges({
    directory: { sites: async () => [exampleSite('s')], residents: async () => people },
    history: {
      async days({ resident, from, to }) {
        asked.push(`${resident} ${from} ${to}`)
        const length = dayNumber(to) - dayNumber(from) + 1
        return Array.from({ length }, (_, index) => dayOf(resident, dayPlus(from, index)))
      },
    },
    ...{ clock, log: () => {}, restMs: 1 },
  })
  expect(watch.of('s')).toEqual({ lastDay: null, people: [] })
  const done = watch.run()
  for (let second = 0; second < 5; second += 1) await clock.advance(seconds(1))
  await done
  expect(watch.of('s')).toEqual({
    lastDay: '2026-11-22',
    people: [{ residentId: 'r2', changes: [{ kind: 'less-active', before: 203, now: 90 }] }],
  })
  expect(asked).toEqual(['1 2026-10-19 2026-11-22', '2 2026-10-19 2026-11-22'])
  await watch.run()
  expect(asked).toHaveLength(2)
  await watch.stop()
})
