/** Durable before thanked, shown by the order of system calls: killing a process cannot show a missing fsync, the page cache survives it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from './world.contract.ts'

const root = resolve(import.meta.dirname, '../..')
const presser = 'store/sqlite/press-until-told.contract.ts'

let folder = ''
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the order of system calls', () => {
  const hasStrace = spawnSync('strace', ['-V']).status === 0
  const turns = 20

  /** How many thanks left the process although a write to the log since the thanks before was not yet synced. */
  function early(programRoot: string): { thanks: number; early: number } {
    const trace = join(folder, 'trace')
    const calls = 'trace=openat,write,pwrite64,fsync,fdatasync'
    const dataDir = join(folder, 'data')
    execFileSync('strace', ['-f', '-y', '-e', calls, '-o', trace, process.execPath, join(programRoot, presser), dataDir, `${turns}`])
    return judge(readFileSync(trace, 'utf8'))
  }

  test.skipIf(!hasStrace)('each press is synced before it is thanked (skipped where strace is absent)', () => {
    expect(early(root)).toEqual({ thanks: turns, early: 0 })
  })

  test.skipIf(!hasStrace)(
    'and the proof bites: with synchronous=NORMAL it sees presses thanked before they were synced (skipped where strace is absent)',
    () => {
      const mutant = join(folder, 'mutant')
      for (const part of ['store', 'domain']) cpSync(join(root, part), join(mutant, part), { recursive: true })
      writeFileSync(join(mutant, 'package.json'), '{"type":"module"}')
      const path = join(mutant, 'store/sqlite/connection.ts')
      const source = readFileSync(path, 'utf8')
      const changed = source.replace("{ word: 'FULL', readsBack: 2 }", "{ word: 'NORMAL', readsBack: 1 }")
      expect(changed).not.toBe(source)
      writeFileSync(path, changed)
      const judged = early(mutant)
      expect(judged.thanks).toBe(turns)
      expect(judged.early).toBeGreaterThan(turns / 2)
    },
  )
})

function judge(trace: string): { thanks: number; early: number } {
  let unsynced = false
  const seen = { thanks: 0, early: 0 }
  for (const line of trace.split('\n')) {
    if (/pwrite64\(\d+<[^>]*care\.db-wal>/.test(line)) unsynced = true
    if (/f(?:data)?sync\(\d+<[^>]*care\.db-wal>/.test(line)) unsynced = false
    if (!/write\(1<.*"thanked /.test(line)) continue
    seen.thanks += 1
    if (unsynced) seen.early += 1
    unsynced = false
  }
  return seen
}
