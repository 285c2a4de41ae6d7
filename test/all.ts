/** `npm test`: types, format and lint beside every test; ends with the slowest files and one line that counts. `npm test -- broker/` runs a part. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', ...name.split('/'))
const filters = process.argv.slice(2)

/** Tests that do not ask what a disk keeps need not wait for one. */
const memory = '/dev/shm'
const memoryNeeded = 3 * 2 ** 30

function hasRoom(): boolean {
  try {
    accessSync(memory, constants.W_OK)
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize >= memoryNeeded
  } catch {
    return false
  }
}

const inMemory = hasRoom()
const folder = mkdtempSync(join(inMemory ? memory : tmpdir(), 'anling-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
const children: ChildProcess[] = []
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    for (const child of children) child.kill(signal)
    process.exit(1)
  })
const report = join(folder, 'report.json')
const environment = {
  ...process.env,
  // The platform is started some hundred times: it is compiled once.
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
  ...(inMemory ? { TESTS_IN_MEMORY: folder, TESTS_ON_DISK: tmpdir() } : {}),
}

type Ended = { title: string; sound: boolean; said: string }

/** What it says is kept for later, unless it may write to this terminal. */
function run(title: string, args: readonly string[], stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe']): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { cwd: root, stdio, env: environment })
    children.push(child)
    const said: Buffer[] = []
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (chunk: Buffer) => said.push(chunk))
    child.once('error', (error) => resolve({ title, sound: false, said: error.message }))
    child.once('close', (code) => resolve({ title, sound: code === 0, said: Buffer.concat(said).toString() }))
  })
}

const colours = process.stdout.isTTY === true
const buildInfo = bin('.cache/anling/types.tsbuildinfo')
const checks =
  filters.length > 0
    ? []
    : [
        run('types (tsc)', [bin('typescript/bin/tsc'), '--pretty', `${colours}`, '--incremental', '--tsBuildInfoFile', buildInfo]),
        run('format and lint (biome check)', [
          bin('@biomejs/biome/bin/biome'),
          'check',
          `--colors=${colours ? 'force' : 'off'}`,
          '--error-on-warnings',
          '.',
        ]),
      ]
// What a killed platform would never write down.
const compiled = run('compile', ['--input-type=module', '--eval', `await import(${JSON.stringify(join(root, 'main.ts'))})`])
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const vitest = compiled.then(() => run('tests (vitest)', [bin('vitest/vitest.mjs'), 'run', ...reporters, ...filters], 'inherit'))
const ended = await Promise.all([vitest, ...checks])

type Timed = {
  name: string
  startTime: number
  endTime: number
  assertionResults: { status: string; title: string; ancestorTitles: string[] }[]
}
type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: Timed[]
}

/** What was left out, a line for each file and group: by its name, which says why. */
function skippedIn({ name, assertionResults }: Timed): string[] {
  const groups = new Map<string, number>()
  for (const { status, title, ancestorTitles } of assertionResults) {
    if (status === 'passed' || status === 'failed') continue
    const group = ancestorTitles[0] ?? title
    const named = assertionResults.every((other) => other.ancestorTitles[0] !== group || other.status === status) ? group : title
    groups.set(named, (groups.get(named) ?? 0) + 1)
  }
  return [...groups].map(([group, count]) => `${relative(root, name)}: ${group}${count > 1 ? ` (${count} tests)` : ''}`)
}

function tell({ testResults, ...counted }: Report): void {
  const slowest = testResults.map(({ name, startTime, endTime }) => ({
    path: relative(root, name),
    seconds: (endTime - startTime) / 1_000,
  }))
  slowest.sort((one, other) => other.seconds - one.seconds)
  console.log('\nThe slowest files:')
  for (const { path, seconds } of slowest.slice(0, 10)) console.log(`${seconds.toFixed(1).padStart(6)} s  ${path}`)
  const leftOut = testResults.flatMap(skippedIn)
  if (leftOut.length > 0) console.log(['\nSkipped:', ...leftOut].join('\n  '))
  const skipped = counted.numPendingTests + counted.numTodoTests
  console.log(`\n${counted.numPassedTests} passed, ${counted.numFailedTests} failed, ${skipped} skipped`)
}

let counted: Report | null = null
try {
  counted = JSON.parse(readFileSync(report, 'utf8')) as Report
} catch {
  console.error('The tests wrote no report.')
}
for (const { title, sound, said } of ended) {
  if (said !== '') console.log(`${title}:\n${said}`)
  if (!sound) console.error(`${title}: failed`)
}
if (counted) tell(counted)
process.exit(ended.every(({ sound }) => sound) && counted !== null && counted.numPassedTests > 0 ? 0 : 1)
