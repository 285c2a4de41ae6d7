/** A full disk and a failing one: calls for help go on where they can, and where they cannot nobody is thanked. Real file systems, real system calls. */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import type { Clock } from '../../domain/time.ts'
import { pressTurn } from '../examples.contract.ts'
import type { CareStore } from '../store.ts'
import { openStores, type Stores } from './stores.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

const MiB = 1024 * 1024
let folder = ''
let unmount = () => {}
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => {
  const leave = unmount
  unmount = () => {}
  leave()
  rmSync(folder, { recursive: true, force: true })
})

/** The data folder on a file system of `size` MiB. */
function mountDisk(size: number): string {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'anling-test', disk])
  unmount = () => void execFileSync('umount', [disk])
  return join(disk, 'data')
}
const mayMount = () => {
  const probe = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'anling-test', '/mnt'])
  return process.getuid?.() === 0 && probe.status === 0
}

/** What telemetry without bounds would do: writes until nothing more fits. */
function fill(path: string): void {
  for (const size of [MiB, 4096, 64]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size, 1))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }
}

/** The machine's clock, with the rounds of the ballast in the hand of the test. */
function steppedClock(): { clock: Clock; round(): unknown } {
  const rounds = new Set<() => void>()
  const every: Clock['every'] = (_, work) => {
    rounds.add(work)
    return () => void rounds.delete(work)
  }
  return { clock: { ...systemClock, every }, round: () => [...rounds].map((work) => work()) }
}

/** Presses one after another until the store refuses; how many were recorded, and why it ended. */
async function pressUntilRefused(care: CareStore, prefix: string, most: number): Promise<{ recorded: number; refusal: unknown }> {
  for (let index = 0; index < most; index += 1) {
    try {
      await care.commit(pressTurn(`${prefix}-${index}`, `${prefix}-${index}`))
    } catch (refusal) {
      return { recorded: index, refusal }
    }
  }
  return { recorded: most, refusal: null }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setImmediate(done))
}

describe.skipIf(!mayMount())('a disk of 24 MiB (skipped where mounting is not permitted)', () => {
  const given = onASmallDisk()
  aFilledDisk(given)
  aDiskThatWasFullAtTheStart(given)
})

type Given = { dataDir: string; stores: Stores; troubles: (string | null)[]; round: () => unknown; open: () => Stores }

/** Stores on a small disk of their own, for each test. */
function onASmallDisk(): Given {
  const { clock, round } = steppedClock()
  const given = { troubles: [] as (string | null)[], round } as Given
  const onTrouble = (trouble: { kind: string } | null) => void given.troubles.push(trouble?.kind ?? null)
  given.open = () => openStores(needsOf(given.dataDir, { clock, ballastBytes: 10 * MiB, onTrouble }))
  beforeEach(() => {
    given.dataDir = mountDisk(24)
    given.troubles.length = 0
    given.stores = given.open()
  })
  afterEach(() => given.stores.close())
  return given
}

function aFilledDisk(given: Given) {
  const { troubles, round } = given
  const ballast = () => join(given.dataDir, 'ballast')
  const junk = () => join(given.dataDir, 'junk')

  test('a filled disk still takes thousands of presses, then refuses honestly, and recovers when there is space', async () => {
    fill(junk())
    const first = await pressUntilRefused(given.stores.care, 'first', 2_500)
    expect(first).toEqual({ recorded: 2_500, refusal: null })
    expect(given.stores.health().fullSince).not.toBeNull()
    expect(existsSync(ballast())).toBe(false)
    expect(troubles).toEqual(['disk-full'])

    const second = await pressUntilRefused(given.stores.care, 'second', 100_000)
    expect(second.refusal).toMatchObject({ name: 'StoreTrouble', code: 'disk-full' })
    expect((await given.stores.care.load(`second-${second.recorded}`)).version).toBe(0)
    expect(await given.stores.care.lastSeq()).toBe(2_500 + second.recorded)

    round()
    expect(existsSync(ballast()), 'no ballast is made while the disk is full').toBe(false)
    rmSync(junk())
    expect(await pressUntilRefused(given.stores.care, 'third', 10)).toEqual({ recorded: 10, refusal: null })
  })

  test('the ballast is made again once there is room, and people are told', async () => {
    fill(junk())
    await pressUntilRefused(given.stores.care, 'first', 300)
    expect(troubles).toEqual(['disk-full'])
    rmSync(junk())
    round()
    await until(() => troubles.length > 1)
    expect(troubles).toEqual(['disk-full', null])
    expect(given.stores.health().fullSince).toBeNull()
    expect(readFileSync(ballast()).length).toBe(10 * MiB)
    fill(junk())
    expect(await pressUntilRefused(given.stores.care, 'again', 300)).toEqual({ recorded: 300, refusal: null })
    expect(troubles).toEqual(['disk-full', null, 'disk-full'])
  })
}

function aDiskThatWasFullAtTheStart(given: Given) {
  test('without any room it does not open and says why; with a little it opens, warns, and takes presses as long as they fit', async () => {
    await given.stores.close()
    const junk = join(given.dataDir, 'junk')
    rmSync(join(given.dataDir, 'ballast'))
    fill(junk)
    expect(given.open).toThrow(/disk .* is full|cannot be opened/)
    rmSync(junk)
    writeFileSync(junk, Buffer.alloc(16 * MiB))
    given.stores = given.open()
    expect(given.troubles).toEqual(['disk-full'])
    expect(await pressUntilRefused(given.stores.care, 'first', 100)).toEqual({ recorded: 100, refusal: null })
  })
}

describe('a disk that fails to sync', () => {
  const hasStrace = spawnSync('strace', ['-V']).status === 0

  test.skipIf(!hasStrace)(
    'ends the process at once; the press of that moment is not thanked, all before are there (skipped without strace)',
    async () => {
      const dataDir = join(folder, 'data')
      await openStores(needsOf(dataDir)).close()
      const presser = join(import.meta.dirname, 'press-until-told.contract.ts')
      const inject = ['-e', 'inject=fdatasync,fsync:error=EIO:when=40+']
      const ran = spawnSync('strace', ['-f', '-o', '/dev/null', ...inject, process.execPath, presser, dataDir, '500'], { encoding: 'utf8' })
      expect(ran.stderr).toContain('The storage failed; nothing was recorded.')
      expect(ran.status).toBe(3)
      const thanked = ran.stdout.split('\n').filter((line) => line !== '').length
      expect(thanked).toBeGreaterThan(10)
      expect(thanked).toBeLessThan(60)
      const stores = openStores(needsOf(dataDir))
      for (let index = 0; index < thanked; index += 1) expect((await stores.care.load('any', `p${index}`)).presses.size).toBe(1)
      expect(await stores.care.commit(pressTurn('afterwards', 'afterwards'))).toHaveLength(1)
      await stores.close()
    },
  )
})
