/** The log is copied back between commits: not in one, not before there is something to copy, and a store that is closed leaves no timer behind. */
import { copyFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { openDatabase } from './database.ts'
import { carePath } from './folder.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

test('fifty commits are in the file itself once there was a moment of rest, and none of them waited for that', async () => {
  const dataDir = await temporaryFolder()
  const resting: (() => void)[] = []
  const later = (_: number, work: () => void) => {
    resting.push(work)
    return () => void resting.splice(resting.indexOf(work), 1)
  }
  const database = openDatabase(needsOf(dataDir, { clock: { ...systemClock, later } }))
  onTestFinished(async () => {
    database.close()
    await rm(dataDir, { recursive: true })
  })
  const add = database.connection.prepare("insert into sites values (?, '', '', '', '', '', '')")
  /** What the file holds without its log. */
  const inFile = (): number => {
    const copy = join(dataDir, 'copy.db')
    copyFileSync(carePath(dataDir), copy)
    const file = new DatabaseSync(copy)
    const { n } = file.prepare('select count(*) as n from sites').get() as { n: number }
    file.close()
    return n
  }
  const before = inFile()
  for (let n = 0; n < 49; n++) await database.write(() => void add.run(`site-${n}`))
  expect(resting).toHaveLength(0)
  for (let n = 49; n < 60; n++) await database.write(() => void add.run(`site-${n}`))
  expect(resting).toHaveLength(1)
  expect(inFile()).toBe(before)
  resting.shift()?.()
  expect(inFile()).toBe(60)
  for (let n = 60; n < 110; n++) await database.write(() => void add.run(`site-${n}`))
  expect(resting).toHaveLength(1)
  database.close()
  expect(resting).toHaveLength(0)
})
