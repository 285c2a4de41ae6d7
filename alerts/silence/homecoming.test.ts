/** Coming home early is told from a visitor, from packing and from the sun on a sensor. */
import { describe, expect, test } from 'vitest'
import { instant, minutes } from '../../domain/time.ts'
import { openHomecoming, type SignInside } from './homecoming.ts'

const gone = 10 * 24 * 60
type Seen = [minute: number, what: 'door' | 'motion' | 'bed' | 'button']

/** The minute from which she counts as home again, or null; minutes are counted from when "away" was said. */
function home(seen: readonly Seen[], { adopted = false } = {}): number | null {
  const homecoming = openHomecoming()
  if (adopted) homecoming.adopt(1, gone)
  let before = 1_000_000_000
  let isAfterExit = false
  for (const [minute, what] of seen) {
    const at = instant(minutes(minute) + 1_000_000_000)
    const sign: SignInside = {
      ...{ at, before, isExit: what === 'door', isAfterExit },
      ...{ certainty: what === 'motion' ? 0.5 : 1, isHers: what === 'bed' || what === 'button' },
    }
    before = at
    isAfterExit = sign.isExit
    const since = homecoming.sign(1, gone, sign)
    if (since !== null) return (since - 1_000_000_000) / 60_000
  }
  return null
}

const stay = (from: number, length: number, every = 6): Seen[] =>
  Array.from({ length: Math.floor(length / every) }, (_, n): Seen => [from + n * every, 'motion'])
const leaving: Seen[] = [[0, 'button'], ...stay(2, 20), [22, 'door']]

describe('home again', () => {
  test('by the door, and about the home for three quarters of an hour: home since the door', () => {
    expect(home([...leaving, [600, 'door'], ...stay(601, 60)])).toBe(600)
  })
  test('her bed or her own button says it within minutes', () => {
    expect(home([...leaving, [600, 'door'], [603, 'motion'], [615, 'bed']])).toBe(600)
    expect(home([...leaving, [600, 'door'], [612, 'button']])).toBe(600)
  })
  test('a home without a contact at the door needs hours of life', () => {
    expect(home([[0, 'button'], ...stay(2, 20), ...stay(600, 170)])).toBeNull()
    expect(home([[0, 'button'], ...stay(2, 20), ...stay(600, 200)])).toBe(600)
  })
  test('after a restart nobody needs to have seen her go', () => {
    expect(home([[600, 'door'], ...stay(601, 60)], { adopted: true })).toBe(600)
  })
})

describe('not home', () => {
  test('whoever waters the flowers every day', () => {
    const visits = [1, 2, 3, 4, 5].flatMap((day): Seen[] => [
      [day * 1_440, 'door'],
      ...stay(day * 1_440 + 1, 30, 2),
      [day * 1_440 + 31, 'door'],
      [day * 1_440 + 32, 'motion'],
    ])
    expect(home([...leaving, ...visits])).toBeNull()
  })
  test('packing for an hour and a half after "away" was said, with the neighbour at the door', () => {
    expect(home([[0, 'button'], ...stay(2, 20), [22, 'door'], ...stay(23, 70), [95, 'door'], [96, 'motion']])).toBeNull()
  })
  test('the sun on a sensor, for a few minutes each noon or for an hour', () => {
    expect(home([...leaving, ...stay(2_000, 60), ...stay(3_440, 60), ...stay(4_880, 60)])).toBeNull()
  })
  test('a press or a bed that nobody came in for: the pendant lies in a bag, the mat is jolted', () => {
    expect(home([...leaving, [900, 'bed'], [930, 'button']])).toBeNull()
  })
})

test('another stay away is judged anew', () => {
  const homecoming = openHomecoming()
  homecoming.adopt(1, 500)
  const door = { at: instant(minutes(100)), before: 1, isExit: true, certainty: 1, isHers: false, isAfterExit: false }
  const bed = { ...door, at: instant(minutes(115)), before: door.at, isExit: false, isHers: true }
  homecoming.sign(1, 500, door)
  expect(homecoming.sign(1, 900, bed)).toBeNull()
  homecoming.sign(1, 500, door)
})
