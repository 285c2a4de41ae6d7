/** `npm run simulate -- --lives N --seed S`: lives N lives from seed S on. Ends with code 1 and the shortest failing life when a rule was broken. `--json` adds one line of counts; `--plain` ends with the first failing life as it was lived. */
import { parseArgs } from 'node:util'
import { live, report } from './life.ts'

const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
})
const lives = wholeNumber('--lives', values.lives)
const first = wholeNumber('--seed', values.seed)
const counts = { lives: 0, acts: 0, presses: 0, facts: 0, restarts: 0, broken: 0 }
const began = process.hrtime.bigint()

for (let seed = first; seed < first + lives; seed += 1) {
  const { broken, ...lived } = await live(seed)
  counts.lives += 1
  for (const name of ['acts', 'presses', 'facts', 'restarts'] as const) counts[name] += lived[name]
  if (broken) {
    counts.broken += 1
    console.error(values.plain ? `Seed ${seed} broke "${broken.rule}": ${broken.detail}` : `\n${await report(seed, broken)}`)
  }
  if (counts.broken >= (values.plain ? 1 : 5)) break
  if (counts.lives % 500 === 0) console.error(`${counts.lives} lives lived`)
}

const took = Number((process.hrtime.bigint() - began) / 1_000_000n)
console.log(
  `${counts.lives} lives with ${counts.presses} presses, ${counts.restarts} crashes and ${counts.facts} facts in ${(took / 1_000).toFixed(1)} s: ` +
    (counts.broken === 0 ? 'every rule held.' : `rules were broken in ${counts.broken}.`),
)
if (values.json) console.log(JSON.stringify({ ...counts, firstSeed: first, tookMs: took }))
process.exitCode = counts.broken === 0 ? 0 : 1

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 0) return number
  console.error(`${name} must be a whole number, not "${text}".`)
  process.exit(2)
}
