import { describe, expect, test } from 'vitest'
import { openAlarm } from './examples.contract.ts'
import { ageOf, alarmNamed, densityOf, queueOf, rowsOf, selectedOf, step } from './queue.ts'

const ids = (walls: readonly { alarm: { id: string } }[]) => walls.map(({ alarm }) => alarm.id)
const battery = (id: string, raisedAt = 1_000) => openAlarm({ id, raisedAt, priority: 3, kind: 'technical', reason: 'battery-low' })

describe('the queue', () => {
  test('priority first, then those nobody has taken, then the longest wait', () => {
    const queue = queueOf([
      openAlarm({ id: 'p2', priority: 2, raisedAt: 1 }),
      openAlarm({ id: 'taken', state: 'acknowledged', raisedAt: 2 }),
      openAlarm({ id: 'young', raisedAt: 9 }),
      openAlarm({ id: 'old', raisedAt: 5 }),
    ])
    expect(ids(queue)).toEqual(['old', 'young', 'taken', 'p2'])
  })

  test('an alarm ages by the steps of its own priority', () => {
    const { alarm } = openAlarm({ id: 'a', raisedAt: 0 })
    expect([0, 30_000, 60_000, 180_000].map((now) => ageOf(alarm, now))).toEqual([0, 1, 2, 3])
    expect(ageOf(battery('b', 0).alarm, 180_000)).toBe(0)
  })

  test('four technical alarms of one reason become one row; three do not, and people never do', () => {
    const three = queueOf([battery('1'), battery('2'), battery('3')])
    expect(rowsOf(three, null).map(({ type }) => type)).toEqual(['alarm', 'alarm', 'alarm'])
    const four = queueOf([battery('1'), battery('2'), battery('3'), battery('4')])
    expect(rowsOf(four, null)).toMatchObject([{ type: 'group', open: false }])
    expect(rowsOf(four, '3').map(({ type }) => type)).toEqual(['group', 'alarm', 'alarm', 'alarm', 'alarm'])
    const calls = queueOf(['1', '2', '3', '4', '5'].map((id) => openAlarm({ id })))
    expect(rowsOf(calls, null)).toHaveLength(5)
  })

  test('a question of a terminal is nobody’s task; a call that is to be made is, and is never folded', () => {
    const question = (id: string, stage: string) => openAlarm({ id, priority: 3, kind: 'silence', reason: 'check-in', detail: { stage } })
    const queue = queueOf([question('asked', 'asked'), ...['1', '2', '3', '4'].map((id) => question(id, 'call'))])
    expect(ids(queue)).toEqual(['1', '2', '3', '4'])
    expect(rowsOf(queue, null).map(({ type }) => type)).toEqual(['alarm', 'alarm', 'alarm', 'alarm'])
  })

  test('an area alarm is never folded away among devices', () => {
    const area = openAlarm({ id: 'area', priority: 3, kind: 'technical', reason: 'battery-low', residentIds: ['r1'] })
    const rows = rowsOf(queueOf([battery('1'), battery('2'), battery('3'), battery('4'), area]), null)
    expect(rows.map(({ type }) => type).sort()).toEqual(['alarm', 'group'])
  })

  test('arrows walk every alarm once and stop at the ends', () => {
    const rows = rowsOf(queueOf(['a', 'b'].map((id, n) => openAlarm({ id, raisedAt: n }))), 'a')
    expect(step(rows, 'a', 1)).toBe('b')
    expect(step(rows, 'b', 1)).toBe('b')
    expect(step(rows, 'a', -1)).toBe('a')
    expect(step([], null, 1)).toBeNull()
  })

  test('more rows are set tighter', () => {
    expect([3, 8, 20].map(densityOf)).toEqual(['roomy', 'tight', 'packed'])
  })
})

describe('the alarm that is shown', () => {
  const low = openAlarm({ id: 'low', priority: 2, raisedAt: 10 })
  const urgent = openAlarm({ id: 'urgent', raisedAt: 100 })

  test('the first of the queue when nothing was chosen or the chosen one is closed', () => {
    expect(selectedOf(queueOf([low, urgent]), null)?.alarm.id).toBe('urgent')
    expect(selectedOf(queueOf([low]), { id: 'closed', at: 50 })?.alarm.id).toBe('low')
    expect(selectedOf([], null)).toBeNull()
  })

  test('a choice stands, but a new untaken call overtakes a lesser alarm nobody works on', () => {
    expect(selectedOf(queueOf([low, urgent]), { id: 'low', at: 50 })?.alarm.id).toBe('urgent')
    expect(selectedOf(queueOf([low, urgent]), { id: 'low', at: 200 })?.alarm.id).toBe('low')
  })

  test('work in hand is never taken from the screen', () => {
    const inHand = openAlarm({ id: 'low', priority: 2, state: 'acknowledged' })
    expect(selectedOf(queueOf([inHand, urgent]), { id: 'low', at: 50 })?.alarm.id).toBe('low')
    const otherCall = openAlarm({ id: 'first', raisedAt: 20 })
    expect(selectedOf(queueOf([otherCall, urgent]), { id: 'first', at: 50 })?.alarm.id).toBe('first')
  })
})

test('an address leads to its alarm, and only such an address', () => {
  expect(['/alarm/sos-0f3a', '/', '/admin/homes', '/alarm/'].map(alarmNamed)).toEqual(['sos-0f3a', '', '', ''])
})
