/** Our own summing up of what InfluxDB holds, day by day: alone where the version cannot do it, and once more before readings go, so that what came late is in. */
import { HttpError } from '@influxdata/influxdb-client'
import { readingKinds } from '../../domain/reading.ts'
import type { Client } from './client.ts'
import { sumFields, sumTags } from './downsampling.ts'
import { quoteMoment, quoteName, quoteText } from './influxql.ts'
import { momentMax, tagOf } from './line.ts'
import { type Every, settingsAt } from './places.ts'
import { ask, type Series, type ServerKind } from './server.ts'
import type { InfluxSettings } from './settings.ts'
import { type SumLine, type SumRow, startOfDay, sumLines } from './sum-lines.ts'
import type { Outcome } from './writer.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Devices of one question, about: bounds its answer to some MiB. */
const devicesAtOnce = 500
const cursorName = 'rollup'

/** A day is summed up so long after its end. The last time is before its readings go; what comes later still is in no sum. */
export type Pass = { name: 'fresh' | 'final'; lagMs: number }
export const freshPass: Pass = { name: 'fresh', lagMs: 6 * hourMs }
export const finalPass: Pass = { name: 'final', lagMs: 80 * dayMs }

/** The servers that sum up by themselves need us only at the end. */
export const passesOf = (kind: ServerKind): readonly Pass[] =>
  kind === '3' ? [freshPass, finalPass] : kind === 'write-only' ? [] : [finalPass]

export type RollupNeeds = {
  client: Client
  settings: InfluxSettings
  kind: ServerKind
  /** About how many devices there are. */
  devices: number
  /** Throws nothing: what could not be written is an outcome. */
  write: (every: Every, lines: readonly string[]) => Promise<Outcome>
  /** Between two questions; false: stop here, the rest is done the next time. */
  goOn: () => Promise<boolean>
}

/** Sums up every day that is due. Resumable: a day is done when its mark is written, and done again makes the same sums. Resolves with the days done. Throws what the client throws. */
export async function rollUp(needs: RollupNeeds, pass: Pass, now: number): Promise<number> {
  const done = await lastDone(needs, pass)
  let days = 0
  const due = now - pass.lagMs
  const next = (from: number) => nextDay(needs, { from, before: due })
  for (let day = await next(done ?? -momentMax); day !== null && day + dayMs <= due; day = await next(day + dayMs)) {
    if (!(await sumDay(needs, day))) return days
    await writeAll(needs, 'daily', [`${cursorName},pass=${pass.name} upTo=${day + dayMs} ${day}`])
    days++
  }
  return days
}

/** The end of the last day that was done, or null. */
async function lastDone({ client, settings, kind }: RollupNeeds, { name }: Pass): Promise<number | null> {
  const at = settingsAt(kind, settings, 'daily')
  const asked = `SELECT "upTo" FROM ${quoteName(cursorName)} WHERE "pass" = ${quoteText(name)} ORDER BY time DESC LIMIT 1`
  const [series] = await orNothing(ask(client, at, asked))
  const upTo = series?.values[0]?.[series.columns.indexOf('upTo')]
  return upTo === undefined ? null : Number(upTo)
}

/** The beginning of the first day in which anything was measured, as far as it lies in this range: only what is old enough is looked at. */
async function nextDay({ client, settings }: RollupNeeds, { from, before }: { from: number; before: number }): Promise<number | null> {
  if (from >= before) return null
  const since = ` WHERE time >= ${quoteMoment(from)} AND time < ${quoteMoment(before)}`
  const [series] = await ask(client, settings, `SELECT first("value") FROM ${quoteName(tagOf(settings.measurement))}${since}`)
  const at = series?.values[0]?.[series.columns.indexOf('time')]
  return at === undefined ? null : startOfDay(Number(at))
}

/** False when it was stopped before its end. */
async function sumDay(needs: RollupNeeds, day: number): Promise<boolean> {
  for (const residue of residuesOf(needs.devices)) {
    const series = await selectHours(needs, day, residue)
    const lines = series.flatMap((one) => linesOf(needs, one))
    for (const every of ['hourly', 'daily'] as const)
      await writeAll(
        needs,
        every,
        lines.filter((line) => line.every === every).map(({ line }) => line),
      )
    if (!(await needs.goOn())) return false
  }
  return true
}

/** Device numbers by their last digits, so that no answer is ever too large: patterns that part them all. */
export function residuesOf(devices: number): readonly string[] {
  return partsOf(devices / devicesAtOnce)
}

/** At least so many parts; one alone has no pattern. */
export function partsOf(count: number): readonly string[] {
  const digits = Math.max(0, Math.ceil(Math.log10(Math.max(1, count))))
  if (digits === 0) return ['']
  return Array.from({ length: 10 ** digits }, (_, n) => {
    const padded = String(n).padStart(digits, '0')
    return padded === String(n) ? `${n}$` : `(^${n}|${padded})$`
  })
}

function selectHours({ client, settings }: RollupNeeds, day: number, residue: string): Promise<readonly Series[]> {
  const whose = residue === '' ? '' : ` AND "device" =~ /${residue}/`
  const columns = sumFields.map((name) => `${name}("value") AS ${quoteName(name)}`).join(', ')
  const when = `time >= ${quoteMoment(day)} AND time < ${quoteMoment(day + dayMs)}`
  const grouped = `${sumTags.map(quoteName).join(', ')}, time(1h) fill(none)`
  return ask(client, settings, `SELECT ${columns} FROM ${quoteName(tagOf(settings.measurement))} WHERE ${when}${whose} GROUP BY ${grouped}`)
}

/** A line for each hour that has anything, and one for their day. */
function linesOf({ settings, kind }: RollupNeeds, { tags = {}, columns, values }: Series): readonly SumLine[] {
  if (!readingKinds.some((known) => known === tags.kind)) return []
  const hours = values.map((row) => ({
    at: Number(row[columns.indexOf('time')]),
    row: Object.fromEntries(sumFields.map((name) => [name, Number(row[columns.indexOf(name)])])) as SumRow,
  }))
  // Tag values come back as they were written: they need no second making safe.
  return sumLines({ measurement: settings.measurement, tags, isWhole: kind === '1' }, hours)
}

async function writeAll({ write }: RollupNeeds, every: Every, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const outcome = await write(every, lines)
  if (!outcome.done) throw new Error(outcome.trouble.sentence)
  // Older than the sums are kept is no trouble; anything else would come again with every try.
  const refused = outcome.refused.find(({ why }) => !/(beyond|outside) retention policy/.test(why))
  if (refused) throw new Error(`InfluxDB refuses sums: ${refused.why}`)
}

/** Whether the server has a place for sums by hour and by day; without one the readings themselves answer. Throws what the client throws. */
export async function hasSums({ client, settings, kind }: Pick<RollupNeeds, 'client' | 'settings' | 'kind'>): Promise<boolean> {
  if (kind === 'write-only') return false
  try {
    for (const every of ['hourly', 'daily'] as const)
      await ask(client, settingsAt(kind, settings, every), `SELECT "count" FROM ${quoteName(tagOf(settings.measurement))} LIMIT 1`)
    return true
  } catch (error) {
    if (error instanceof HttpError && error.statusCode === 404) return false
    throw error
  }
}

/** A measurement that nobody wrote yet is unknown to some versions. */
async function orNothing(asked: Promise<readonly Series[]>): Promise<readonly Series[]> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof HttpError && [400, 404].includes(error.statusCode)) return []
    throw error
  }
}
