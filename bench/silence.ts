/**
 * `npm run bench:silence -- [--homes DIR] [--json] [--svg FILE]`: silence detectors by the protocol of docs/measuring.md: ours and the published ones,
 * on recorded homes or, without DIR, on the synthetic hundred. Prints the table and draws the trade-off curve.
 */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { budgetDefault } from '../alerts/routine/routine.ts'
import { report } from './lib/figures.ts'
import { drawCurves } from './lib/silence-draw.ts'
import { holdEverythingOut } from './lib/silence-held-out.ts'
import { loadHomes } from './lib/silence-homes.ts'
import { coldTrials, wholeTrial } from './lib/silence-protocol.ts'
import { leaveOneOut, runAll, runOurs } from './lib/silence-run.ts'
import { detectedDespiteStrays } from './lib/silence-stray.ts'
import { judgeCauses, syntheticHomes } from './lib/silence-synthetic.ts'
import { printBars, printTable, printUniform, rowOf } from './lib/silence-table.ts'
import { judgeUniform } from './lib/silence-uniform.ts'

const { values } = parseArgs({
  options: { homes: { type: 'string' }, json: { type: 'boolean' }, svg: { type: 'string' }, seed: { type: 'string', default: '7' } },
})
const seed = Number(values.seed)
const synthetic = values.homes ? [] : syntheticHomes()
const homes = values.homes ? loadHomes(values.homes) : synthetic
// A record too short to leave anything to judge after its history is left out.
const trials = homes.map((home) => wholeTrial(home, seed)).filter(({ months }) => months > 0)
console.log(`${homes.length} homes, ${trials.reduce((sum, { months }) => sum + months, 0).toFixed(2)} resident-months judged`)

const { detectors, curves } = runAll(trials, { withCurves: true })
printTable(detectors)
const coldStart = Object.fromEntries(
  [3, 7, 14].map((days) => [
    days,
    runOurs(
      homes.flatMap((home) => coldTrials(home, days, seed + days)),
      [0.5, 1],
    ),
  ]),
)
console.log('\nours with so many days of history (one judged week each):')
for (const [days, byBudget] of Object.entries(coldStart)) {
  for (const [budget, one] of Object.entries(byBudget)) console.log(rowOf(`${days} days, budget ${budget}`, one))
}
const strays = { every6h: detectedDespiteStrays(trials, 0.5) }
console.log(`\none spurious event every 6 h after the onset: ${(strays.every6h * 100).toFixed(1)} % noticed within 24 h`)
const uniform = judgeUniform(trials, seed)
printUniform(uniform)
const leftOut = homes.length > 2 ? leaveOneOut(trials) : null
if (leftOut) {
  const scales = Object.values(leftOut.scales)
  console.log(`\n${rowOf('scale chosen on the other homes', leftOut.score)}\n  scales ${Math.min(...scales)} … ${Math.max(...scales)}`)
}
// Synthetic homes chose nothing, and a hundred of them would take an hour.
const heldOut = values.homes
  ? holdEverythingOut(
      trials,
      homes.flatMap((home) => coldTrials(home, 3, seed + 3)),
      { budget: budgetDefault },
    )
  : undefined
if (heldOut) console.log(`${rowOf('every constant chosen on the others', heldOut.score)}\n  ${JSON.stringify(heldOut.spread)}`)
const causes = values.homes ? null : judgeCauses(synthetic, 0.5)
if (causes) console.log(`\nfalse alarms at 0.5 by cause: ${JSON.stringify(causes)}`)
if (causes) console.log('\nThe bars are those of recorded homes:')
const bars = printBars({ detectors, coldStart, strays })
const svg = values.svg ?? join(tmpdir(), 'anling-silence.svg')
writeFileSync(svg, drawCurves(curves))
console.log(`trade-off curve: ${svg}`)
report({
  detectors,
  coldStart,
  strays,
  ...(leftOut ? { leaveOneOut: leftOut } : {}),
  ...(heldOut ? { heldOut } : {}),
  ...(causes ? { causes } : {}),
  curves,
  bars,
  svg,
})
