/** The store of the simulation is a CareStore like any other, and its disk forgets what a disk forgets. */
import { describe, expect, test } from 'vitest'
import { careStoreContract } from '../../store/care.contract.ts'
import { pressTurn } from '../../store/examples.contract.ts'
import { type DiskMood, emptyDisk, type Fate, openMemoryStore } from './memory-store.ts'

careStoreContract('the store in memory', async () => {
  const disk = emptyDisk()
  const store = openMemoryStore({ disk })
  return { store, reopen: async () => openMemoryStore({ disk }), discard: async () => undefined }
})

/** A disk on which the next attempt ends as given. */
const fated = (fate: Fate): DiskMood => ({ sync: async () => fate, read: async () => undefined })
const restless = () => new Promise((resolve) => setImmediate(resolve))

describe('the model of the disk', () => {
  test('a failed commit is told, and nothing of it happened', async () => {
    const disk = emptyDisk()
    const store = openMemoryStore({ disk, mood: fated('failed') })
    await expect(store.commit(pressTurn('rosa', 'p1'))).rejects.toMatchObject({ name: 'StoreTrouble', code: 'io-error' })
    expect(await store.lastSeq()).toBe(0)
    expect(await openMemoryStore({ disk }).lastSeq()).toBe(0)
  })

  test.each([
    ['crashed-before', 0],
    ['crashed-after', 1],
  ] as const)('%s: nobody is answered, and %i facts are there afterwards', async (fate, facts) => {
    const disk = emptyDisk()
    let answered = false
    void openMemoryStore({ disk, mood: fated(fate) })
      .commit(pressTurn('rosa', 'p1'))
      .finally(() => {
        answered = true
      })
    await restless()
    expect(answered).toBe(false)
    expect(await openMemoryStore({ disk }).lastSeq()).toBe(facts)
  })

  test('a lying disk thanks first and may forget', async () => {
    const disk = emptyDisk()
    const store = openMemoryStore({ disk, lying: true })
    await store.commit(pressTurn('rosa', 'p1'))
    expect(await store.lastSeq()).toBe(1)
    expect(await openMemoryStore({ disk }).lastSeq()).toBe(0)
    store.flush()
    expect(await openMemoryStore({ disk }).lastSeq()).toBe(1)
  })

  test('what is handed out cannot be changed by whoever got it', async () => {
    const store = openMemoryStore({ disk: emptyDisk() })
    await store.commit(pressTurn('rosa', 'p1'))
    const [alarm] = await store.openAlarms('all')
    expect(Object.isFrozen(alarm)).toBe(true)
  })
})
