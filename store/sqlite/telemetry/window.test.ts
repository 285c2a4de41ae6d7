/** Windows: the first thing recorded starts one, a full one goes at once, few are under way, and a disk too slow is said rather than hidden in memory. */
import { expect, test } from 'vitest'
import { systemClock } from '../../../domain/clock.ts'
import { StoreTrouble } from '../../store.ts'
import { reading } from '../../telemetry.contract.ts'
import { batchReadingsMax, pack } from './batch.ts'
import { openWindows, type Window } from './window.ts'

function openByHand() {
  const sent: Window[] = []
  const timers = new Set<() => void>()
  const later = (_: number, work: () => void) => {
    timers.add(work)
    return () => timers.delete(work)
  }
  const windows = openWindows({ clock: { ...systemClock, later }, windowMs: 60, send: (window) => sent.push(window) })
  const record = (count = 1) => {
    for (let i = 0; i < count; i++) {
      pack(windows.current().batch, reading(1, i))
      windows.filled()
    }
  }
  const pass = () => {
    for (const timer of [...timers]) {
      timers.delete(timer)
      timer()
    }
  }
  return { windows, sent, timers, record, pass, counts: () => sent.map((window) => window.batch.count) }
}

test('everything until the window closes goes together, and a quiet time has no timer', () => {
  const { record, pass, counts, timers } = openByHand()
  expect(timers.size).toBe(0)
  record(3)
  record(4)
  expect(timers.size).toBe(1)
  expect(counts()).toEqual([])
  pass()
  expect(counts()).toEqual([7])
  expect(timers.size).toBe(0)
})

test('a well-filled window goes early while the worker is idle; while it is busy only a full one does', () => {
  const { windows, record, counts } = openByHand()
  record(499)
  expect(counts()).toEqual([])
  record(1 + batchReadingsMax + 600)
  expect(counts()).toEqual([500, batchReadingsMax])
  windows.landed()
  expect(counts()).toEqual([500, batchReadingsMax])
  windows.landed()
  expect(counts()).toEqual([500, batchReadingsMax, 600])
})

test('those who wait for one commit are told in groups, with turns of the event loop in between', async () => {
  const { windows, record, pass, sent } = openByHand()
  record(1)
  const told: number[] = []
  for (let call = 0; call < 200; call++) void windows.current().settled.then(() => told.push(call))
  pass()
  sent[0]?.resolve()
  await Promise.resolve()
  expect(told).toHaveLength(64)
  while (told.length < 200) await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual(Array.from({ length: 200 }, (_, call) => call))
})

test('two are under way at most; what comes meanwhile gathers in one and goes when the first has landed', () => {
  const { windows, record, pass, counts } = openByHand()
  for (let i = 0; i < 5; i++) {
    record(10)
    pass()
  }
  expect(counts()).toEqual([10, 10])
  windows.landed()
  expect(counts()).toEqual([10, 10, 30])
})

test('a disk that never answers is refused after a bounded backlog, and what waits is rejected when it is given up', async () => {
  const { windows, record, sent } = openByHand()
  let refused: unknown
  for (let i = 0; i < 1_000 && !refused; i++) {
    try {
      record(batchReadingsMax)
    } catch (trouble) {
      refused = trouble
    }
  }
  expect(refused).toBeInstanceOf(StoreTrouble)
  expect(sent).toHaveLength(2)
  expect(windows.waiting()).toBeLessThan(100)
  windows.landed()
  expect(sent).toHaveLength(3)
  record(1)
  const last = windows.current().settled
  windows.abandon(new StoreTrouble('io-error', 'gone'))
  await expect(last).rejects.toThrow('gone')
})
