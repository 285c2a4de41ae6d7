/** What reports are asked for, and the way of their lines to a spreadsheet. */
import { z } from 'zod'
import type { Directory } from '../../store/store.ts'
import { covers, mustCover, type Scope, scopeOf } from './access.ts'
import { breathe } from './breathe.ts'
import { type Encoding, encode, encodings, markOf } from './csv-text.ts'
import { id } from './schemas.ts'
import type { Signed } from './sessions.ts'

const linesPerSlice = 1_000

const days = z.enum(['1', '7', '30', '90']).default('1').transform(Number)
/** `area`: `street:…`, `district:…` or `city:…`, of the person's own sites those that are in it. */
const area = z
  .string()
  .max(120)
  .regex(/^(street|district|city):./)
export const query = z.object({ days, siteId: id.optional(), area: area.optional() })
export const csvQuery = query.extend({ labels: z.enum(['en', 'zh']).default('en'), encoding: z.enum(encodings).default('utf-8') })

/** The asked-for site when it is one of the person's own; all of the person's sites when none is asked for. */
export function scopeFor({ user }: Pick<Signed, 'user'>, siteId: string | undefined): Scope {
  if (siteId === undefined) return scopeOf(user)
  mustCover(scopeOf(user), siteId)
  return [siteId]
}

type Asked = { siteId?: string | undefined; area?: string | undefined }

/** The same within a street, a district or a city; an area without own sites holds none. */
export async function scopeAsked(
  directory: Pick<Directory, 'sites'>,
  signed: Pick<Signed, 'user'>,
  { siteId, area }: Asked,
): Promise<Scope> {
  const scope = scopeFor(signed, siteId)
  const [, kind, name] = /^(street|district|city):(.+)$/.exec(area ?? '') ?? []
  if (kind === undefined) return scope
  const sites = await directory.sites()
  return sites.filter((site) => covers(scope, site.id) && site[kind as 'street'] === name).map((site) => site.id)
}

/** Lines as bytes, some at a time. */
export async function* parts(lines: Iterable<string>, encoding: Encoding): AsyncGenerator<Buffer> {
  let slice = markOf(encoding)
  let count = 0
  for (const line of lines) {
    slice += line
    count += 1
    if (count % linesPerSlice !== 0) continue
    yield encode(slice, encoding)
    slice = ''
    await breathe()
  }
  yield encode(slice, encoding)
}
