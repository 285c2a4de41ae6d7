/** Chunks of any length come back whole, one by one and in order, however they fall onto blocks; a damaged block costs only what is in it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMovingWorlds } from './moving.contract.ts'
import { newRun, openRuns } from './runs.ts'

const { newFolder, openParts } = openMovingWorlds()

/** Owners close together and far apart; chunks from a byte to several blocks. */
const entry = fc.record({
  after: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 20 })),
  length: fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 5_000 }),
    fc.integer({ min: 3_900, max: 4_100 }),
    fc.constant(60_000),
  ),
  endsSlice: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})

test('what was written is read again, by owner and in order, on whatever blocks it lies', () => {
  const { database, runs } = openParts(newFolder())
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 60 }), fc.constantFrom(0, 1), (entries, level) => {
      const run = newRun({ id: runs.nextId(), level, state: 'kept', recordedAt: 0, journalCut: 0 })
      runs.save(run)
      runs.remember(run)
      const writer = runs.writer(run)
      const chunks = new Map<number, Uint8Array>()
      let owner = 0
      for (const { after, length, endsSlice } of entries) {
        owner += after
        const bytes = new Uint8Array(length).map((_, i) => (i * 7 + owner) % 251)
        chunks.set(owner, bytes)
        writer.add(owner, bytes)
        if (endsSlice) writer.flush()
      }
      writer.flush()
      for (const [one, bytes] of chunks) {
        expect(Buffer.compare(runs.chunkOf(run, one) ?? Buffer.alloc(0), bytes)).toBe(0)
        if (!chunks.has(one + 1)) expect(runs.chunkOf(run, one + 1)).toBeNull()
      }
      const middle = [...chunks.keys()][chunks.size >> 1] as number
      for (const from of [-1, middle]) {
        const read = [...runs.chunksAfter(run, from)]
        expect(read.map((chunk) => chunk.owner)).toEqual([...chunks.keys()].filter((one) => one > from))
        for (const chunk of read) expect(Buffer.compare(chunk.bytes, chunks.get(chunk.owner) as Uint8Array)).toBe(0)
      }
    }),
    { numRuns: 100 },
  )
  expect(database.isOpen).toBe(true)
})

test('a damaged block is told and costs the chunks that lie on it, no others', () => {
  const { database } = openParts(newFolder())
  let damaged = 0
  const runs = openRuns(database, () => damaged++)
  const run = newRun({ id: 1, level: 0, state: 'kept', recordedAt: 0, journalCut: 0 })
  const writer = runs.writer(run)
  for (let owner = 1; owner <= 100; owner++) writer.add(owner, new Uint8Array(500).fill(owner))
  writer.flush()
  const ids = database.prepare('select id from block order by id').all()
  expect(ids.length).toBeGreaterThan(10)
  database.prepare('update block set crc = crc + 1 where id = ?').run(Number(ids[5]?.id))
  const read = [...runs.chunksAfter(run, -1)].map(({ owner }) => owner)
  // Eight chunks to a block; the two that reach over its ends go with it.
  expect(read.length).toBeGreaterThanOrEqual(90)
  expect(read.length).toBeLessThan(100)
  expect(damaged).toBe(1)
  const lost = Array.from({ length: 100 }, (_, i) => i + 1).filter((owner) => !read.includes(owner))
  expect(lost).toEqual(Array.from({ length: lost.length }, (_, i) => (lost[0] as number) + i))
  for (const owner of lost) expect(runs.chunkOf(run, owner)).toBeNull()
})
