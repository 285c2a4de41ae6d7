/** In which order the test files run: those that take longest begin first, so that the workers end together, on a fresh clone too. */
import { basename, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Ten seconds and more, the longest first; `npm test` ends with a list to compare this one with. */
const slow = [
  'test/influx.test.ts',
  'test/kill.test.ts',
  'test/mutants.test.ts',
  'test/browser/pages.test.ts',
  'store/influx.test.ts',
  'test/simulation/simulation.test.ts',
  'test/browser/press.test.ts',
  'dashboard/server/live.test.ts',
  'test/browser/words.test.ts',
  'test/watcher.test.ts',
  'test/browser/shift.test.ts',
  'test/browser/family.test.ts',
  'store/influx/history.test.ts',
  'store/sqlite/telemetry/bulk.test.ts',
  'test/browser/day.test.ts',
  'test/browser/accounts.test.ts',
  'test/browser/admin.test.ts',
  'dashboard/server/history-influx.test.ts',
  'bench/telemetry.test.ts',
  'dashboard/server/frozen.test.ts',
  'store/sqlite/telemetry.test.ts',
  'store/move.test.ts',
  'test/browser/influx.test.ts',
  'ingest/decoders/hostile.test.ts',
]

/** What crosses folders starts whole platforms and browsers; the rest is quick. */
function weightOf(spec: TestSpecification): number {
  const path = relative(spec.project.config.root, spec.moduleId)
  const place = slow.indexOf(path)
  if (place >= 0) return 1_000 - place
  return path.startsWith('test/browser/') ? 3 : path.startsWith('test/') && basename(path) !== 'links.test.ts' ? 2 : 1
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // By size where nothing else is known; the order of equals is kept.
    const bySize = await super.sort(files)
    return bySize.toSorted((one, other) => weightOf(other) - weightOf(one))
  }
}
