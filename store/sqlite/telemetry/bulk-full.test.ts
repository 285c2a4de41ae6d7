/** A disk that runs full in the middle of a bulk: the call is refused, what is there is whole in readings and sums, and given again everything is there once. A real file system of 24 MiB. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../../domain/clock.ts'
import type { Reading } from '../../../domain/reading.ts'
import { hours, instant } from '../../../domain/time.ts'
import { historyStart } from '../../history.contract.ts'
import { openTelemetry, type Telemetry } from '../telemetry.ts'

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

/** A file system of 24 MiB, or null where mounting is not allowed. */
function mountSmall(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'anling-bulk-full-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  undo.push(() => void execFileSync('umount', [folder]))
  return folder
}

async function open(dataDir: string): Promise<Telemetry> {
  const onFatal = (trouble: Error) => expect.fail(trouble.message)
  const store = await openTelemetry({ dataDir, clock: systemClock, log: () => {}, windowMs: 2, reserveBytes: 0, onFatal })
  undo.push(store.close)
  return store
}

/** Leaves so many bytes free. */
function fillBut(folder: string, free: number): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize - free))
}

const residents = 60
const readings = 100_000
const span = hours(20)
/** Values as long as they can be: nothing of them is packed away. */
const given: readonly Reading[] = Array.from({ length: readings }, (_, i) => ({
  ...{ device: i % residents, resident: 1 + (i % residents), kind: 'temperature', value: Math.sin(i + 1) },
  at: instant(historyStart + Math.floor((i / readings) * span)),
}))
const live: readonly Reading[] = given.slice(0, 500).map((reading) => ({ ...reading, at: instant(reading.at - span), value: 20 }))
const from = instant(historyStart - span)
const bounds = Array.from({ length: 41 }, (_, hour) => instant(from + hours(hour)))

const known = new Set([...live, ...given].map(({ device, at, value }) => `${device} ${at} ${value}`))

/** Resident by resident: readings found, readings that the sums count, and whether each that is there was given. */
async function tally({ telemetry, history }: Telemetry): Promise<{ found: number; counted: number; strange: number }> {
  let [found, counted, strange] = [0, 0, 0]
  for (let resident = 1; resident <= residents; resident++) {
    const some = await telemetry.readings({ resident, from, to: instant(historyStart + span), limit: 100_000 })
    found += some.length
    strange += some.filter(({ device, at, value }) => !known.has(`${device} ${at} ${value}`)).length
    for (const { count } of await history.summaries({ resident, bounds })) counted += count.reduce((a, b) => a + b, 0)
  }
  return { found, counted, strange }
}

test('a bulk that fills the disk is refused, leaves readings and sums alike, and is whole once there is room and it is given again', async (context) => {
  const folder = mountSmall()
  if (!folder) return context.skip('needs the right to mount a small tmpfs')
  const store = await open(folder)
  await store.telemetry.record(live)
  await store.bulk(given.slice(0, 5_000), historyStart)
  fillBut(folder, 700 * 1_024)
  await expect(store.bulk(given, historyStart)).rejects.toMatchObject({ name: 'StoreTrouble', code: 'disk-full' })

  const left = await tally(store)
  expect(left).toEqual({ found: left.counted, counted: left.counted, strange: 0 })
  // What was recorded before is untouched; of the rest, as many slices are there as were committed.
  expect(left.found).toBeGreaterThanOrEqual(live.length + 5_000)
  expect(left.found).toBeLessThan(live.length + given.length)

  rmSync(join(folder, 'filler'))
  await expect.poll(() => store.health().refusedSince).toBeNull()
  const part = left.found - live.length
  expect(await store.bulk(given, historyStart)).toEqual({ added: given.length - part, known: part })
  const whole = { found: live.length + given.length, counted: live.length + given.length, strange: 0 }
  expect(await tally(store)).toEqual(whole)

  await store.close()
  expect(await tally(await open(folder))).toEqual(whole)
})

test('after a bulk that did not fit, a restart finds the same, and live readings go on once there is room', async (context) => {
  const folder = mountSmall()
  if (!folder) return context.skip('needs the right to mount a small tmpfs')
  const store = await open(folder)
  await store.telemetry.record(live)
  fillBut(folder, 700 * 1_024)
  await expect(store.bulk(given, historyStart)).rejects.toMatchObject({ code: 'disk-full' })
  const left = await tally(store)
  await store.close()
  rmSync(join(folder, 'filler'))
  const again = await open(folder)
  expect(await tally(again)).toEqual(left)
  await again.telemetry.record([{ ...(live[0] as Reading), value: 21 }])
  expect((await tally(again)).counted).toBe(left.counted + 1)
})
