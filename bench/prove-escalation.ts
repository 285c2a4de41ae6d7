/**
 * `npm run prove:escalation [-- --alarms N] [--json]`: 10,000 calls for help that nobody answers, over restarts and clock jumps. Every step of
 * every plan and every repeat must be sent, in time and once. docs/measuring.md says what exactly is counted. Ends with 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import { runEscalation } from './lib/escalation.ts'
import { machine, report } from './lib/figures.ts'

const bars = { worstLatenessMs: 1_000, missed: 0, repeated: 0 }

const { values } = parseArgs({ options: { alarms: { type: 'string', default: '10000' }, json: { type: 'boolean' } } })
console.log('machine', machine())
const from = performance.now()
const run = await runEscalation({ alarms: Number(values.alarms), say: (line) => console.log(line) })
const tookSeconds = Math.round((performance.now() - from) / 1_000)
const kept = run.worstLatenessMs <= bars.worstLatenessMs && run.missed <= bars.missed && run.repeated <= bars.repeated

console.log(
  `${run.alarms} alarms, ${run.rounds} rounds and ${run.sent} calls in ${run.virtualSeconds} s of their time (${tookSeconds} s of ours), ` +
    `${run.restarts} restarts, ${run.clockJumps} clock jumps`,
)
console.log(`worst lateness ${run.worstLatenessMs} ms (bar ${bars.worstLatenessMs}), p99 ${run.latenessP99Ms} ms`)
console.log(
  `missed ${run.missed} (bar 0), repeated ${run.repeated} (bar 0); ${run.sentAgainAfterCrash} sent again because a crash cut off their record`,
)
console.log(`the longest stretch of work took ${run.busiestMs} ms of the machine's time, during which the virtual clock stood still`)
report({ ...run, tookSeconds, bars })
process.exit(kept ? 0 : 1)
