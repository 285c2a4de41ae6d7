/** How long readings are kept on a server, and the statements that sum them up by hour and by day. Pure text. */
import { quoteName } from './influxql.ts'
import { tagOf } from './line.ts'
import { databaseOf, type InfluxSettings } from './settings.ts'

/** When a day begins, in hours after midnight UTC: midnight in China. Days of other zones are made of hours when they are asked for. */
export const dayBeginsHours = 16

export type Policy = { name: string; duration: string; shard: string; isDefault: boolean }
/** 1.x. The first holds the readings as they are; the named one when the settings name one. */
export const policies = ({ retentionPolicy }: Pick<InfluxSettings, 'retentionPolicy'>): readonly Policy[] => [
  { name: retentionPolicy || 'raw', duration: '90d', shard: '1d', isDefault: true },
  { name: 'hourly', duration: '1095d', shard: '30d', isDefault: false },
  { name: 'daily', duration: '1095d', shard: '90d', isDefault: false },
]

/** What is kept of each hour and day. */
export const sumFields = ['count', 'sum', 'mean', 'min', 'max', 'first', 'last'] as const
/** Twins are summed up together with their first: they are readings like it. */
export const sumTags = ['device', 'kind', 'resident', 'site'] as const

const sums = sumFields.map((sum) => `${sum}("value") AS "${sum}"`).join(', ')
const sumTagNames = sumTags.map(quoteName).join(', ')

type Statement = { name: string; query: string }
type Span = { every: 'hourly' | 'daily'; window: string; again: string }

/** What comes late is summed up too: an hour is looked at again for twelve hours, a day for three days. */
const spans: readonly Span[] = [
  { every: 'hourly', window: '1h', again: 'RESAMPLE EVERY 1h FOR 12h' },
  { every: 'daily', window: `1d, ${dayBeginsHours}h`, again: 'RESAMPLE EVERY 6h FOR 3d' },
]

/** `SELECT … INTO` of one span, without the end that says when. */
function selectInto(settings: InfluxSettings, every: string): string {
  const place = (policy: string) => [databaseOf(settings), policy, tagOf(settings.measurement)].map(quoteName).join('.')
  return `SELECT ${sums} INTO ${place(every)} FROM ${place(settings.retentionPolicy || 'raw')}`
}

export const continuousQueries = (settings: InfluxSettings): readonly Statement[] =>
  spans.map(({ every, window, again }) => ({
    name: `anling_${every}`,
    query: `CREATE CONTINUOUS QUERY ${quoteName(`anling_${every}`)} ON ${quoteName(databaseOf(settings))} ${again} BEGIN ${selectInto(settings, every)} GROUP BY time(${window}), ${sumTagNames} END`,
  }))

/** The same sums over a past stretch, for a backlog that came later than the continuous queries look back. */
export const sumsAgain = (settings: InfluxSettings, days: number): readonly string[] =>
  spans.map(({ every, window }) => `${selectInto(settings, every)} WHERE time >= now() - ${days}d GROUP BY time(${window}), ${sumTagNames}`)

const quoteFlux = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('${', '\\${')}"`

/** 2.x: a task in Flux that writes the same fields. */
export function fluxTask({ bucket, org, measurement }: InfluxSettings, every: 'hourly' | 'daily'): string {
  const [period, back, window] = every === 'hourly' ? ['1h', '12h', 'every: 1h'] : ['6h', '3d', `every: 1d, offset: ${dayBeginsHours}h`]
  const sums = sumFields.map(
    (sum) =>
      `  data |> aggregateWindow(${window}, fn: ${sum}, createEmpty: false, timeSrc: "_start")${sum === 'count' ? ' |> toFloat()' : ''} |> set(key: "_field", value: "${sum}")`,
  )
  return `option task = {name: ${quoteFlux(`anling ${bucket} ${every}`)}, every: ${period}, offset: 5m}
data = from(bucket: ${quoteFlux(bucket)})
  |> range(start: -${back})
  |> filter(fn: (r) => r._measurement == ${quoteFlux(tagOf(measurement))} and r._field == "value")
  |> group(columns: ["_measurement", "_field", ${sumTags.map(quoteFlux).join(', ')}])
  |> sort(columns: ["_time"])
union(tables: [
${sums.join(',\n')},
])
  |> to(bucket: ${quoteFlux(`${bucket}_${every}`)}, org: ${quoteFlux(org)})
`
}
