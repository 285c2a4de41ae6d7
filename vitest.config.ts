import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/order.ts'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/place.ts'],
    pool: 'forks',
    // A third of the time was spent on loading the same parts anew: what a file opens it closes, so the next may use the same process.
    isolate: false,
    // Most tests wait more than they work: more files at a time than there are cores on a small machine.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The default is one second: less than a busy machine may take for one look.
    expect: { poll: { timeout: 30_000 } },
  },
})
