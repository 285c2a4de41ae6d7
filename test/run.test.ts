/** What starts the platform also starts it again: after a crash, also when the certificate was read anew before; not when somebody wished it to end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'

/** Stands for the platform: says that it runs, and each hang-up; ends by itself when it is told so. `deaf`: a hang-up ends it. */
const program = (isDeaf: boolean) => `
  ${isDeaf ? '' : "process.on('SIGHUP', () => console.log('read anew'))"}
  process.on('SIGTERM', () => process.exit(0))
  process.on('SIGUSR2', () => process.exit(70))
  setInterval(() => {}, 1_000)
  console.log('runs as ' + process.pid)`

/** run.mjs in a folder where everything is installed and built, and what it said so far. */
function start({ isDeaf = false } = {}): { child: ChildProcess; said(): string; ownPid(): number } {
  const folder = mkdtempSync(join(tmpdir(), 'anling-run-'))
  const at = (...parts: string[]) => join(folder, ...parts)
  for (const parts of [['node_modules'], ['dashboard', 'web', 'dist'], ['domain']]) mkdirSync(at(...parts), { recursive: true })
  for (const file of [at('package-lock.json'), at('dashboard', 'contracts.ts')]) writeFileSync(file, '{}')
  writeFileSync(at('node_modules', '.anling-installed'), createHash('sha256').update('{}').digest('hex'))
  writeFileSync(at('main.ts'), program(isDeaf))
  writeFileSync(at('dashboard', 'web', 'dist', 'index.html'), '')
  // Built after its source was written.
  utimesSync(at('dashboard', 'web', 'dist', 'index.html'), 4_000_000_000, 4_000_000_000)
  copyFileSync(join(import.meta.dirname, '..', 'run.mjs'), at('run.mjs'))
  const child = spawn(process.execPath, [at('run.mjs'), 'main.ts'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (words) => (said += words))
  onTestFinished(() => {
    child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  return { child, said: () => said, ownPid: () => Number(/runs as (\d+)/.exec(said)?.[1]) }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 })

test('a crash after the certificate was read anew is a crash like any other', async () => {
  const { child, said, ownPid } = start()
  await until(() => expect(said()).toContain('runs as'))
  child.kill('SIGHUP')
  await until(() => expect(said()).toContain('read anew'))
  process.kill(ownPid(), 'SIGUSR2')
  await until(() => expect(said()).toContain('is started again'))
  expect(child.exitCode).toBeNull()
  // And whoever has enough of it ends it while it waits to start again.
  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(143)
})

test('whoever wishes it to end has it end: by a signal to stop, or by hanging up on one that has no certificate', async () => {
  const [stopped, hungUp] = [start(), start({ isDeaf: true })]
  for (const { said } of [stopped, hungUp]) await until(() => expect(said()).toContain('runs as'))
  const ends = [stopped, hungUp].map(({ child }) => once(child, 'exit'))
  stopped.child.kill('SIGTERM')
  hungUp.child.kill('SIGHUP')
  expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 1])
  expect(stopped.said() + hungUp.said()).not.toContain('is started again')
})
