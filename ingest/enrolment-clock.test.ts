/** Notes about wrong clocks: told once, taken back when the clock is right, and not told of devices when the clock is ours. */
import { expect, test } from 'vitest'
import type { CareEventDraft } from '../domain/event.ts'
import { type Instant, instant } from '../domain/time.ts'
import { lifeDisk, noVisits } from './enrolment.fixture.ts'
import { startEnrolment } from './enrolment.ts'
import { startClockWatch } from './enrolment-clock.ts'
import { aDevice, firstMoment, record } from './recorder.ts'

const store = () => ({
  ...lifeDisk(),
  ...{ newDevices: () => [], saveNewDevices: async () => {}, proofs: () => [], saveProofs: async () => {}, writeProofs: () => {} },
})
const clock = { now: () => firstMoment, elapsed: () => 0, every: () => () => {}, later: () => () => {} }

function open(count: number) {
  const devices = Array.from({ length: count }, (_, index) => aDevice({ id: `term-${index}`, number: index + 1 }))
  const enrolment = startEnrolment({ store: store(), visits: noVisits, clock, log: () => {} })
  const it = record(devices, [], enrolment)
  const told: CareEventDraft[] = []
  const logged: string[] = []
  const watch = startClockWatch({
    ...{ lives: enrolment, clock, told: [] },
    directory: { device: async (id: string) => devices.find((device) => device.id === id) ?? null },
    desk: { handle: async (draft: CareEventDraft) => void told.push(draft) as never },
    log: (level: string) => void logged.push(level),
  } as unknown as Parameters<typeof startClockWatch>[0])
  const says = async (id: string, offSeconds: number) => {
    for (let minute = 0; minute < 15; minute += 1) {
      const receivedAt = instant(firstMoment + minute * 60_000) as Instant
      await it.send(`care/${id}/heartbeat`, { at: receivedAt + offSeconds * 1_000 }, { receivedAt })
    }
  }
  const plain = () => told.map((draft) => ('deviceId' in draft ? `${draft.kind} ${draft.deviceId}` : draft.kind))
  return { ...watch, says, plain, told, logged, enrolment }
}

test('a clock eight hours ahead is nobody’s time, but it is a note; told once, and over when it is right', async () => {
  const it = open(3)
  await it.says('term-0', 28_800)
  await it.says('term-1', 3)
  await it.look()
  await it.look()
  expect(it.plain()).toEqual(['device-troubled term-0'])
  expect(it.told[0]).toMatchObject({ reason: 'clock-wrong', detail: { offSeconds: 28_800 } })
  expect(it.enrolment.clockOff('term-1')?.seconds).toBe(3)
  expect(it.enrolment.clockOff('term-2')).toBeNull()
  await it.says('term-0', 0)
  await it.look()
  expect(it.plain()).toEqual(['device-troubled term-0', 'condition-cleared term-0'])
})

test('when most devices are off by the same, it is our clock that is wrong, and no device is blamed', async () => {
  const it = open(14)
  for (let index = 0; index < 12; index += 1) await it.says(`term-${index}`, 600 + index)
  await it.look()
  expect(it.plain()).toEqual([])
  expect(it.logged).toEqual(['error'])
})
