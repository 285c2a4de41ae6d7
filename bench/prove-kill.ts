/** `npm run prove:kill -- --kills N`: no thanked press is lost, and each press is exactly one alarm's cause, whatever dies. Ends with code 1 when one is. */
import { parseArgs } from 'node:util'
import { report } from './lib/figures.ts'
import { proveFullDisk, proveKills, proveTorn } from './lib/kill.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    torn: { type: 'string', default: '20' },
    full: { type: 'string', default: '2000' },
    json: { type: 'boolean' },
  },
})
console.log(`kill -9, ${values.kills} times, while 50 devices press and an operator answers:`)
const killed = await proveKills(Number(values.kills), { tell: (line) => console.log(line) })
console.log(killed)
console.log(`torn copies of database and log, ${values.torn} times:`)
const torn = await proveTorn(Number(values.torn))
console.log(torn)
console.log(`a full disk, ${values.full} presses:`)
const full = await proveFullDisk(Number(values.full))
console.log(full ?? 'skipped: mounting a small file system is not permitted here')
report({
  ...{ kills: killed.kills, acknowledged: killed.acknowledged, lostAcknowledged: killed.lostAcknowledged },
  ...{ duplicateAlarms: killed.duplicateAlarms, missingAlarms: killed.missingAlarms, torn, full },
})
const faults =
  killed.lostAcknowledged +
  killed.duplicateAlarms +
  killed.missingAlarms +
  killed.changedAfterResolve +
  torn.lostAcknowledged +
  torn.refused
process.exit(faults + (full ? full.lostAcknowledged + full.duplicateAlarms : 0) === 0 ? 0 : 1)
