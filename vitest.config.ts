import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/order.ts'

/** They show what a real disk keeps when a process dies, a disk is full or fsync is left out: never in memory. */
const onDisk = [
  'alerts/checkpoint.test.ts',
  'store/move.test.ts',
  'store/sqlite/*.test.ts',
  'store/sqlite/telemetry/kill.test.ts',
  'store/sqlite/telemetry/bulk-full.test.ts',
  'test/influx.test.ts',
  'test/kill.test.ts',
  'test/mutants.test.ts',
  'test/watcher.test.ts',
  'test/webhooks-kill.test.ts',
]
const all = ['**/*.test.ts']
const exclude = ['**/node_modules/**', '**/dist/**']
/** A folder in memory for the files of all other tests, where the machine has room (test/all.ts looks). */
const memory = process.env.TESTS_IN_MEMORY

export default defineConfig({
  test: {
    pool: 'forks',
    // Most tests wait more than they work: more files at a time than there are cores on a small machine.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'disk', include: onDisk, exclude } },
      { extends: true, test: { name: 'rest', include: all, exclude: [...exclude, ...onDisk], env: memory ? { TMPDIR: memory } : {} } },
    ],
  },
})
