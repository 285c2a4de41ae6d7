/** The timekeeper: nobody who is due is forgotten, whatever else fails, hangs or jumps. */
import { expect, onTestFinished, test } from 'vitest'
import type { RaisedAlarm } from '../domain/alarm.ts'
import type { CareEventDraft } from '../domain/event.ts'
import { type Clock, hours, milliseconds, minutes, seconds } from '../domain/time.ts'
import { raisedAlarm } from '../store/examples.contract.ts'
import { openVirtualClock, type VirtualClock } from '../test/virtual-clock.ts'
import { startTimekeeper, type TimekeeperNeeds } from './timekeeper.ts'

/** Ten people in the store, all due now. */
const people = Array.from({ length: 10 }, (_, n) => `person-${n}`)

function openWorld(changes: Partial<Omit<TimekeeperNeeds, 'clock'>> & { clock?: VirtualClock } = {}) {
  const clock = changes.clock ?? openVirtualClock()
  const handled: string[] = []
  const complaints: string[] = []
  const alarms = people.map((name) => raisedAlarm(name, name, { nextStepAt: clock.now() }))
  const needs: TimekeeperNeeds = {
    store: { dueAlarms: async (now) => alarms.filter((alarm) => alarm.nextStepAt <= now), openAlarms: async () => alarms },
    desk: {
      async handle(draft) {
        handled.push(draft.subjectId)
        return { facts: [], refusal: null }
      },
    },
    log: (_level, message) => void complaints.push(message),
    ...changes,
    clock,
  }
  const timekeeper = startTimekeeper(needs)
  onTestFinished(async () => {
    const stopped = timekeeper.stop()
    await clock.advance(seconds(6))
    await stopped
  })
  return { clock, handled, complaints, timekeeper, alarms }
}

test('one that fails is tried again each second, and the others are decided', async () => {
  const handled: string[] = []
  const handle = async (draft: CareEventDraft) => {
    handled.push(draft.subjectId)
    if (draft.subjectId === 'person-3') throw new Error('disk')
    return { facts: [], refusal: null }
  }
  const { clock, complaints } = openWorld({ desk: { handle } })
  await clock.advance(seconds(3))
  // At the start, and then with each second.
  expect(handled.filter((name) => name === 'person-3')).toHaveLength(4)
  expect(new Set(handled).size).toBe(10)
  expect(complaints).toHaveLength(4)
})

test('one that hangs holds up nobody for long, and never stops the ticking', async () => {
  const handled: string[] = []
  const handle = (draft: CareEventDraft) => {
    handled.push(draft.subjectId)
    return draft.subjectId === 'person-3' ? new Promise<never>(() => {}) : Promise.resolve({ facts: [], refusal: null })
  }
  const { clock, timekeeper } = openWorld({ desk: { handle } })
  await clock.advance(seconds(1))
  expect(new Set(handled).size).toBe(10)
  await clock.advance(seconds(30))
  expect(handled.filter((name) => name === 'person-9').length).toBeGreaterThanOrEqual(4)
  expect(timekeeper.lastTickAt()).toBeGreaterThan(20_000)
})

test('rounds do not overlap, however slow they are', async () => {
  let running = 0
  let most = 0
  const slow = (clock: Clock) => async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => void clock.later(seconds(3), resolve))
    running -= 1
    return []
  }
  const clock = openVirtualClock()
  openWorld({ clock, store: { dueAlarms: slow(clock), openAlarms: async () => [] } })
  await clock.advance(seconds(20))
  expect(most).toBe(1)
})

test('a store in trouble is asked again next second', async () => {
  let broken = true
  const alarm = raisedAlarm('rosa', 'p1')
  const dueAlarms = async () => {
    if (broken) throw new Error('io')
    return [alarm]
  }
  const { clock, handled, complaints } = openWorld({ store: { dueAlarms, openAlarms: async () => [] } })
  await clock.advance(seconds(2))
  expect([handled, complaints.length]).toEqual([[], 3])
  broken = false
  await clock.advance(seconds(1))
  expect(handled).toEqual(['rosa'])
})

test('a deadline put out of reach by a clock turned back is found', async () => {
  const clock = openVirtualClock()
  const alarm: RaisedAlarm = raisedAlarm('rosa', 'p1', { nextStepAt: (clock.now() + minutes(1)) as RaisedAlarm['nextStepAt'] })
  const { handled } = openWorld({ clock, store: { dueAlarms: async () => [], openAlarms: async () => [alarm] } })
  await clock.advance(seconds(12))
  expect(handled).toEqual([])
  clock.turn(-hours(3))
  await clock.advance(seconds(11))
  expect(new Set(handled)).toEqual(new Set(['rosa']))
})

test('a clock turned back by less than the wait puts nothing off', async () => {
  const clock = openVirtualClock()
  const alarm: RaisedAlarm = raisedAlarm('rosa', 'p1', { nextStepAt: (clock.now() + minutes(1)) as RaisedAlarm['nextStepAt'] })
  const drafts: CareEventDraft[] = []
  const handle = async (draft: CareEventDraft) => {
    drafts.push(draft)
    return { facts: [], refusal: null }
  }
  openWorld({ clock, desk: { handle }, store: { dueAlarms: async () => [], openAlarms: async () => [alarm] } })
  await clock.advance(seconds(20))
  clock.turn(-seconds(15))
  await clock.advance(seconds(30))
  clock.turn(-seconds(10))
  await clock.advance(seconds(9))
  expect(drafts).toEqual([])
  await clock.advance(seconds(2))
  // The moment is what the wall says, and the deadline tells the engine why it has passed.
  expect(drafts[0]).toMatchObject({ kind: 'deadline-passed', deadline: alarm.nextStepAt })
  expect(drafts[0]?.at).toBeLessThan(alarm.nextStepAt)
})

test('thousands due at once are all decided in the same second, and a desk that decides nothing is not asked for ever', async () => {
  const clock = openVirtualClock()
  const due = Array.from({ length: 1_700 }, (_, n) => raisedAlarm(`many-${n}`, `m${n}`, { nextStepAt: clock.now() }))
  const open = new Set(due)
  const dueAlarms = async (_now: unknown, limit: number) => [...open].slice(0, limit)
  let asked = 0
  const handle = async (draft: CareEventDraft) => {
    asked += 1
    for (const alarm of open) if (asked <= 1_700 && alarm.subjectId === draft.subjectId) open.delete(alarm)
    return { facts: [], refusal: null }
  }
  openWorld({ clock, desk: { handle }, store: { dueAlarms, openAlarms: async () => [] } })
  await clock.advance(seconds(1))
  for (let turns = 0; turns < 50 && open.size > 0; turns += 1) await clock.advance(milliseconds(1))
  expect([open.size, asked]).toEqual([0, 1_700])
})

test('what supervision noticed reaches the desk in order, and again until it was recorded', async () => {
  const clock = openVirtualClock()
  const handled: string[] = []
  let refusing = true
  const handle = async (draft: CareEventDraft) => {
    if (refusing && draft.subjectId === 'rosa') throw new Error('busy')
    handled.push(`${draft.subjectId} ${draft.kind}`)
    return { facts: [], refusal: null }
  }
  const base = { siteId: 's', at: clock.now(), deviceId: 'd' }
  const noticed: CareEventDraft[][] = [
    [
      { ...base, subjectId: 'rosa', kind: 'cancel-pressed' },
      { ...base, subjectId: 'rosa', kind: 'condition-cleared', reason: 'device-silent' },
      { ...base, subjectId: 'li', kind: 'cancel-pressed' },
    ],
  ]
  let asked = 0
  const supervise = () => {
    asked += 1
    return noticed.shift() ?? []
  }
  openWorld({ clock, desk: { handle }, supervise, store: { dueAlarms: async () => [], openAlarms: async () => [] } })
  await clock.advance(seconds(3))
  expect(handled).toEqual(['li cancel-pressed'])
  refusing = false
  await clock.advance(seconds(1))
  expect(handled).toEqual(['li cancel-pressed', 'rosa cancel-pressed', 'rosa condition-cleared'])
  expect(asked).toBe(4)
})
