/** When each device of a site was last heard, all in one answer: from the register in memory, whatever the number of devices. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Seen, Silence } from '../../alerts/silence.ts'
import { type Clock, type Instant, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { markOf } from './csv-text.ts'
import { lastSeenHeader, lastSeenLines } from './history-csv.ts'
import { openPages, type Pages, type SeenPage, seenParts } from './last-seen-page.ts'
import { type App, signedIn } from './needs.ts'
import { idParam } from './schemas.ts'

export type LastSeenNeeds = { directory: Directory; silence: Silence; audit: Audit; clock: Clock }

/** A site's devices as the directory had them, and columns to answer with. */
export type SiteDevices = {
  version: number
  loadedAt: Instant
  ids: readonly string[]
  numbers: Uint32Array
  /** The ids as they stand in every answer. */
  idsText: Uint8Array
  pages: Pages
}

/** A directory that is being edited is not read anew more often than this. */
const reloadEvery = seconds(5)
const rowsPerSlice = 5_000

export function addLastSeen(app: App, { directory, silence, audit, clock }: LastSeenNeeds): void {
  const sites = new Map<string, SiteDevices>()
  const devicesOf = async (siteId: string): Promise<SiteDevices> => {
    const known = sites.get(siteId)
    const now = clock.now()
    if (known && (known.version === directory.version() || Math.abs(now - known.loadedAt) < reloadEvery)) return known
    const version = directory.version()
    const devices = await directory.devices([siteId])
    const ids = devices.map(({ id }) => id)
    const numbers = Uint32Array.from(devices, ({ number }) => number)
    const read = { version, loadedAt: now, ids, numbers, idsText: await textOfIds(ids), pages: openPages(ids.length) }
    sites.set(siteId, read)
    return read
  }
  const summary = 'When each device of a site was last heard (milliseconds, 0 = never) and whether it is declared silent, as columns.'
  const schema = { params: idParam, querystring: z.object({ format: z.enum(['json', 'csv']).default('json') }), summary, tags: ['history'] }
  app.get('/api/sites/:id/last-seen', { config: { needs: 'watch' }, schema }, async (request, reply) => {
    const { user } = signedIn(request)
    const site = await directory.site(request.params.id)
    mustCover(scopeOf(user), site?.id ?? null)
    const { ids, numbers, idsText, pages } = await devicesOf(request.params.id)
    const subjectId = request.params.id
    if (request.query.format === 'csv') await audit.record({ userId: user.id, action: 'export-last-seen', subjectId })
    else await audit.attempt({ userId: user.id, action: 'look-last-seen', subjectId })
    const page = pages.take()
    // Its columns serve the next answer when this one has left, or was given up.
    reply.raw.once('close', () => pages.giveBack(page))
    silence.look(numbers, page)
    if (request.query.format === 'json')
      return reply.type('application/json; charset=utf-8').send(Readable.from(jsonParts(clock.now(), idsText, page)))
    reply.header('content-disposition', 'attachment; filename="anling-last-seen.csv"').type('text/csv; charset=utf-8')
    return reply.send(Readable.from(csvParts(ids, page)))
  })
}

/** The answer as JSON, some rows at a time, so that a large site holds up nobody. */
async function* jsonParts(at: Instant, idsText: Uint8Array, page: SeenPage): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`{"at":${at},"deviceIds":[`)
  yield idsText
  for (const part of seenParts(page)) {
    yield part
    await breathe()
  }
}

/** Made once for each state of the directory. */
async function textOfIds(ids: readonly string[]): Promise<Uint8Array> {
  const parts: Buffer[] = []
  for (let from = 0; from < ids.length; from += rowsPerSlice) {
    const list = JSON.stringify(ids.slice(from, from + rowsPerSlice)).slice(1, -1)
    parts.push(Buffer.from(from === 0 ? list : `,${list}`))
    await breathe()
  }
  return Buffer.concat(parts)
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
