/** One writer, one fsync for everything of a moment, and each job on its own feet. */
import { rm } from 'node:fs/promises'
import { beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { pressTurn } from '../examples.contract.ts'
import { openCareStore } from './care.ts'
import { type Database, openDatabase } from './database.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

let database: Database
let elapsed = 0
beforeEach(async () => {
  const dataDir = await temporaryFolder()
  elapsed = 0
  database = openDatabase(needsOf(dataDir, { clock: { ...systemClock, elapsed: () => elapsed } }))
  return async () => {
    database.close()
    await rm(dataDir, { recursive: true })
  }
})

const add = (id: string) => () => database.connection.prepare("insert into sites values (?, '', '', '', '', '', '')").run(id)
const ids = () =>
  database.reader
    .prepare('select id from sites order by rowid')
    .all()
    .map((row) => row.id)

test('everything asked for at one moment is one commit, in the order it was asked for', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `site-${index}`)
  await Promise.all(names.map((name) => database.write(add(name))))
  expect(database.counts()).toEqual({ commits: 1, jobs: 200 })
  expect(ids()).toEqual(names)
})

test('a very full moment is spread over a few commits', async () => {
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => database.write(add(`site-${index}`))))
  expect(database.counts()).toEqual({ commits: 4, jobs: 1_000 })
  expect(ids()).toHaveLength(1_000)
})

test('a job that fails gets its own error, leaves nothing, and spoils nobody’s work', async () => {
  const mistake = new RangeError('no such place')
  const failing = () => {
    add('half-done')()
    throw mistake
  }
  const results = await Promise.allSettled([
    database.write(add('a')),
    database.write(failing),
    database.write(add('a')),
    database.write(add('b')),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: mistake })
  expect(ids()).toEqual(['a', 'b'])
  await expect(database.write(failing)).rejects.toBe(mistake)
  expect(ids()).toEqual(['a', 'b'])
})

test('a reader sees nothing before the commit, and everything after it', async () => {
  const seen: unknown[] = []
  await database.write(() => {
    add('a')()
    seen.push(ids())
  })
  expect(seen).toEqual([[]])
  expect(ids()).toEqual(['a'])
})

test('a turn asked for just before closing is committed; one after it is refused', async () => {
  const care = openCareStore(database)
  const last = care.commit(pressTurn('ann', 'p1'))
  database.close()
  expect(await last).toMatchObject([{ seq: 1 }])
  await expect(care.commit(pressTurn('bob', 'p2'))).rejects.toMatchObject({ code: 'closed' })
})

test('a slow commit is noticed, and forgotten after a quick one', async () => {
  expect(database.health().slowSince).toBeNull()
  await database.write(() => {
    elapsed += 1_500
  })
  expect(database.health().slowSince).not.toBeNull()
  await database.write(add('a'))
  expect(database.health().slowSince).toBeNull()
})
