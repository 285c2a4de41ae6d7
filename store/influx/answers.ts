/** Answers of the InfluxDB worker: readings and sums asked of the server, lines that it refused. */
import { HttpError } from '@influxdata/influxdb-client'
import type { Client } from './client.ts'
import type { Drain } from './drain.ts'
import { findHistory } from './history.ts'
import type { InfluxAnswers, InfluxAsk } from './messages.ts'
import { hasSums } from './rollup.ts'
import type { Server } from './server.ts'
import type { InfluxSettings, InfluxTimings } from './settings.ts'
import type { SpoolLine } from './spool-line.ts'
import { startOfDay } from './sum-lines.ts'
import { findSummaries } from './summaries.ts'

export type Question = Exclude<InfluxAsk, { ask: 'sites' | 'close' }>
type Needs = {
  client: Client
  settings: InfluxSettings
  timings: Pick<InfluxTimings, 'rawMs'>
  spool: SpoolLine
  drain: Drain
  /** Finds it when nobody has yet. Throws what `troubleOf` understands. */
  server: () => Promise<Server>
}

export function openAnswers({ client, settings, timings, spool, drain, server }: Needs) {
  let sums: boolean | null = null

  /** Whoever has sums keeps them; a place that is missing may be set up meanwhile. */
  async function keepsSums(kind: Server['kind']): Promise<boolean> {
    if (sums !== true) sums = await hasSums({ client, settings, kind })
    return sums
  }

  async function readable(): Promise<Server['kind']> {
    const { kind } = await server()
    if (kind === 'write-only') throw new Error('the server does not answer InfluxQL')
    return kind
  }

  /** Throws what `troubleOf` understands. */
  return async function answer(asked: Question): Promise<InfluxAnswers[keyof InfluxAnswers]> {
    if (asked.ask === 'refused') return spool.ask('refused', { limit: asked.limit })
    if (asked.ask === 'readings') {
      await readable()
      return findHistory({ client, settings }, asked.query)
    }
    if (asked.ask === 'summaries') {
      const kind = await readable()
      const rawFrom = startOfDay(asked.now - timings.rawMs)
      try {
        return await findSummaries({ client, settings, kind, hasSums: await keepsSums(kind), rawFrom }, asked.query)
      } catch (error) {
        // A place that was there before is looked for anew the next time.
        if (error instanceof HttpError) sums = null
        throw error
      }
    }
    await drain.drained()
    return null
  }
}
