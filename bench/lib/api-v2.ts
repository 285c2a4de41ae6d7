/** The HTTP face of InfluxDB 2.x or 3 Core, as documented, over a real 1.x that does the storing: what a token, a bucket and a mapping change for a client. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { bodyOf, forward } from './fault-proxy.ts'

export type Face = {
  url: string
  /** Names that InfluxQL may ask under, made by us or by whom we test. 3 needs none. */
  mappings: Map<string, string>
  close(): Promise<void>
}
type Needs = { upstream: string; major: 2 | 3; token: string; org: string; bucket: string }

export async function openFace(needs: Needs): Promise<Face> {
  const mappings = new Map<string, string>()
  const server = createServer((asked, answer) => void serve(asked, answer, { ...needs, mappings }).catch(() => answer.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    mappings,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Parts = Needs & { mappings: Map<string, string> }

async function serve(asked: IncomingMessage, answer: ServerResponse, parts: Parts): Promise<void> {
  const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://x')
  const body = await bodyOf(asked)
  const say = (status: number, value: unknown, headers = {}) =>
    void answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(status === 204 ? '' : JSON.stringify(value))
  const refuse = (status: number, code: string, message: string) => say(status, { code, message })
  if (pathname === '/ping' && parts.major === 2) return say(204, null, { 'x-influxdb-version': 'v2.7.12', 'x-influxdb-build': 'OSS' })
  if (asked.headers.authorization !== `Token ${parts.token}`) return refuse(401, 'unauthorized', 'unauthorized access')
  if (pathname === '/ping') return say(200, { version: '3.2.1' }, { 'x-influxdb-version': '3.2.1', 'x-influxdb-build': 'Core' })
  if (pathname === '/api/v2/buckets') {
    const isOurs = searchParams.get('org') === parts.org && searchParams.get('name') === parts.bucket
    return say(200, { buckets: isOurs ? [{ id: 'b1', orgID: 'o1', name: parts.bucket }] : [] })
  }
  if (pathname === '/api/v2/dbrps') return serveMappings(asked, body, { parts, searchParams, say })
  if (pathname === '/api/v2/write') {
    if (searchParams.get('bucket') !== parts.bucket) return refuse(404, 'not found', 'bucket not found')
    asked.url = `/write?db=${encodeURIComponent(parts.bucket)}&precision=${searchParams.get('precision')}`
  } else if (pathname === '/query') {
    const form = new URLSearchParams(body.toString())
    const bucket = parts.major === 3 ? form.get('db') : parts.mappings.get(form.get('db') ?? '')
    if (!bucket) return refuse(404, 'not found', 'no dbrp mapping found')
    form.set('db', bucket)
    return pass(asked, answer, { upstream: parts.upstream, body: Buffer.from(form.toString()) })
  } else return refuse(404, 'not found', `path not found: ${pathname}`)
  return pass(asked, answer, { upstream: parts.upstream, body })
}

async function pass(asked: IncomingMessage, answer: ServerResponse, { upstream, body }: { upstream: string; body: Buffer }): Promise<void> {
  const { status, headers, text } = await forward(upstream, asked, body)
  answer.writeHead(status, headers).end(text)
}

type Mapping = { parts: Parts; searchParams: URLSearchParams; say: (status: number, value: unknown) => void }

function serveMappings(asked: IncomingMessage, body: Buffer, { parts, searchParams, say }: Mapping): void {
  if (asked.method === 'POST') {
    const { database, bucketID } = JSON.parse(body.toString()) as { database: string; bucketID: string }
    if (bucketID === 'b1') parts.mappings.set(database, parts.bucket)
    say(201, { id: 'm1' })
    return
  }
  const database = searchParams.get('db') ?? ''
  say(200, { content: parts.mappings.has(database) ? [{ database, bucketID: 'b1' }] : [] })
}
