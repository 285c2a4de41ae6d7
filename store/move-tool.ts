/** `npm run telemetry:move -- --from sqlite|influx --to influx|sqlite`: copies history, goes on where it was broken off, counts both sides. Settings come from the environment. */
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { systemClock } from '../domain/clock.ts'
import { sentenceOf } from '../domain/log.ts'
import { InfluxRefusal } from './influx/server.ts'
import { influxSettingsOf } from './influx/settings.ts'
import { troubleOf } from './influx/trouble.ts'
import { openCursor } from './move/cursor.ts'
import { openProgress } from './move/progress.ts'
import { type Direction, openSides } from './move/sides.ts'
import { type MoveResult, moveHistory, OtherMove } from './move.ts'

const usage = 'npm run telemetry:move -- --from sqlite --to influx, or --from influx --to sqlite [--part READINGS]; stop Anling first.'
const n = (count: number): string => count.toLocaleString('en-GB')

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' }, part: { type: 'string', default: '600000' } } })

function directionAsked(): Direction | null {
  const asked = `${values.from}-${values.to}`
  return asked === 'sqlite-influx' || asked === 'influx-sqlite' ? asked : null
}

function said({ source, target, differing, refused, why, left }: MoveResult, [from, to]: readonly [string, string]): string {
  const none = [
    ...(refused === 0 ? [] : [` ${n(refused)} were refused (${why}).`]),
    ...(left === 0 ? [] : [` ${n(left)} older readings are known as sums only; those stay in ${from}.`]),
  ].join('')
  if (differing === 0) return `History is moved: ${n(source)} readings in ${from}, the same ${n(target)} in ${to}.${none}`
  return `The counts differ: ${n(source)} readings in ${from}, ${n(target)} of them in ${to}; ${n(differing)} devices differ.${none}`
}

/** Resolves with the exit code. */
async function run(direction: Direction): Promise<number> {
  const config = readConfig(process.env)
  const settings = influxSettingsOf(config)
  if (settings.url === '') {
    console.error('Set INFLUX_URL first; docs/telemetry.md says how.')
    return 78
  }
  const dataDir = config.ANLING_DATA_DIR
  const partReadings = Math.max(1, Number.parseInt(values.part, 10) || 0)
  const cursor = openCursor(dataDir)
  const progress = openProgress(process.stderr, () => systemClock.elapsed())
  try {
    const { from, to, close } = await openSides({ direction, partReadings, dataDir, settings, clock: systemClock, log: () => {} })
    const begun = cursor.read()
    console.log(begun ? `Going on after ${n(begun.moved)} readings, from ${from.name} to ${to.name}.` : `From ${from.name} to ${to.name}.`)
    const result = await moveHistory({ from, to, cursor, tell: progress.tell })
    progress.end()
    console.log(said(result, [from.name, to.name]))
    await close()
    return result.differing === 0 ? 0 : 1
  } catch (error) {
    progress.end()
    if (error instanceof OtherMove) console.error(`${error.message} End it first, or remove ${cursor.path}.`)
    else console.error(`${sentenceFor(error)} Run the same command again: it goes on where it was.`)
    return 69
  }

  function sentenceFor(error: unknown): string {
    if (error instanceof InfluxRefusal) return error.trouble.sentence
    const isNetwork = error instanceof Error && ('statusCode' in error || 'syscall' in error)
    if (isNetwork) return troubleOf(error, settings, systemClock.now()).sentence
    const sentence = sentenceOf(error)
    return /database is locked/.test(sentence) ? 'Anling is running on this folder: stop it first.' : sentence
  }
}

const direction = directionAsked()
if (direction === null) console.error(usage)
process.exit(direction === null ? 64 : await run(direction))
