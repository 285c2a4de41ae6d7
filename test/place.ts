/** Before each test file: whether its temporary files lie on a real disk or in memory, where there is room for them (test/all.ts looks). */
import { relative } from 'node:path'
import { expect } from 'vitest'

/** They show what is kept when a process dies, a disk is full or a sync is left out: never in memory. */
const onDisk =
  /^(alerts\/checkpoint|store\/move|store\/sqlite\/[^/]+|store\/sqlite\/telemetry\/(kill|bulk-full)|test\/(influx|kill|mutants|watcher|webhooks-kill))\.test\.ts$/

const { TESTS_IN_MEMORY: memory, TESTS_ON_DISK: disk } = process.env
const file = relative(process.cwd(), expect.getState().testPath ?? '')
if (memory && disk) process.env.TMPDIR = onDisk.test(file) ? disk : memory
