/** What is drawn of a history: gaps stay gaps, days are the home's own, and one busy hour does not hide the others. */
import { expect, test } from 'vitest'
import { type Instant, instant } from '../../../../domain/time.ts'
import type { HistoryAnswer, HistorySeries } from '../../../contracts.ts'
import { activeIn, curvesOf, dayRows, gapsIn, lastDays, openShade, roomRows, weakest } from './shape.ts'

const hourMs = 3_600_000
const activity = (room: string, values: (number | null)[]): HistorySeries => ({
  group: 'activity',
  kind: 'activity',
  deviceId: null,
  room,
  values,
})
const battery = (deviceId: string, values: (number | null)[]): HistorySeries => ({
  group: 'battery',
  kind: 'battery',
  deviceId,
  room: deviceId,
  values,
})
const answer = (from: string, series: HistorySeries[], timeZone = 'Asia/Shanghai'): HistoryAnswer => {
  const at = (series[0]?.values ?? []).map((_, i): Instant => instant(Date.parse(from) + i * hourMs))
  return { from: instant(Date.parse(from)), to: instant(Date.parse(from) + at.length * hourMs), step: hourMs, timeZone, at, series }
}

test('a row for each room, the busiest first, with its gaps', () => {
  const rows = roomRows(answer('2026-11-22T00:00:00Z', [activity('', [0, null, 1]), activity('卧室', [3, null, 1])]), 'no room')
  expect(rows.map(({ label, cells }) => [label, cells, activeIn(cells), gapsIn(cells)])).toEqual([
    ['卧室', [3, null, 1], 2, 1],
    ['no room', [0, null, 1], 1, 1],
  ])
})

test("hours fall into the home's own days, rooms together; unheard hours stay unknown", () => {
  const rows = dayRows(answer('2026-11-21T14:00:00Z', [activity('a', [1, 0, null, 4]), activity('b', [2, null, null, 1])]), [
    '2026-11-22',
    '2026-11-21',
  ])
  expect(rows.map(({ label, cells }) => [label, cells.flatMap((cell, hour) => (cell === null ? [] : [[hour, cell]]))])).toEqual([
    ['11-22', [[1, 5]]],
    [
      '11-21',
      [
        [22, 3],
        [23, 0],
      ],
    ],
  ])
})

test('a day of 25 hours keeps all its activity', () => {
  const values = Array.from({ length: 25 }, () => 1)
  const [row] = dayRows(answer('2026-10-24T22:00:00Z', [activity('a', values)], 'Europe/Berlin'), ['2026-10-25'])
  expect(row?.cells.reduce((sum: number, cell) => sum + (cell ?? 0), 0)).toBe(25)
})

test('days are counted back from today where the home is', () => {
  expect(lastDays('Asia/Shanghai', Date.parse('2026-11-21T17:00:00Z'), 3)).toEqual(['2026-11-22', '2026-11-21', '2026-11-20'])
})

test('brightness is measured by a busy part, and unknown is not still', () => {
  const shade = openShade([{ key: '', label: '', cells: [0, null, ...Array.from({ length: 20 }, () => 9), 900] }])
  expect([null, 0, 1, 5, 9, 900].map(shade)).toEqual(['gap', 0, 1, 2, 3, 3])
})

test('curves without a single point are not drawn, and the weakest batteries come first', () => {
  const curves = curvesOf(
    answer('2026-11-22T00:00:00Z', [battery('full', [100, null]), battery('none', [null, null]), battery('weak', [30, 20])]),
    'battery',
  )
  expect(curves.map(({ room }) => room)).toEqual(['full', 'weak'])
  expect(weakest(curves, 1).map(({ room }) => room)).toEqual(['weak'])
})
