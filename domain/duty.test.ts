/** Who is on duty: over midnight, on days when clocks change, with swaps; and that the clock is never left uncovered between two shifts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayIn, dayPlus } from './calendar.ts'
import {
  type DutyException,
  exceptionProblem,
  mayRead,
  momentOf,
  onDutyAt,
  type Rota,
  type Shift,
  turnsAt,
  turnsOf,
  weekdayOf,
} from './duty.ts'
import { minuteOf } from './reach.ts'
import { type Instant, instant } from './time.ts'

const everyDay = [1, 2, 3, 4, 5, 6, 7]
const shift = (id: string, change: Partial<Shift> = {}): Shift => ({
  ...{ id, siteId: 'a', name: id, weekdays: everyDay, from: 8 * 60, until: 20 * 60, personIds: [`${id}-1`], firstDay: '', lastDay: '' },
  ...change,
})
const swap = (change: Partial<DutyException>): DutyException => ({
  ...{ id: 'x', siteId: 'a', shiftId: 'night', day: '2026-11-22', out: '', in: '', note: '' },
  ...change,
})
const rotaOf = (shifts: readonly Shift[], exceptions: readonly DutyException[] = [], timeZone = 'Asia/Shanghai'): Rota => ({
  ...{ timeZone, shifts, exceptions },
})
const at = (text: string): Instant => instant(Date.parse(text))
const night = shift('night', { from: 20 * 60, until: 8 * 60 })

describe('who is on duty', () => {
  test('a night shift belongs to the day it began on, also after midnight', () => {
    const rota = rotaOf([{ ...night, weekdays: [7] }])
    expect(weekdayOf('2026-11-22')).toBe(7)
    expect(onDutyAt(rota, at('2026-11-22T19:59:00+08:00'))).toEqual([])
    expect(onDutyAt(rota, at('2026-11-22T20:00:00+08:00'))).toEqual(['night-1'])
    expect(onDutyAt(rota, at('2026-11-23T07:59:59+08:00'))).toEqual(['night-1'])
    expect(onDutyAt(rota, at('2026-11-23T08:00:00+08:00'))).toEqual([])
  })

  test('sick, swapped and helped: only that night, and in all of it', () => {
    const changes = [swap({ id: '1', out: 'night-1', in: 'wang' }), swap({ id: '2', in: 'li' })]
    const rota = rotaOf([night], changes)
    expect(onDutyAt(rota, at('2026-11-22T23:00:00+08:00'))).toEqual(['wang', 'li'])
    expect(onDutyAt(rota, at('2026-11-23T07:00:00+08:00'))).toEqual(['wang', 'li'])
    expect(onDutyAt(rota, at('2026-11-23T23:00:00+08:00'))).toEqual(['night-1'])
    expect(onDutyAt(rotaOf([night], [swap({ out: 'night-1' })]), at('2026-11-23T03:00:00+08:00'))).toEqual([])
  })

  test('a shift has a first and a last day', () => {
    const rota = rotaOf([{ ...night, firstDay: '2026-11-22', lastDay: '2026-11-22' }])
    expect(onDutyAt(rota, at('2026-11-21T23:00:00+08:00'))).toEqual([])
    expect(onDutyAt(rota, at('2026-11-23T03:00:00+08:00'))).toEqual(['night-1'])
    expect(onDutyAt(rota, at('2026-11-23T23:00:00+08:00'))).toEqual([])
  })

  test('the night on which clocks change is 11 or 13 hours long and has nobody twice', () => {
    const length = (zone: string, day: string) => {
      const [turn] = turnsOf(rotaOf([night], [], zone), [day])
      return turn ? (turn.until - turn.from) / 3_600_000 : 0
    }
    expect(length('Europe/Berlin', '2026-03-28')).toBe(11)
    expect(length('Europe/Berlin', '2026-10-24')).toBe(13)
    expect(length('Asia/Shanghai', '2026-10-24')).toBe(12)
  })

  test('a time that does not come is the jump, a time that comes twice is the first one', () => {
    expect(momentOf('Europe/Berlin', '2026-03-29', 150)).toBe(at('2026-03-29T03:00:00+02:00'))
    expect(momentOf('Europe/Berlin', '2026-10-25', 150)).toBe(at('2026-10-25T02:30:00+02:00'))
    // Lord Howe moves its clocks by half an hour; Santiago has no midnight on the day they go forward.
    expect(momentOf('Australia/Lord_Howe', '2026-10-04', 135)).toBe(at('2026-10-04T02:30:00+11:00'))
    expect(momentOf('America/Santiago', '2026-09-06', 0)).toBe(at('2026-09-06T01:00:00-03:00'))
  })
})

describe('drawn rotas', () => {
  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Pacific/Chatham']
  const moments = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) })

  test('shifts that meet on the clock leave no moment uncovered and none doubly covered, whatever the clocks do', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 1_439 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.constantFrom(...zones), cuts, moments, (zone, unsorted, time) => {
        const sorted = unsorted.toSorted((a, b) => a - b)
        const shifts = sorted.map((from, index) => shift(`s${index}`, { from, until: sorted[(index + 1) % sorted.length] ?? from }))
        expect(onDutyAt(rotaOf(shifts, [], zone), instant(time))).toHaveLength(1)
      }),
    )
  })

  test('away from the days when clocks change, it is what a look at the clock says', () => {
    const drawn = fc.record({
      weekdays: fc.subarray(everyDay, { minLength: 1 }),
      from: fc.integer({ min: 0, max: 1_439 }),
      until: fc.integer({ min: 0, max: 1_439 }),
    })
    fc.assert(
      fc.property(drawn, moments, (given, time) => {
        const now = instant(time)
        const today = dayIn('Asia/Shanghai', now)
        const minute = minuteOf('Asia/Shanghai', now)
        const over = given.until <= given.from
        const begins = (day: string) => given.weekdays.includes(weekdayOf(day))
        const expected = over
          ? (begins(today) && minute >= given.from) || (begins(dayPlus(today, -1)) && minute < given.until)
          : begins(today) && minute >= given.from && minute < given.until
        expect(turnsAt(rotaOf([shift('s', given)]), now).length > 0).toBe(expected)
      }),
    )
  })

  test('the first moment of a local time is in order with the clock', () => {
    const drawn = fc.record({ day: fc.integer({ min: 0, max: 1_000 }), minute: fc.integer({ min: 0, max: 1_438 }) })
    fc.assert(
      fc.property(fc.constantFrom(...zones), drawn, (zone, { day, minute }) => {
        const named = dayPlus('2025-01-01', day)
        expect(momentOf(zone, named, minute + 1)).toBeGreaterThanOrEqual(momentOf(zone, named, minute))
        expect(momentOf(zone, dayPlus(named, 1), 0)).toBeGreaterThanOrEqual(momentOf(zone, named, minute + 1))
      }),
    )
  })
})

describe('what is refused', () => {
  const rota = rotaOf([night, shift('day', { weekdays: [1] })])
  test.each([
    [swap({ shiftId: 'gone', in: 'li' }), 'There is no such shift at this site.'],
    [swap({ day: '2026-02-30', in: 'li' }), 'The day must be written as 2026-11-22.'],
    [swap({ shiftId: 'day', in: 'li' }), 'This shift does not begin on that day.'],
    [swap({}), 'Say who is off, who comes instead, or both.'],
    [swap({ out: 'stranger' }), 'This person is not in that shift on that day.'],
    [swap({ in: 'night-1' }), 'This person is in that shift already.'],
    [swap({ out: 'night-1', in: 'li' }), null],
  ])('%#', (change, why) => expect(exceptionProblem(rota, change)?.message ?? null).toBe(why))
})

test('a hand-over is read by the next shift, not by who wrote it, unless that person is the next shift', () => {
  const note = {
    ...{ id: 'n', siteId: 'a', by: 'night-1', byName: '', at: at('2026-11-22T19:50:00+08:00'), text: '' },
    ...{ alarmIds: [], readBy: '', readAt: null },
  }
  expect(mayRead(note, 'li', [])).toBe(true)
  expect(mayRead(note, 'night-1', turnsAt(rotaOf([night]), at('2026-11-22T19:55:00+08:00')))).toBe(false)
  expect(mayRead(note, 'night-1', turnsAt(rotaOf([night]), at('2026-11-22T20:05:00+08:00')))).toBe(true)
})
