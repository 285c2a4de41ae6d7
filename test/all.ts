/** `npm test`: types, format and lint, then every test; ends with one line that counts them. `npm test -- broker/` runs a part. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', ...name.split('/'))
const filters = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'anling-test-'))
const report = join(folder, 'report.json')

function run(title: string, args: readonly string[]): boolean {
  const ended = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: 'inherit' })
  if (ended.status !== 0) console.error(`${title}: failed`)
  return ended.status === 0
}

const checks = [
  { title: 'types (tsc)', args: [bin('typescript/bin/tsc')] },
  { title: 'format and lint (biome check)', args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
]
const sound = filters.length > 0 || checks.map((check) => run(check.title, check.args)).every(Boolean)
const vitest = run('tests (vitest)', [
  bin('vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...filters,
])
type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number }
let counted: Report | null = null
try {
  counted = JSON.parse(readFileSync(report, 'utf8')) as Report
} catch {
  console.error('The tests wrote no report.')
}
rmSync(folder, { recursive: true, force: true })
if (counted)
  console.log(
    `\n${counted.numPassedTests} passed, ${counted.numFailedTests} failed, ${counted.numPendingTests + counted.numTodoTests} skipped`,
  )
process.exit(sound && vitest && counted !== null && counted.numPassedTests > 0 ? 0 : 1)
