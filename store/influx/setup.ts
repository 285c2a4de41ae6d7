/** `npm run influx:setup`: makes the places that telemetry needs and what sums it up: raw readings for 90 days, hourly and daily summaries for 3 years. Safe to repeat. */
import { HttpError } from '@influxdata/influxdb-client'
import { type Client, saidBy } from './client.ts'
import { continuousQueries, fluxTask, policies, sumsAgain } from './downsampling.ts'
import { quoteName } from './influxql.ts'
import { type Every, settingsAt } from './places.ts'
import { ask, InfluxRefusal, kindOf, mapDatabase } from './server.ts'
import { databaseOf, type InfluxSettings } from './settings.ts'

type Needs = { client: Client; settings: InfluxSettings; tell: (line: string) => void }

/** Throws what `troubleOf` understands. */
export async function setUp(needs: Needs): Promise<void> {
  const { headers } = await needs.client.request('/ping')
  const version = (headers['x-influxdb-version'] ?? '').replace(/^v/, '')
  const kind = kindOf(version)
  needs.tell(`InfluxDB ${version || '(tells no version)'}`)
  if (databaseOf(needs.settings) === '') throw new InfluxRefusal('Set INFLUX_BUCKET (2.x, 3) or INFLUX_DATABASE (1.x) first.')
  if (kind === '1') await setUp1(needs)
  else if (kind === '2') await setUp2(needs)
  else if (kind === '3') await setUp3(needs)
  else needs.tell('Nothing to set up: this server takes writes and keeps them as it was told at its own start.')
}

async function setUp1({ client, settings, tell }: Needs): Promise<void> {
  const database = databaseOf(settings)
  const run = (q: string) => ask(client, settings, q)
  await run(`CREATE DATABASE ${quoteName(database)}`)
  for (const { name, duration, shard, isDefault } of policies(settings)) {
    const terms = `ON ${quoteName(database)} DURATION ${duration} REPLICATION 1 SHARD DURATION ${shard}${isDefault ? ' DEFAULT' : ''}`
    await run(`CREATE RETENTION POLICY ${quoteName(name)} ${terms}`).catch(async (error: unknown) => {
      if (!(error instanceof HttpError) || !saidBy(error).includes('already exists')) throw error
      await run(`ALTER RETENTION POLICY ${quoteName(name)} ${terms.replace(' REPLICATION 1', '')}`)
    })
    tell(`retention policy ${name}: ${duration}`)
  }
  for (const { name, query } of continuousQueries(settings)) {
    await run(`DROP CONTINUOUS QUERY ${quoteName(name)} ON ${quoteName(database)}`)
    await run(query)
    tell(`continuous query ${name}`)
  }
}

/** 1.x: sums up the last `days` anew, for a backlog that came later than the continuous queries look back. */
export async function sumUpAgain({ client, settings, tell }: Needs, days: number): Promise<void> {
  for (const statement of sumsAgain(settings, days)) await ask(client, settings, statement)
  tell(`summed up again: the last ${days} days`)
}

type Named = { id: string; orgID: string; name: string }
const jsonOf = <T>(value: unknown): T => value as T

async function setUp2({ client, settings, tell }: Needs): Promise<void> {
  const org = await organisation(client, settings)
  const post = (path: string, body: object, method = 'POST') => client.request(path, { method, body: JSON.stringify(body), json: true })
  for (const { name, seconds } of bucketsOf(settings)) {
    const asked = new URLSearchParams({ orgID: org.id, name })
    const found = jsonOf<{ buckets?: Named[] }>((await client.request(`/api/v2/buckets?${asked}`)).value).buckets?.find(
      (one) => one.name === name,
    )
    const rules = [{ type: 'expire', everySeconds: seconds }]
    const bucket = found ?? jsonOf<Named>((await post('/api/v2/buckets', { orgID: org.id, name, retentionRules: rules })).value)
    if (found) await post(`/api/v2/buckets/${found.id}`, { retentionRules: rules }, 'PATCH')
    await mapDatabase(client, name === settings.bucket ? databaseOf(settings) : name, bucket)
    tell(`bucket ${name}: ${seconds / 86_400} days`)
  }
  for (const every of ['hourly', 'daily'] as const) {
    const flux = fluxTask(settings, every)
    const name = `anling ${settings.bucket} ${every}`
    const asked = new URLSearchParams({ orgID: org.id, name })
    const found = jsonOf<{ tasks?: Named[] }>((await client.request(`/api/v2/tasks?${asked}`)).value).tasks?.find(
      (one) => one.name === name,
    )
    await (found ? post(`/api/v2/tasks/${found.id}`, { flux }, 'PATCH') : post('/api/v2/tasks', { orgID: org.id, flux }))
    tell(`task ${name}`)
  }
}

async function organisation(client: Client, { org }: InfluxSettings): Promise<{ id: string }> {
  const asked = new URLSearchParams({ org })
  const found = jsonOf<{ orgs?: { id: string; name: string }[] }>((await client.request(`/api/v2/orgs?${asked}`)).value).orgs?.[0]
  if (!found) throw new InfluxRefusal(`InfluxDB has no organisation "${org}" that INFLUX_TOKEN may see: correct INFLUX_ORG or the token.`)
  return found
}

const keptSeconds: Readonly<Record<Every, number>> = { raw: 90 * 86_400, hourly: 1_095 * 86_400, daily: 1_095 * 86_400 }
const everies = ['raw', 'hourly', 'daily'] as const
const bucketsOf = (settings: InfluxSettings) =>
  everies.map((every) => ({ name: settingsAt('2', settings, every).bucket, seconds: keptSeconds[every] }))

/** 3 Core has no tasks to be set up from outside: Anling sums up by itself, into databases of their own. */
async function setUp3({ client, settings, tell }: Needs): Promise<void> {
  for (const every of everies) {
    const name = databaseOf(settingsAt('3', settings, every))
    const days = keptSeconds[every] / 86_400
    try {
      await client.request('/api/v3/configure/database', {
        method: 'POST',
        body: JSON.stringify({ db: name, retention_period: `${days}d` }),
        json: true,
      })
    } catch (error) {
      if (!(error instanceof HttpError) || error.statusCode !== 409) throw error
      // 3 Core cannot change it any more.
      tell(`database ${name}: it was there before and keeps what it was told then; wanted are ${days} days`)
      continue
    }
    tell(`database ${name}: ${days} days`)
  }
  tell('Sums by hour and by day: by Anling itself, while it runs.')
}
