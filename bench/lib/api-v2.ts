/** The HTTP face of InfluxDB 2.x or 3 Core, as documented, over a real 1.x that does the storing: what a token, a bucket and a mapping change for a client. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { bodyOf, forward } from './fault-proxy.ts'

export type Face = {
  url: string
  /** Names that InfluxQL may ask under, made by us or by whom we test. 3 needs none. */
  mappings: Map<string, string>
  /** 2: buckets besides the first, with the seconds that they keep; 3: databases, with what was said of them. */
  places: Map<string, number | string>
  /** 2: tasks by name, with their Flux. */
  tasks: Map<string, string>
  close(): Promise<void>
}
type Needs = { upstream: string; major: 2 | 3; token: string; org: string; bucket: string }

export async function openFace(needs: Needs): Promise<Face> {
  const kept = { mappings: new Map<string, string>(), places: new Map<string, number | string>(), tasks: new Map<string, string>() }
  const server = createServer((asked, answer) => void serve(asked, answer, { ...needs, ...kept }).catch(() => answer.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    ...kept,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Parts = Needs & Pick<Face, 'mappings' | 'places' | 'tasks'>
type Say = (status: number, value: unknown, headers?: Record<string, string>) => void
type Call = { asked: IncomingMessage; searchParams: URLSearchParams; body: Buffer; parts: Parts; say: Say }

const isKnown = ({ bucket, places }: Parts, name: string | null) => name !== null && (name === bucket || places.has(name))

async function serve(asked: IncomingMessage, answer: ServerResponse, parts: Parts): Promise<void> {
  const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://x')
  const body = await bodyOf(asked)
  const say: Say = (status, value, headers = {}) =>
    void answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(status === 204 ? '' : JSON.stringify(value))
  const refuse = (status: number, code: string, message: string) => say(status, { code, message })
  if (pathname === '/ping' && parts.major === 2) return say(204, null, { 'x-influxdb-version': 'v2.7.12', 'x-influxdb-build': 'OSS' })
  if (asked.headers.authorization !== `Token ${parts.token}`) return refuse(401, 'unauthorized', 'unauthorized access')
  if (pathname === '/ping') return say(200, { version: '3.2.1' }, { 'x-influxdb-version': '3.2.1', 'x-influxdb-build': 'Core' })
  if (pathname === '/api/v2/write') {
    const bucket = searchParams.get('bucket')
    if (!isKnown(parts, bucket)) return refuse(404, 'not found', 'bucket not found')
    asked.url = `/write?db=${encodeURIComponent(String(bucket))}&precision=${searchParams.get('precision')}`
    return pass(asked, answer, { upstream: parts.upstream, body })
  }
  if (pathname === '/query') {
    const form = new URLSearchParams(body.toString())
    const asks = form.get('db')
    const bucket = parts.major === 2 ? parts.mappings.get(asks ?? '') : isKnown(parts, asks) ? asks : null
    if (!bucket) return refuse(404, 'not found', parts.major === 2 ? 'no dbrp mapping found' : 'database not found')
    form.set('db', bucket)
    return pass(asked, answer, { upstream: parts.upstream, body: Buffer.from(form.toString()) })
  }
  const manage = managers[parts.major][pathname.replace(/\/id-.*$/, '')]
  return manage ? manage({ asked, searchParams, body, parts, say }) : refuse(404, 'not found', `path not found: ${pathname}`)
}

const idOf = (name: string) => `id-${Buffer.from(name).toString('hex')}`
const nameOf = (id: string) => Buffer.from(id.slice(3), 'hex').toString()
const pathId = ({ asked }: Call) => /\/(id-[0-9a-f]*)/.exec(asked.url ?? '')?.[1] ?? ''
const json = <T>({ body }: Call): T => JSON.parse(body.toString()) as T

/** What a person sets up, and what is looked for before the first write. */
const managers: Record<2 | 3, Record<string, (call: Call) => void | Promise<void>>> = {
  2: {
    '/api/v2/orgs': ({ searchParams, parts, say }) =>
      say(200, { orgs: searchParams.get('org') === parts.org ? [{ id: 'o1', name: parts.org }] : [] }),
    '/api/v2/buckets': serveBuckets,
    '/api/v2/dbrps': serveMappings,
    '/api/v2/tasks': serveTasks,
  },
  3: { '/api/v3/configure/database': serveDatabases },
}

async function makePlace({ parts }: Call, name: string): Promise<void> {
  const q = `CREATE DATABASE "${name.replaceAll('"', '\\"')}"`
  await fetch(`${parts.upstream}/query`, { method: 'POST', body: new URLSearchParams({ q }) })
}

type Bucket = { name: string; retentionRules: { everySeconds: number }[] }

async function serveBuckets(call: Call): Promise<void> {
  const { asked, searchParams, parts, say } = call
  if (asked.method === 'GET') {
    const name = searchParams.get('name') ?? ''
    const isOurs = [parts.org, null].includes(searchParams.get('org')) && isKnown(parts, name)
    return say(200, { buckets: isOurs ? [{ id: idOf(name), orgID: 'o1', name }] : [] })
  }
  const { name = nameOf(pathId(call)), retentionRules } = json<Bucket>(call)
  if (asked.method === 'POST') await makePlace(call, name)
  parts.places.set(name, retentionRules[0]?.everySeconds ?? 0)
  say(asked.method === 'POST' ? 201 : 200, { id: idOf(name), orgID: 'o1', name })
}

async function serveTasks(call: Call): Promise<void> {
  const { asked, searchParams, parts, say } = call
  const name = searchParams.get('name') ?? ''
  if (asked.method === 'GET') return say(200, { tasks: parts.tasks.has(name) ? [{ id: idOf(name), orgID: 'o1', name }] : [] })
  const { flux } = json<{ flux: string }>(call)
  parts.tasks.set(/name: "([^"]*)"/.exec(flux)?.[1] ?? '', flux)
  say(asked.method === 'POST' ? 201 : 200, {})
}

async function serveDatabases(call: Call): Promise<void> {
  const { parts, say } = call
  const { db, retention_period: kept } = json<{ db: string; retention_period: string }>(call)
  if (parts.places.has(db)) return say(409, { error: 'the database exists already' })
  await makePlace(call, db)
  parts.places.set(db, kept)
  say(200, {})
}

async function serveMappings(call: Call): Promise<void> {
  const { asked, searchParams, parts, say } = call
  if (asked.method === 'POST') {
    const { database, bucketID } = json<{ database: string; bucketID: string }>(call)
    parts.mappings.set(database, nameOf(bucketID))
    return say(201, { id: 'm1' })
  }
  const database = searchParams.get('db') ?? ''
  say(200, {
    content: parts.mappings.has(database) ? [{ database, bucketID: idOf(parts.mappings.get(database) ?? ''), default: true }] : [],
  })
}

async function pass(asked: IncomingMessage, answer: ServerResponse, { upstream, body }: { upstream: string; body: Buffer }): Promise<void> {
  const { status, headers, text } = await forward(upstream, asked, body)
  answer.writeHead(status, headers).end(text)
}
