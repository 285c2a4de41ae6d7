/** What every TelemetryStore promises: durable before resolved, read your writes, oldest first, nothing bent. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Reading, type ReadingKind, readingKinds } from '../domain/reading.ts'
import { type Instant, instant } from '../domain/time.ts'
import { endedAfterEach } from './openings.contract.ts'
import type { ReadingQuery, TelemetryStore } from './store.ts'

/** One store on its own data: `reopen` closes it properly and opens the same data again. */
export type TelemetryUnderTest = {
  store: TelemetryStore
  reopen(): Promise<TelemetryStore>
  /** Whatever the store does to its data in time (sealing, merging, flushing) is done now. */
  settle(): Promise<void>
  end(): Promise<void>
}

const start = 1_790_000_000_000
export const reading = (device: number, seconds: number, more: Partial<Reading> = {}): Reading => ({
  device,
  resident: device + 1_000,
  kind: 'heartbeat',
  at: instant(start + seconds * 1_000),
  value: -60,
  ...more,
})
const always = { from: instant(-(2 ** 50)), to: instant(2 ** 50), limit: 10_000 }
const ofDevice = (device: number, more: Partial<ReadingQuery> = {}): ReadingQuery => ({ device, ...always, ...more })
const ofResident = (resident: number, more: Partial<ReadingQuery> = {}): ReadingQuery => ({ resident, ...always, ...more })

const anyReading: fc.Arbitrary<Reading> = fc.record(
  {
    device: fc.constantFrom(1, 2, 900_000),
    resident: fc.constantFrom(0, 5, 6),
    kind: fc.constantFrom<ReadingKind>('heartbeat', 'motion', 'temperature', 'link'),
    at: fc.oneof(fc.integer({ min: start, max: start + 60_000 }), fc.integer({ min: -(2 ** 42), max: 2 ** 42 })).map(instant),
    value: fc.oneof(fc.integer({ min: -100, max: 300 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
  { noNullPrototype: true },
)

/** The order of the contract: moment, device, kind; then as recorded. Distinct moments per device and kind, so that every store can keep it. */
function inOrder(readings: readonly Reading[]): Reading[] {
  const code = (r: Reading) => readingKinds.indexOf(r.kind)
  return [...readings].sort((a, b) => a.at - b.at || a.device - b.device || code(a) - code(b))
}

type Begin = () => Promise<TelemetryUnderTest>

export function telemetryContract(name: string, open: Begin): void {
  describe(`telemetry: ${name}`, () => {
    const begin: Begin = endedAfterEach(open)
    durability(begin)
    order(begin)
    whose(begin)
    refusals(begin)
    exactness(begin)
  })
}

function durability(begin: Begin): void {
  test('what was recorded is there when the promise resolves, and after a restart, and after settling', async () => {
    const { store, reopen, settle } = await begin()
    const readings = [reading(1, 0), reading(1, 60, { value: -61 }), reading(2, 30, { kind: 'battery', value: 87 })]
    await store.record(readings)
    expect(await store.readings(ofDevice(1))).toStrictEqual(readings.slice(0, 2))
    await settle()
    expect(await store.readings(ofDevice(1))).toStrictEqual(readings.slice(0, 2))
    const again = await reopen()
    expect(await again.readings(ofDevice(1))).toStrictEqual(readings.slice(0, 2))
    expect(await again.readings(ofResident(1_002))).toStrictEqual(readings.slice(2))
  })

  test('calls of one moment share one commit', async () => {
    const { store } = await begin()
    const before = await store.counts()
    await Promise.all(Array.from({ length: 200 }, (_, i) => store.record([reading(i, i)])))
    const after = await store.counts()
    expect(after.readings - before.readings).toBe(200)
    expect(after.commits - before.commits).toBeLessThanOrEqual(2)
  })

  test('more readings than one batch holds are all recorded', async () => {
    const { store, settle } = await begin()
    const many = Array.from({ length: 10_000 }, (_, i) => reading(1, i))
    await store.record(many)
    expect(await store.readings(ofDevice(1))).toHaveLength(10_000)
    await settle()
    expect(await store.readings(ofDevice(1))).toStrictEqual(many)
  })

  test('closing makes everything durable first, and then refuses', async () => {
    const { store, reopen } = await begin()
    const recorded = store.record([reading(1, 0)])
    const again = await reopen()
    await recorded
    expect(await again.readings(ofDevice(1))).toHaveLength(1)
    await expect(store.record([reading(1, 1)])).rejects.toMatchObject({ name: 'StoreTrouble', code: 'closed' })
  })
}

function order(begin: Begin): void {
  test('readings come oldest first, however they arrived, before and after settling', async () => {
    const { store, settle } = await begin()
    await store.record([reading(1, 120), reading(1, 0)])
    await settle()
    await store.record([reading(1, 60), reading(1, -3_600)])
    const seconds = (list: readonly Reading[]) => list.map((r) => (r.at - start) / 1_000)
    expect(seconds(await store.readings(ofDevice(1)))).toEqual([-3_600, 0, 60, 120])
    await settle()
    expect(seconds(await store.readings(ofDevice(1)))).toEqual([-3_600, 0, 60, 120])
  })

  test('a range includes both its ends, and the limit keeps the oldest', async () => {
    const { store, settle } = await begin()
    await store.record([0, 60, 120, 180].map((s) => reading(1, s)))
    const at = (s: number): Instant => instant(start + s * 1_000)
    for (let round = 0; round < 2; round++) {
      expect((await store.readings(ofDevice(1, { from: at(60), to: at(120) }))).map((r) => r.at)).toEqual([at(60), at(120)])
      expect((await store.readings(ofDevice(1, { limit: 3 }))).map((r) => r.at)).toEqual([at(0), at(60), at(120)])
      expect(await store.readings(ofDevice(1, { from: at(181), to: at(900) }))).toEqual([])
      await settle()
    }
  })
}

function whose(begin: Begin): void {
  test("a resident's readings are those of all their devices, and only theirs", async () => {
    const { store, settle } = await begin()
    const mine = [reading(1, 0, { resident: 7 }), reading(2, 10, { resident: 7, kind: 'motion', value: 1 })]
    await store.record([...mine, reading(3, 5, { resident: 8 }), reading(4, 6, { resident: 0 })])
    for (let round = 0; round < 2; round++) {
      expect(await store.readings(ofResident(7))).toStrictEqual(mine)
      expect(await store.readings(ofResident(7, { device: 2 }))).toStrictEqual(mine.slice(1))
      expect(await store.readings(ofDevice(4))).toHaveLength(1)
      await settle()
    }
  })

  test('a device that moved to another resident keeps both histories', async () => {
    const { store, settle } = await begin()
    await store.record([reading(1, 0, { resident: 7 })])
    await settle()
    await store.record([reading(1, 60, { resident: 8 }), reading(1, 120, { resident: 0 })])
    for (let round = 0; round < 2; round++) {
      expect((await store.readings(ofDevice(1))).map((r) => r.resident)).toEqual([7, 8, 0])
      expect((await store.readings(ofResident(7))).map((r) => r.device)).toEqual([1])
      expect((await store.readings(ofDevice(1, { resident: 8 }))).map((r) => r.resident)).toEqual([8])
      await settle()
    }
  })

  test('the same reading sent twice is one reading', async () => {
    const { store, settle } = await begin()
    await store.record([reading(1, 0), reading(1, 0)])
    await settle()
    await store.record([reading(1, 0)])
    expect(await store.readings(ofDevice(1))).toHaveLength(1)
  })
}

function refusals(begin: Begin): void {
  test('a reading that is no measurement is refused, and nothing of its call is kept', async () => {
    const { store } = await begin()
    for (const bad of [
      { value: Number.NaN },
      { value: Number.POSITIVE_INFINITY },
      { at: instant(Number.NaN) },
      { device: -1 },
      { resident: 0.5 },
    ]) {
      await expect(store.record([reading(1, 0), reading(1, 1, bad)])).rejects.toThrow(RangeError)
    }
    expect(await store.readings(ofDevice(1))).toEqual([])
    await store.record([reading(1, 0)])
    expect(await store.readings(ofDevice(1))).toHaveLength(1)
  })

  test('an unlimited or aimless question is refused', async () => {
    const { store } = await begin()
    await expect(store.readings(always)).rejects.toThrow(RangeError)
    await expect(store.readings(ofDevice(1, { limit: 0 }))).rejects.toThrow(RangeError)
    await expect(store.readings(ofDevice(1, { limit: 1e9 }))).rejects.toThrow(RangeError)
  })
}

function exactness(begin: Begin): void {
  test('whatever was recorded in whatever order comes back exactly', async () => {
    const { store, settle } = await begin()
    const known = new Map<string, Reading>()
    const key = (r: Reading) => `${r.device} ${r.resident} ${r.kind} ${r.at}`
    await fc.assert(
      fc.asyncProperty(fc.array(anyReading, { maxLength: 60 }), fc.boolean(), async (drawn, settles) => {
        const fresh = drawn.filter((r) => !known.has(key(r)) && known.set(key(r), r))
        await store.record(fresh)
        if (settles) await settle()
        for (const device of [1, 2, 900_000]) {
          const expected = inOrder([...known.values()].filter((r) => r.device === device && r.resident === 6))
          expect(await store.readings(ofDevice(device, { resident: 6 }))).toStrictEqual(expected)
        }
        const expected = inOrder([...known.values()].filter((r) => r.resident === 5))
        expect(await store.readings(ofResident(5))).toStrictEqual(expected)
      }),
      // The store keeps what earlier runs recorded, so a failure cannot be shrunk.
      { numRuns: 40, endOnFailure: true },
    )
  })
}
