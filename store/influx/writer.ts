/** Sends lines so that every one of them is there, is refused by itself, or is to be sent again. Writing twice makes the same point. */
import { HttpError, type WriteApi } from '@influxdata/influxdb-client'
import { systemClock } from '../../domain/clock.ts'
import { type Client, shownOf, type Writes, wordsOf } from './client.ts'
import type { Server } from './server.ts'
import type { InfluxSettings } from './settings.ts'
import { limitSentence, operatorTrouble, type Trouble, troubleOf } from './trouble.ts'

export type Refused = { line: string; why: string }
export type Outcome = { done: true; refused: readonly Refused[] } | { done: false; trouble: Trouble }
export type Writer = { write(lines: readonly string[]): Promise<Outcome> }

/** Lines of one request. The client would send a fuller buffer by itself, and its `flush` would not wait for that. */
const requestLinesMax = 10_000
const gzipFromBytes = 1_000

/** `dropped`: how many of them, when the server says so: then it has stored the others. */
type Verdict = 'stored' | { refuse: string } | { split: string; dropped: number | null } | { trouble: Trouble }

export function openWriter(client: Client, server: Server, settings: InfluxSettings): Writer {
  const writes = client.openWrites()
  let api = openApi(writes, { server, settings, gzipThreshold: gzipFromBytes })
  let isPlain = false

  async function post(lines: readonly string[]): Promise<Verdict> {
    try {
      api.writeRecords([...lines])
      await api.flush()
      // 3 answers 201, and the client is content, when only a part was stored.
      return writes.lastStatus() === 204 ? 'stored' : verdictOf(`only a part was stored (${writes.lastStatus()})`, lines.length)
    } catch (error) {
      if (isRefusal(error)) return verdictOf(wordsOf(error), lines.length)
      if (!isPlain && error instanceof HttpError && error.statusCode === 415) return postPlain(lines)
      return { trouble: troubleOf(error, settings, systemClock.now()) }
    }
  }

  /** Somebody on the way takes nothing that is compressed. */
  function postPlain(lines: readonly string[]): Promise<Verdict> {
    isPlain = true
    api = openApi(writes, { server, settings, gzipThreshold: Number.POSITIVE_INFINITY })
    return post(lines)
  }

  /** Halves what was refused until each line that nobody wants stands alone. */
  async function write(lines: readonly string[]): Promise<Outcome> {
    if (lines.length === 0) return { done: true, refused: [] }
    if (lines.length > requestLinesMax) return inHalves(lines)
    const verdict = await post(lines)
    if (verdict === 'stored') return { done: true, refused: [] }
    if ('trouble' in verdict) return { done: false, trouble: verdict.trouble }
    if ('refuse' in verdict) return { done: true, refused: lines.map((line) => ({ line, why: verdict.refuse })) }
    return inHalves(lines, verdict.dropped)
  }

  /** What the first half shows of the second is not asked again: each refused line costs few requests. */
  async function inHalves(lines: readonly string[], dropped: number | null = null): Promise<Outcome> {
    const middle = Math.ceil(lines.length / 2)
    const first = await write(lines.slice(0, middle))
    if (!first.done || (dropped !== null && first.refused.length >= dropped)) return first
    const second = await write(lines.slice(middle))
    return second.done ? { done: true, refused: [...first.refused, ...second.refused] } : second
  }

  return { write }
}

/** Lines were refused, and not the request: early 2.x says 500 of points that it dropped. */
function isRefusal(error: unknown): error is HttpError {
  if (!(error instanceof HttpError)) return false
  return [400, 413, 422].includes(error.statusCode) || (error.statusCode === 500 && /partial write/.test(wordsOf(error)))
}

type How = { server: Server; settings: InfluxSettings; gzipThreshold: number }

function openApi(writes: Writes, { server: { writePath }, settings: { org, bucket, database }, gzipThreshold }: How): WriteApi {
  const api = writes.influx.getWriteApi(org, bucket || database, 'ms', {
    // One flush is one request that we wait for: no timer, no retries and no second buffer behind our back.
    ...{ batchSize: requestLinesMax + 1, maxBatchBytes: 2 ** 26, flushInterval: 0, maxRetries: 0, gzipThreshold },
    writeFailed: (error) => Promise.reject(error),
  })
  if (writePath !== null) api.path = writePath
  return api
}

function verdictOf(said: string, lines: number): Verdict {
  const limit = limitSentence(said)
  if (limit) return { trouble: operatorTrouble(limit) }
  const dropped = /partial write.*dropped=(\d+)/.exec(said)?.[1]
  // Nobody wants any of them, such as a batch that is older than the server keeps: no need to ask for each line.
  if (lines === 1 || Number(dropped) === lines) return { refuse: shownOf(said) }
  // 1.x says 0 of lines that it could not even read.
  return { split: said, dropped: Number(dropped) > 0 ? Number(dropped) : null }
}
