/** What a power cut leaves: copies of database and log taken while presses are recorded, with a torn tail, hold every press that was thanked. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openStores } from './stores.ts'
import { needsOf, temporaryFolder } from './world.contract.ts'

const copies = 100
const presser = join(import.meta.dirname, 'press-until-told.contract.ts')
const random = seeded(20_260_101)

const hasPs = spawnSync('ps', ['-V']).error === undefined

test.skipIf(!hasPs)(
  `${copies} copies, each cut or garbled behind the last commit, hold every press thanked before, and are whole (skipped where ps is absent)`,
  async () => {
    const folder = await temporaryFolder()
    const running = startPressing(folder)
    onTestFinished(async () => {
      running.child.kill('SIGKILL')
      await once(running.child, 'exit')
      rmSync(folder, { recursive: true })
    })
    for (let copy = 0; copy < copies; copy += 1) {
      await running.goOn(1 + random(40))
      takeCopy(join(folder, 'data'), join(folder, 'copy'))
      await expectWhole(join(folder, 'copy'), running.thanked())
      rmSync(join(folder, 'copy'), { recursive: true })
    }
    expect(running.thanked()).toBeGreaterThan(copies)
  },
  240_000,
)

/** A process that presses, and stands still while it is looked at: files of a running one cannot be copied as of one moment. */
function startPressing(folder: string) {
  const said = join(folder, 'said')
  const child = spawn(process.execPath, [presser, join(folder, 'data')], { stdio: ['ignore', openSync(said, 'w'), 'inherit'] })
  const thanked = () => readFileSync(said, 'utf8').split('\n').length - 1
  const stands = () => execFileSync('ps', ['-o', 'state=', '-p', String(child.pid)], { encoding: 'utf8' }).startsWith('T')
  return {
    child,
    thanked,
    /** Lets it thank so many more presses, and stops it wherever it is then. */
    async goOn(more: number) {
      const enough = thanked() + more
      child.kill('SIGCONT')
      while (thanked() < enough && child.exitCode === null) await new Promise((done) => setImmediate(done))
      child.kill('SIGSTOP')
      while (!stands()) await new Promise((done) => setImmediate(done))
    },
  }
}

/** Copies database and log and tears what lies behind the last commit. */
function takeCopy(from: string, to: string): void {
  mkdirSync(to)
  cpSync(join(from, 'care.db'), join(to, 'care.db'))
  const log = readFileSync(join(from, 'care.db-wal'))
  const end = endOfLastCommit(log)
  // Cut at any place behind the commit, then rubbish: half a frame, an old frame with changed bytes, or a tail of noise.
  const kept = log.subarray(0, end + random(log.length - end + 1))
  const garbled = Buffer.from(kept)
  for (let change = 0; change < 20 && garbled.length > end; change += 1) garbled[end + random(garbled.length - end)] = random(256)
  const noise = Buffer.from(Array.from({ length: 1 + random(9_000) }, () => random(256)))
  writeFileSync(join(to, 'care.db-wal'), Buffer.concat([garbled, noise]))
}

/** Where the last commit of this generation of the log ends: frames carry its salt, and the last of a commit the database's size. */
function endOfLastCommit(log: Buffer): number {
  const frame = 24 + log.readUInt32BE(8)
  const salt = log.subarray(16, 24)
  let end = 32
  for (let at = 32; at + frame <= log.length && log.subarray(at + 8, at + 16).equals(salt); at += frame) {
    if (log.readUInt32BE(at + 4) > 0) end = at + frame
  }
  return end
}

async function expectWhole(dataDir: string, thanked: number): Promise<void> {
  const stores = openStores(needsOf(dataDir))
  expect(await stores.accounts.checkChain()).toMatchObject({ brokenId: null })
  await stores.close()
  const check = new DatabaseSync(join(dataDir, 'care.db'), { readOnly: true })
  expect(check.prepare('pragma integrity_check').get()?.integrity_check).toBe('ok')
  const recorded = new Set(
    check
      .prepare('select press_id from presses')
      .all()
      .map((row) => row.press_id),
  )
  // Whoever answered stands in the record, and nobody who did not: wherever it was cut, the act and its line stood or fell together.
  const acts = check.prepare("select subject_id from facts where body like '%alarm-acknowledged%' order by seq").all()
  expect(check.prepare("select subject_id from audit where action = 'acknowledge-asked' order by id").all()).toEqual(acts)
  if (thanked > 8) expect(acts.length).toBeGreaterThan(1)
  check.close()
  const missing = Array.from({ length: thanked }, (_, index) => `p${index}`).filter((press) => !recorded.has(press))
  expect(missing).toEqual([])
}

/** A small generator with a seed, so that a failure can be repeated. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
