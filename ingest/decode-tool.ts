/** `npm run decode -- FILE.ndjson [--json]`: what each sample of a file became, whether that is what it means, and how many mistakes would be dangerous. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sentenceOf } from '../domain/log.ts'
import type { Signal } from '../domain/signal.ts'
import { judge } from './judge.ts'
import { readSample, sampleSchema } from './sample.ts'

type Line = {
  line: number
  family: string
  device: string
  became: readonly Signal[]
  problem: string | null
  right: boolean
  dangerous: boolean
  wrong: readonly string[]
}

function lineOf(text: string, line: number): Line {
  const { data: parsed, error } = sampleSchema.safeParse(JSON.parse(text))
  if (!parsed) throw new Error(error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '))
  const read = readSample(parsed)
  const { isRight, isDangerous, wrong } = judge(parsed, read)
  const { family, device, direction } = parsed
  const isUnknown = read.family === null && direction !== 'out'
  const problem = isUnknown ? `no decoder has the name “${family}”` : read.problem
  return { line, family, device, became: read.signals, problem, right: isRight, dangerous: isDangerous, wrong }
}

const shown = ({ kind, active, value, origin, level }: Signal): string =>
  [kind, active === undefined ? '' : active ? 'yes' : 'no', value ?? '', level ?? '', origin === 'live' ? '' : `(${origin})`]
    .filter((word) => word !== '')
    .join(' ')

function print(read: Line): void {
  const became = read.became.map(shown).join('; ') || (read.problem ? `not understood: ${read.problem}` : 'nothing')
  const verdict = read.right ? 'right    ' : read.dangerous ? 'DANGEROUS' : 'WRONG    '
  console.log(
    `${String(read.line).padStart(5)} ${verdict} ${read.family} ${read.device}: ${became}${read.wrong.length > 0 ? ` — ${read.wrong.join('; ')}` : ''}`,
  )
}

function main(): void {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true })
  const [file] = positionals
  if (file === undefined) throw new Error('which file? npm run decode -- FILE.ndjson')
  const lines: Line[] = []
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((text, place) => {
      if (text.trim() === '') return
      try {
        lines.push(lineOf(text, place + 1))
      } catch (error) {
        throw new Error(`Line ${place + 1} is no sample`, { cause: error })
      }
    })
  for (const each of lines)
    if (values.json) console.log(JSON.stringify(each))
    else print(each)
  const right = lines.filter((each) => each.right).length
  const total = { lines: lines.length, right, wrong: lines.length - right, dangerous: lines.filter((each) => each.dangerous).length }
  console.log(
    values.json
      ? JSON.stringify(total)
      : `${total.lines} lines: ${total.right} right, ${total.wrong} wrong, ${total.dangerous} of them dangerous`,
  )
}

try {
  main()
} catch (error) {
  console.error(sentenceOf(error))
  process.exitCode = 1
}
