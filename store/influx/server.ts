/** Which InfluxDB answers, and whether it has a place for us: 1.x, 2.x, 3, or something that only takes writes. */
import { HttpError } from '@influxdata/influxdb-client'
import { type Client, saidBy } from './client.ts'
import { quoteName } from './influxql.ts'
import { databaseOf, type InfluxSettings } from './settings.ts'
import { operatorTrouble, shownUrl, type Trouble } from './trouble.ts'

export type ServerKind = '1' | '2' | '3' | 'write-only'
export type Server = {
  kind: ServerKind
  version: string
  /** For `WriteApi.path`; null: the client's own `/api/v2/write`. */
  writePath: string | null
  /** One line for the log. */
  sentence: string
}

/** Thrown when a person must do something first. */
export class InfluxRefusal extends Error {
  readonly trouble: Trouble
  constructor(sentence: string) {
    super(sentence)
    this.name = 'InfluxRefusal'
    this.trouble = operatorTrouble(sentence)
  }
}

/** Asks who answers and looks for our database or bucket. Throws HttpError, InfluxRefusal, or whatever the network threw. */
export async function findServer(client: Client, settings: InfluxSettings): Promise<Server> {
  const { headers } = await client.request('/ping')
  const version = (headers['x-influxdb-version'] ?? '').replace(/^v/, '')
  const kind = kindOf(version)
  const missing = missingSetting(kind, settings)
  if (missing) throw new InfluxRefusal(`InfluxDB ${version} answers at ${shownUrl(settings.url)}, but ${missing} is not set.`)
  if (kind === '1') await findPolicy(client, settings)
  if (kind === '2') await findBucket(client, settings)
  return { kind, version, writePath: kind === '1' ? writePathOf(settings) : null, sentence: sentenceOf(kind, version, settings) }
}

/** 1.x: the database must be there, and the retention policy when one is named. */
async function findPolicy(client: Client, settings: InfluxSettings): Promise<void> {
  const { retentionPolicy: named, ...rest } = settings
  const found = await ask(client, { ...rest, retentionPolicy: '' }, `SHOW RETENTION POLICIES ON ${quoteName(databaseOf(settings))}`)
  if (named === '' || found.some(({ values }) => values.some(([name]) => name === named))) return
  throw new InfluxRefusal(
    `InfluxDB has no retention policy "${named}" in the database "${databaseOf(settings)}": correct INFLUX_RETENTION_POLICY or run \`npm run influx:setup\`.`,
  )
}

export function kindOf(version: string): ServerKind {
  const major = /^([123])\./.exec(version)?.[1]
  return major === '1' || major === '2' || major === '3' ? major : 'write-only'
}

function missingSetting(kind: ServerKind, { bucket, database, token, org }: InfluxSettings): string | null {
  if (kind === '1') return database === '' && bucket === '' ? 'INFLUX_DATABASE' : null
  if (kind === '2') return token === '' ? 'INFLUX_TOKEN' : org === '' ? 'INFLUX_ORG' : bucket === '' ? 'INFLUX_BUCKET' : null
  return bucket === '' && database === '' ? 'INFLUX_BUCKET' : null
}

/** `WriteApi.path` of 1.x. */
export function writePathOf(settings: InfluxSettings): string {
  const policy = settings.retentionPolicy === '' ? '' : `&rp=${encodeURIComponent(settings.retentionPolicy)}`
  return `/write?db=${encodeURIComponent(databaseOf(settings))}${policy}&precision=ms`
}

function sentenceOf(kind: ServerKind, version: string, settings: InfluxSettings): string {
  const where = `${shownUrl(settings.url)}, ${kind === '1' ? 'database' : 'bucket'} "${databaseOf(settings)}"`
  if (kind === 'write-only')
    return `Telemetry goes to a server that takes InfluxDB writes but tells no version (${where}); history is read from this machine only.`
  return `Telemetry goes to InfluxDB ${version} (${where}).`
}

export type Series = {
  name: string
  tags?: Readonly<Record<string, string>>
  columns: readonly string[]
  values: readonly (readonly unknown[])[]
  partial?: boolean
}
type Result = { error?: string; series?: Series[]; partial?: boolean }

/** One InfluxQL statement. Throws HttpError; what the server refuses in an answer of 200 becomes one with the status it means. */
export const ask = async (client: Client, settings: InfluxSettings, q: string): Promise<readonly Series[]> =>
  (await askAll(client, settings, q)).flat()

/** Statements with `;` between them, a list of series for each. Throws like `ask`. */
export async function askAll(client: Client, settings: InfluxSettings, q: string): Promise<readonly (readonly Series[])[]> {
  const form = new URLSearchParams({ db: databaseOf(settings), epoch: 'ms', q })
  if (settings.retentionPolicy !== '') form.set('rp', settings.retentionPolicy)
  const { value } = await client.request('/query', { method: 'POST', body: form.toString() })
  const answer = value as { results?: Result[]; error?: string } | undefined
  const results = answer?.results ?? []
  const said = answer?.error ?? results.find(({ error }) => error !== undefined)?.error
  if (said !== undefined) throw new HttpError(/not found|does not exist/.test(said) ? 404 : 400, said, said)
  return results.map(({ series = [], partial }) => series.map((one) => ({ ...one, partial: one.partial === true || partial === true })))
}

type Buckets = { buckets?: { id: string; orgID: string; name: string }[] }
type Mappings = { content?: { database: string; bucketID?: string; default?: boolean }[] }

/** 2.x: the bucket must be there; InfluxQL also needs a mapping from a database's name to it, which is made when missing. */
async function findBucket(client: Client, settings: InfluxSettings): Promise<void> {
  const named = new URLSearchParams({ org: settings.org, name: settings.bucket })
  const found = ((await client.request(`/api/v2/buckets?${named}`)).value as Buckets | undefined)?.buckets?.find(
    ({ name }) => name === settings.bucket,
  )
  if (!found)
    throw new InfluxRefusal(
      `InfluxDB has no bucket "${settings.bucket}" in the organisation "${settings.org}" that INFLUX_TOKEN may see: correct the settings or run \`npm run influx:setup\`.`,
    )
  await mapDatabase(client, databaseOf(settings), found)
}

export async function mapDatabase(client: Client, database: string, bucket: { id: string; orgID: string }): Promise<void> {
  const asked = new URLSearchParams({ orgID: bucket.orgID, db: database })
  const mappings = (await client.request(`/api/v2/dbrps?${asked}`)).value as Mappings | undefined
  // Questions name no retention policy: the default mapping of the name answers them.
  const known = mappings?.content?.filter((mapping) => mapping.database === database && mapping.default !== false) ?? []
  if (known.some(({ bucketID }) => bucketID === bucket.id)) return
  if (known.length > 0)
    throw new InfluxRefusal(
      `InfluxDB answers InfluxQL on "${database}" from another bucket: set INFLUX_DATABASE to a name of its own for this one, or remove that DBRP mapping.`,
    )
  const body = JSON.stringify({ bucketID: bucket.id, orgID: bucket.orgID, database, retention_policy: 'autogen', default: true })
  try {
    await client.request('/api/v2/dbrps', { method: 'POST', body, json: true })
  } catch (error) {
    const said = error instanceof HttpError ? saidBy(error) : ''
    throw new InfluxRefusal(
      `InfluxDB needs a DBRP mapping for the bucket "${database}" to answer InfluxQL, and INFLUX_TOKEN may not make one: run \`npm run influx:setup\` with a token that may (${said}).`,
    )
  }
}
