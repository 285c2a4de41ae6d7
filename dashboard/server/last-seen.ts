/** When each device of a site was last heard, all in one answer: from the register in memory, whatever the number of devices. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Silence } from '../../alerts/silence.ts'
import { type Clock, type Instant, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { LastSeenAnswer } from '../contracts.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { markOf } from './csv-text.ts'
import { lastSeenHeader, lastSeenLines } from './history-csv.ts'
import { type App, signedIn } from './needs.ts'
import { idParam } from './schemas.ts'

export type LastSeenNeeds = { directory: Directory; silence: Silence; audit: Audit; clock: Clock }

/** A site's devices as the directory had them. */
export type SiteDevices = { version: number; loadedAt: Instant; ids: readonly string[]; numbers: Uint32Array }

/** A directory that is being edited is not read anew more often than this. */
const reloadEvery = seconds(5)
const rowsPerSlice = 5_000

/** From the register: when each was last heard (0 = never) and whether it is declared silent. */
export function lastSeenOf(numbers: Uint32Array, silence: Pick<Silence, 'lastHeardAt' | 'isSilent'>) {
  const heardAt = new Float64Array(numbers.length)
  const silent = new Uint8Array(numbers.length)
  for (let i = 0; i < numbers.length; i += 1) {
    const number = numbers[i] ?? 0
    heardAt[i] = silence.lastHeardAt(number)
    silent[i] = silence.isSilent(number) ? 1 : 0
  }
  return { heardAt, silent }
}

export function addLastSeen(app: App, { directory, silence, audit, clock }: LastSeenNeeds): void {
  const sites = new Map<string, SiteDevices>()
  const devicesOf = async (siteId: string): Promise<SiteDevices> => {
    const known = sites.get(siteId)
    const now = clock.now()
    if (known && (known.version === directory.version() || Math.abs(now - known.loadedAt) < reloadEvery)) return known
    const version = directory.version()
    const devices = await directory.devices([siteId])
    const read = { version, loadedAt: now, ids: devices.map(({ id }) => id), numbers: Uint32Array.from(devices, ({ number }) => number) }
    sites.set(siteId, read)
    return read
  }
  const summary = 'When each device of a site was last heard (milliseconds, 0 = never) and whether it is declared silent, as columns.'
  const schema = { params: idParam, querystring: z.object({ format: z.enum(['json', 'csv']).default('json') }), summary, tags: ['history'] }
  app.get('/api/sites/:id/last-seen', { config: { needs: 'watch' }, schema }, async (request, reply) => {
    const { user } = signedIn(request)
    const site = await directory.site(request.params.id)
    mustCover(scopeOf(user), site?.id ?? null)
    const { ids, numbers } = await devicesOf(request.params.id)
    await audit.attempt({ userId: user.id, action: 'look-last-seen', subjectId: request.params.id })
    const seen = lastSeenOf(numbers, silence)
    if (request.query.format === 'json')
      return reply.type('application/json; charset=utf-8').send(Readable.from(jsonParts(clock.now(), ids, seen)))
    reply.header('content-disposition', 'attachment; filename="anling-last-seen.csv"').type('text/csv; charset=utf-8')
    return reply.send(Readable.from(csvParts(ids, seen)))
  })
}

type Seen = ReturnType<typeof lastSeenOf>

/** The answer as JSON, some columns' rows at a time, so that a large site holds up nobody. */
async function* jsonParts(at: Instant, ids: readonly string[], { heardAt, silent }: Seen): AsyncGenerator<string> {
  const columns: Readonly<Record<keyof Omit<LastSeenAnswer, 'at'>, (from: number, to: number) => readonly (string | number)[]>> = {
    deviceIds: (from, to) => ids.slice(from, to),
    heardAt: (from, to) => [...heardAt.subarray(from, to)],
    silent: (from, to) => [...silent.subarray(from, to)],
  }
  yield `{"at":${at}`
  for (const [name, slice] of Object.entries(columns)) {
    yield `,"${name}":[`
    for (let from = 0; from < ids.length; from += rowsPerSlice) {
      const list = JSON.stringify(slice(from, from + rowsPerSlice)).slice(1, -1)
      yield from === 0 ? list : `,${list}`
      await breathe()
    }
    yield ']'
  }
  yield '}'
}

async function* csvParts(ids: readonly string[], { heardAt, silent }: Seen): AsyncGenerator<string> {
  yield markOf('utf-8') + lastSeenHeader
  for (let from = 0; from < ids.length; from += rowsPerSlice) {
    const to = from + rowsPerSlice
    yield lastSeenLines({
      deviceIds: ids.slice(from, to),
      heardAt: [...heardAt.subarray(from, to)],
      silent: [...silent.subarray(from, to)],
    })
    await breathe()
  }
}
