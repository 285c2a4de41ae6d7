/** Days are read from what sensors saw as a person would read them, also where clocks change. */
import { describe, expect, test } from 'vitest'
import { dayIn, dayNumber, dayPlus, daySpan, dayText } from './calendar.ts'
import { type DayInput, dayFacts, isActivity } from './daily.ts'
import type { Reading, ReadingKind } from './reading.ts'
import { instant } from './time.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

describe('local days', () => {
  test.each([
    { timeZone: 'Asia/Shanghai', day: '2026-11-22', begins: '2026-11-21T16:00:00Z', length: 24 },
    { timeZone: 'Europe/Berlin', day: '2026-03-29', begins: '2026-03-28T23:00:00Z', length: 23 },
    { timeZone: 'Europe/Berlin', day: '2026-10-25', begins: '2026-10-24T22:00:00Z', length: 25 },
    { timeZone: 'Asia/Kathmandu', day: '2026-01-01', begins: '2025-12-31T18:15:00Z', length: 24 },
    // Clocks go forward at midnight: the day begins at 01:00.
    { timeZone: 'Africa/Cairo', day: '2026-04-24', begins: '2026-04-23T22:00:00Z', length: 23 },
    // Clocks go back from 24:00 to 23:00: the day before has 25 hours.
    { timeZone: 'America/Asuncion', day: '2023-03-25', begins: '2023-03-25T03:00:00Z', length: 25 },
  ])('$timeZone $day begins at $begins and has $length hours', ({ timeZone, day, begins, length }) => {
    const { from, to } = daySpan(timeZone, day)
    expect(new Date(from).toISOString()).toBe(begins.replace('Z', '.000Z'))
    expect((to - from) / hourMs).toBe(length)
    expect(dayIn(timeZone, from)).toBe(day)
    expect(dayIn(timeZone, instant(to - 1))).toBe(day)
  })

  test('days are counted over months and leap years, and what is no day is NaN', () => {
    expect(dayPlus('2024-02-28', 2)).toBe('2024-03-01')
    expect(dayPlus('2026-01-01', -1)).toBe('2025-12-31')
    expect(dayText(dayNumber('1999-12-31'))).toBe('1999-12-31')
    for (const bad of ['2026-02-30', '2026-1-1', '', 'today', '2026-13-01']) expect(dayNumber(bad)).toBeNaN()
  })
})

const day = '2026-11-22'
const timeZone = 'Asia/Shanghai'
const midnight = daySpan(timeZone, day).from
const devices: DayInput['devices'] = [
  { number: 1, role: 'terminal', room: '客厅' },
  { number: 2, role: 'motion', room: '卧室' },
  { number: 3, role: 'motion', room: '卫生间' },
  { number: 4, role: 'motion', room: '厨房' },
  { number: 5, role: 'front-door', room: '入户门' },
]
/** `hours` after local midnight; negative is the evening before. */
const at = (hours: number) => instant(midnight + Math.round(hours * 60) * minuteMs)
const reading = (device: number, hours: number, of: Partial<Reading>): Reading => ({
  ...{ device, resident: 1, kind: 'motion', at: at(hours), value: 1 },
  ...of,
})
const door = (hours: number, value: 0 | 1) => reading(5, hours, { kind: 'door', value })
const seen = (device: number, ...hours: number[]) => hours.map((hour) => reading(device, hour, {}))
const beats = (from = -6, to = 24) =>
  Array.from({ length: (to - from) * 4 }, (_, i) => reading(1, from + i / 4, { kind: 'heartbeat', value: -60 }))
const facts = (readings: readonly Reading[], more: Partial<DayInput> = {}) =>
  dayFacts({ day, timeZone, devices, readings: [...readings].sort((a, b) => a.at - b.at), ...more })

/** Every ten minutes somewhere, as long as somebody is up. */
const about = (from: number, to: number) => seen(4, ...Array.from({ length: Math.floor((to - from) * 6) }, (_, i) => from + i / 6))
const ordinary = () => [
  ...[...beats(), ...about(-6, -1.5), ...seen(2, -1.4, -1.2)],
  ...[...seen(2, 2.0), ...seen(3, 2.05, 2.1), ...seen(2, 2.15), ...seen(3, 5.0), ...seen(2, 5.1)],
  ...[...seen(2, 6.5), ...about(6.6, 22.5)],
]

describe('a day', () => {
  test('an ordinary one: asleep, up twice, awake, about', () => {
    const { nightBathroomVisits, asleepAt, wokeAt, firstUpAt, heardHours, activeMinutes, outMinutes } = facts(ordinary())
    expect([asleepAt, wokeAt, firstUpAt]).toEqual([at(-1.2), at(6.5), at(6.6)])
    expect(nightBathroomVisits).toBe(2)
    expect(heardHours).toBe(24)
    expect(activeMinutes).toBeGreaterThan(95)
    expect(outMinutes).toBe(0)
  })

  test('two movements within ten minutes are one visit, and visits of the day are not counted', () => {
    const day = [...ordinary(), ...seen(3, 2.2, 14, 15)]
    expect(facts(day).nightBathroomVisits).toBe(2)
  })

  test('out is from the door to the door with nobody seen inside; a visitor at the door is not', () => {
    const quiet = ordinary().filter(({ kind, at: moment }) => kind !== 'motion' || moment < at(9) || moment > at(11))
    const out = [...quiet, door(9, 1), door(9.01, 0), door(11, 1), door(11.01, 0)]
    expect(facts(out).outMinutes).toBe(119)
    const visitor = [...ordinary(), door(15, 1), door(15.01, 0)]
    expect(facts(visitor).outMinutes).toBe(0)
  })

  test('a night away from home is no sleep of this home', () => {
    const away = [...[...beats(), ...about(-6, -4), door(-3.9, 1), door(-3.89, 0)], ...[door(9, 1), door(9.01, 0), ...about(9.1, 22)]]
    expect(facts(away)).toMatchObject({ asleepAt: null, wokeAt: null, outMinutes: 9 * 60 })
  })

  test('what was not heard is not known, rather than quiet', () => {
    const silent = ordinary().filter(({ at: moment }) => moment < at(-1) || moment > at(6.5))
    expect(facts(silent)).toMatchObject({ asleepAt: null, wokeAt: null, nightBathroomVisits: null })
    expect(facts(ordinary().filter(({ at: moment }) => moment < at(8)))).toEqual({
      ...{ day, heardHours: 8, asleepAt: null, wokeAt: null, firstUpAt: null },
      ...{ nightBathroomVisits: null, activeMinutes: null, outMinutes: null },
    })
  })

  test('a home without a sensor for it says nothing of it', () => {
    const known = facts(ordinary(), { devices: devices.slice(0, 2) })
    expect(known).toMatchObject({ nightBathroomVisits: null, outMinutes: null })
    expect(known.wokeAt).not.toBeNull()
  })

  test('an hour that comes twice is still one night', () => {
    const [zone, autumn] = ['Europe/Berlin', '2026-10-25']
    const start = daySpan(zone, autumn).from
    const shifted = ordinary().map((r) => ({ ...r, at: instant(r.at - midnight + start) }))
    const late = [...shifted, ...about(24, 24.9).map((r) => ({ ...r, at: instant(r.at - midnight + start) }))]
    const { asleepAt, heardHours } = facts(late, { day: autumn, timeZone: zone })
    expect(asleepAt).toBe(start - 1.2 * hourMs)
    expect(heardHours).toBe(25)
  })
})

test('only what a person does is activity', () => {
  const yes: [ReadingKind, number][] = [
    ['motion', 1],
    ['presence', 1],
    ['door', 0],
    ['door', 1],
    ['bed', 0],
    ['vibration', 1],
    ['button', 1],
  ]
  const no: [ReadingKind, number][] = [
    ['motion', 0],
    ['presence', 0],
    ['heartbeat', -60],
    ['battery', 80],
    ['temperature', 21],
    ['power', 1],
  ]
  for (const [kind, value] of yes) expect(isActivity({ kind, value })).toBe(true)
  for (const [kind, value] of no) expect(isActivity({ kind, value })).toBe(false)
})
