/** The figures of an office: every moment and every share as docs/reports.md defines it. */
import { describe, expect, test } from 'vitest'
import type { Action, Alarm, AlarmFact, FactKind, Note } from './alarm.ts'
import { type AlarmFigures, figuresAfter } from './figures.ts'
import { breachesOf, withCalls } from './figures-breaches.ts'
import { loadOf } from './figures-load.ts'
import { grouped, groupFigures, openShifts, uncovered } from './figures-report.ts'
import { type Instant, instant, minutes, seconds } from './time.ts'

/** 10:00 on a Wednesday in Shanghai. */
const start = instant(Date.UTC(2026, 6, 1, 2))
const later = (s: number): Instant => instant(start + s * 1_000)
const now = later(24 * 3_600)

const base: AlarmFigures = {
  ...{ alarmId: 'a', siteId: 's', subjectId: 'r', deviceId: 'd', kind: 'sos', reason: 'button', priority: 1 },
  ...{ pressedAt: start, storedAt: start, paintedAt: later(1), openedAt: later(5), answeredAt: later(20), contactedAt: null },
  ...{ acceptedAt: null, arrivedAt: null, resolvedAt: later(600), outcome: 'help-given', bySystem: false, presses: 1 },
  ...{ ringsAt: [start], ringsAll: 1, escalations: 0, returned: 0, unpainted: false },
}
const figures = (changes: Partial<AlarmFigures>): AlarmFigures => ({ ...base, ...changes })
const site = { id: 's', timeZone: 'Asia/Shanghai', rota: null }
const shifts = openShifts([site], { from: start, to: now })
const needs = { shifts, now, isFlood: () => false }

describe('one alarm', () => {
  const alarm = (changes: object) =>
    ({
      ...{ id: 'a', subjectId: 'r', siteId: 's', kind: 'sos', reason: 'button', priority: 1, raisedAt: start, presses: 1, rings: 1 },
      causes: [{ id: 'p', reason: 'button', deviceId: 'd', room: '', receivedAt: start, claimedAt: later(-7), unreadable: false }],
      ...{ notes: [], detail: {}, residentIds: [], cancelAskedAt: null, clearedAt: null, state: 'raised', ...changes },
    }) as unknown as Alarm
  const fact = (kind: FactKind, s: number, changes: object = {}): AlarmFact => ({
    ...{ kind, subjectId: 'r', siteId: 's', at: later(s) },
    alarm: alarm(changes),
  })
  const note = (action: Action, s: number): Note => ({ action, at: later(s), by: 'anna', text: '' })
  const told = (facts: readonly AlarmFact[]) => facts.reduce<AlarmFigures | null>(figuresAfter, null)

  test('has every moment of its way, the first of each', () => {
    const notes = [note('called', 21), note('spoke', 30), note('on-my-way', 40), note('spoke', 45), note('arrived', 900)]
    const way = told([
      fact('alarm-raised', 0),
      fact('alarm-repeated', 4, { presses: 2 }),
      fact('alarm-acknowledged', 10, { presses: 2 }),
      fact('alarm-noted', 900, { notes, presses: 2 }),
      fact('alarm-resolved', 1_000, { notes, presses: 2, state: 'resolved', by: 'anna', at: later(1_000), outcome: 'help-given' }),
    ])
    expect(way).toMatchObject({
      ...{ pressedAt: later(-7), storedAt: start, answeredAt: later(10), contactedAt: later(30), acceptedAt: later(40) },
      ...{ arrivedAt: later(900), resolvedAt: later(1_000), outcome: 'help-given', presses: 2, ringsAt: [start, later(4)] },
    })
  })

  test('that came back and was taken again was answered the first time, and remembers that it came back', () => {
    const way = told([
      fact('alarm-raised', 0),
      fact('alarm-acknowledged', 10),
      fact('alarm-returned', 100),
      fact('alarm-acknowledged', 130),
    ])
    expect(way).toMatchObject({ answeredAt: later(10), returned: 1, ringsAll: 2 })
  })
})

describe('shares', () => {
  const of = (...alarms: Partial<AlarmFigures>[]) => groupFigures('all', alarms.map(figures), now)

  test('a call answered in exactly 60 s is in time, a millisecond more is not', () => {
    const group = of({ answeredAt: later(60) }, { answeredAt: later(60.001) }, { answeredAt: later(180) }, { answeredAt: later(181) })
    expect([group.answered60, group.answered180]).toEqual([
      { kept: 1, of: 4 },
      { kept: 3, of: 4 },
    ])
  })

  test('whoever still waits counts against the office only once the time is over', () => {
    const waiting = { answeredAt: null, resolvedAt: null, outcome: null }
    const young = figures({ ...waiting, storedAt: instant(now - seconds(59)) })
    const older = figures({ ...waiting, storedAt: instant(now - seconds(61)) })
    const group = groupFigures('all', [young, older], now)
    expect(group).toMatchObject({ waiting: 1, answered60: { kept: 0, of: 1 }, answered180: { kept: 0, of: 0 } })
  })

  test('devices and questions are no calls, and what took itself back is not judged', () => {
    const group = of(
      { kind: 'technical' },
      { kind: 'silence', reason: 'check-in' },
      { answeredAt: null, bySystem: true, outcome: 'all-well' },
    )
    expect(group).toMatchObject({ alarms: 3, calls: 1, takenBack: 1, answered60: { kept: 0, of: 0 } })
  })

  test('at the door counts from the alarm, and only where somebody set out', () => {
    const group = of({}, { acceptedAt: later(60), arrivedAt: later(45 * 60) }, { acceptedAt: later(60), resolvedAt: later(3_000) })
    expect(group.atDoor45).toEqual({ kept: 1, of: 2 })
  })

  test('groups are by site, by shift and by kind', () => {
    const night = { storedAt: instant(start + 16 * 3_600_000), answeredAt: instant(start + 16 * 3_600_000 + 200_000) }
    const report = grouped([figures({}), figures(night), figures({ siteId: 't', kind: 'fall' })], shifts, now)
    expect(report.byShift.map(({ key, calls }) => [key, calls])).toEqual([
      ['day', 2],
      ['night', 1],
    ])
    expect(report.bySite.map(({ key }) => key)).toEqual(['s', 't'])
    expect(report.byKind.map(({ key, calls }) => [key, calls])).toEqual([
      ['sos', 2],
      ['fall', 1],
    ])
    expect(report.byShift[1]?.answered180).toEqual({ kept: 0, of: 1 })
  })
})

describe('with a rota', () => {
  const weekdays = [1, 2, 3, 4, 5, 6, 7]
  const shift = {
    id: 'early',
    siteId: 's',
    name: '早班',
    weekdays,
    from: 8 * 60,
    until: 16 * 60,
    personIds: ['u1', 'u2'],
    firstDay: '',
    lastDay: '',
  }
  const rota = { timeZone: 'Asia/Shanghai', shifts: [shift], exceptions: [] }
  const withRota = openShifts([{ ...site, rota }], { from: start, to: now })

  test('shifts have its names and seats; outside of it nobody is on duty', () => {
    expect(withRota('s', start)).toEqual({ name: '早班', seats: 2, covered: true })
    expect(withRota('s', later(7 * 3_600))).toEqual({ name: uncovered, seats: 1, covered: false })
  })

  test('a late answer while nobody was on duty says so', () => {
    const at = later(7 * 3_600)
    const alarm = figures({ storedAt: at, paintedAt: null, openedAt: null, answeredAt: instant(at + 200_000) })
    const [breach] = breachesOf([alarm], { ...needs, shifts: withRota })
    expect(breach).toMatchObject({ what: 'answer-180', seconds: 200, cameAbout: true, shift: uncovered })
    expect(breach?.causes).toEqual(['nobody-on-duty', 'not-painted'])
  })
})

describe('breaches', () => {
  const causesOf = (changes: Partial<AlarmFigures>) => breachesOf([figures(changes)], needs).map(({ what, causes }) => [what, ...causes])

  test('none where all was kept', () => expect(causesOf({})).toEqual([]))

  test('painted and not opened; opened and not taken; not painted at all', () => {
    expect(causesOf({ openedAt: later(90), answeredAt: later(100) })).toEqual([['answer-60', 'not-opened']])
    expect(causesOf({ answeredAt: later(100) })).toEqual([['answer-60', 'opened-not-taken']])
    expect(causesOf({ paintedAt: null, openedAt: null, unpainted: true, answeredAt: later(500) })).toEqual([['answer-180', 'not-painted']])
  })

  test('an alarm that was taken and forgotten is one, however quick the first answer was', () => {
    expect(causesOf({ returned: 1 })).toEqual([['forgotten', 'lease-ran-out']])
  })

  test('at the door too late: set out late, a long way, or nobody noted the arrival', () => {
    const late = later(46 * 60)
    expect(causesOf({ acceptedAt: later(60), arrivedAt: late })).toEqual([['door-45', 'way-took-long']])
    expect(causesOf({ acceptedAt: later(700), arrivedAt: late })).toEqual([['door-45', 'nobody-set-out-soon']])
    expect(causesOf({ acceptedAt: later(60), resolvedAt: late })).toEqual([['door-45', 'arrival-not-noted']])
  })

  test('calls that were refused and a press that came late are causes; without any the breach says that it knows none', () => {
    const alarm = figures({ pressedAt: later(-120), answeredAt: later(200) })
    const [breach] = breachesOf([alarm], needs)
    if (!breach) throw new Error('There is no breach.')
    expect(withCalls(breach, alarm, { refused: 2, undelivered: 0 }).causes).toEqual([
      'reached-us-late',
      'opened-not-taken',
      'calls-refused',
    ])
    expect(withCalls({ ...breach, what: 'door-45', causes: [] }, figures({}), { refused: 1, undelivered: 1 }).causes).toEqual(['unknown'])
  })
})

describe('load', () => {
  const hour = { shifts, siteIds: ['s'], from: start, to: instant(start + minutes(60)) }
  const rings = (count: number, s: number, changes: Partial<AlarmFigures> = {}) =>
    Array.from({ length: count }, (_, n) => figures({ ringsAt: [later(s + n)], ...changes }))

  test('counts what rings, by seat and hour, and finds the fullest ten minutes', () => {
    const { load } = loadOf([...rings(11, 600), ...rings(2, 1_300)], hour)
    expect(load).toMatchObject({ rings: 13, seatHours: 1, perSeatHour: 13, floods: 1, windows: 6 })
    expect(load.peak).toMatchObject({ rings: 11, perSeat: 11, at: later(600) })
  })

  test('ten in ten minutes are no flood, and what rang outside of the period is not counted', () => {
    const { load, isFlood } = loadOf([...rings(10, 0), ...rings(5, -300)], hour)
    expect([load.rings, load.floods, isFlood('s', later(5))]).toEqual([10, 0, false])
  })

  test('bad actors are devices by reason, the worst first, ten at most', () => {
    const many = Array.from({ length: 12 }, (_, n) =>
      rings(n + 1, 0, { deviceId: `d${n}`, reason: 'battery-low', kind: 'technical' }),
    ).flat()
    const { badActors } = loadOf(many, hour).load
    expect(badActors).toHaveLength(10)
    expect(badActors[0]).toMatchObject({ deviceId: 'd11', alarms: 12, share: 0.154 })
  })
})
