/** Readings of one resident or device from InfluxDB, by InfluxQL, packed as they travel between threads. */
import { readingKinds } from '../../domain/reading.ts'
import { doublesEach, packedOver, recordBytes, wordsEach } from '../sqlite/telemetry/batch.ts'
import type { ReadingQuery } from '../store.ts'
import type { Client } from './client.ts'
import { quoteMoment, quoteName, quoteText } from './influxql.ts'
import { momentMax, tagOf } from './line.ts'
import { ask, type Series } from './server.ts'
import type { InfluxSettings } from './settings.ts'

/** Rows of one answer: bounds its JSON to a few MiB. */
const pageRowsMax = 20_000
const kindCodes = new Map<unknown, number>(readingKinds.map((kind, code) => [kind, code]))

type Row = { at: number; value: number; device: number; resident: number; kind: number; twin: number }
type Needs = { client: Client; settings: InfluxSettings }

/** At most `limit`, oldest first; of one moment by device, kind, then as recorded. Throws HttpError or what the network threw. */
export function findHistory(
  needs: Needs,
  { resident, device, from, to, limit }: ReadingQuery,
): Promise<{ buffer: ArrayBuffer; count: number }> {
  const whose = [
    ...(device === undefined ? [] : [`"device"::tag = ${quoteText(String(device))}`]),
    ...(resident === undefined ? [] : [`"resident"::tag = ${quoteText(String(resident))}`]),
  ]
  return findRows(needs, { whose, from, to, limit })
}

/** `whose`: conditions on tags, in InfluxQL. Both ends of the range are included. */
export type RowQuery = { whose: readonly string[]; from: number; to: number; limit: number }

/** The same by any condition. */
export async function findRows(needs: Needs, query: RowQuery): Promise<{ buffer: ArrayBuffer; count: number }> {
  const rows: Row[] = []
  const to = Math.min(query.to, momentMax)
  for (let from: number | null = Math.max(query.from, -momentMax); from !== null && from <= to && rows.length < query.limit; ) {
    const page = await pageFrom(needs, query, { from, to })
    rows.push(...page.rows)
    from = page.next
  }
  return pack(rows.sort(inOrder).slice(0, query.limit))
}

type Span = { from: number; to: number }

/** One page, always with every row of its last moment, and where the next begins. */
async function pageFrom(needs: Needs, query: RowQuery, { from, to }: Span): Promise<{ rows: Row[]; next: number | null }> {
  const limit = Math.min(pageRowsMax, query.limit)
  const { rows, isCut } = await select(needs, query, { from, to, limit })
  const last = rows[rows.length - 1]?.at
  if (last === undefined || (rows.length < limit && !isCut)) return { rows, next: null }
  // Which rows of one moment came first is the server's choice, and ours is another: take all of them.
  const tied = await select(needs, query, { from: last, to: last, limit: null })
  return { rows: [...rows.filter(({ at }) => at < last), ...tied.rows], next: last + 1 }
}

async function select({ client, settings }: Needs, { whose }: RowQuery, { from, to, limit }: Span & { limit: number | null }) {
  const tags = ['device', 'kind', 'resident', 'twin'].map((tag) => `"${tag}"::tag`).join(', ')
  const where = [...whose, `time >= ${quoteMoment(from)}`, `time <= ${quoteMoment(to)}`].join(' AND ')
  const cut = limit === null ? '' : ` LIMIT ${limit}`
  const found = await ask(
    client,
    settings,
    `SELECT "value"::field, ${tags} FROM ${quoteName(tagOf(settings.measurement))} WHERE ${where} ORDER BY time ASC${cut}`,
  )
  return { rows: found.flatMap(rowsOf), isCut: found.some(({ partial }) => partial === true) }
}

function rowsOf({ columns, values }: Series): Row[] {
  const place = (name: string) => columns.indexOf(name)
  const [time, value, device, kind, resident, twin] = ['time', 'value', 'device', 'kind', 'resident', 'twin'].map(place) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return values.flatMap((row) => {
    const code = kindCodes.get(row[kind])
    // A kind that only a newer Anling knows.
    if (code === undefined) return []
    return [
      {
        at: Number(row[time]),
        value: Number(row[value]),
        device: Number(row[device]),
        resident: Number(row[resident]),
        kind: code,
        twin: Number(row[twin] ?? 0),
      },
    ]
  })
}

const inOrder = (a: Row, b: Row) => a.at - b.at || a.device - b.device || a.kind - b.kind || a.twin - b.twin

function pack(rows: readonly Row[]): { buffer: ArrayBuffer; count: number } {
  const buffer = new ArrayBuffer(rows.length * recordBytes)
  const { doubles, words } = packedOver(buffer)
  rows.forEach((row, i) => {
    doubles[i * doublesEach] = row.at
    doubles[i * doublesEach + 1] = row.value
    words[i * wordsEach + 4] = row.device
    words[i * wordsEach + 5] = row.resident
    words[i * wordsEach + 6] = row.kind
  })
  return { buffer, count: rows.length }
}
