/** A server for tests that says what it is told to: how 1.x, 2.x, 3 Core and whoever stands before them answer a write, word by word. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { bodyOf } from '../../bench/lib/fault-proxy.ts'

/** `ends`: the head is sent at once, the end when this resolves. */
export type Said = { status: number; body?: unknown; headers?: Record<string, string>; ends?: Promise<unknown> }
/** What a write came with. `index`: the how manieth it is, from 0. */
export type Written = { lines: readonly string[]; index: number; gzip: boolean }
export type Spoken = {
  url: string
  /** Lines that were answered with 204. */
  stored: string[]
  writes(): number
  close(): Promise<void>
}
/** `answer`: to a write; null: none at all. `more`: to anything else, before what a healthy server says. */
type Needs = {
  version: string
  answer: (written: Written) => Said | null
  more?: (path: string) => Said | null
  tls?: { key: string; cert: string }
}

const nothing: Said = { status: 204 }

export async function openSpoken({ version, answer, more = () => null, tls }: Needs): Promise<Spoken> {
  const stored: string[] = []
  let count = 0

  async function serve(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(asked)
    const { pathname } = new URL(asked.url ?? '/', 'http://x')
    const said = more(pathname) ?? (/^\/(api\/v2\/)?write$/.test(pathname) ? written(asked, body) : healthy(pathname, version))
    if (said === null) return
    const { status, body: words, headers, ends } = said
    const text = typeof words === 'string' ? words : JSON.stringify(words ?? {})
    response.writeHead(status, { 'x-influxdb-version': version, 'content-type': 'application/json', ...headers })
    if (ends) response.flushHeaders()
    await ends
    response.end(status === 204 ? '' : text)
  }

  function written(asked: IncomingMessage, body: Buffer): Said | null {
    const gzip = asked.headers['content-encoding'] === 'gzip'
    const lines = (gzip ? gunzipSync(body) : body).toString().split('\n')
    const said = answer({ lines, index: count++, gzip })
    if (said?.status === 204) stored.push(...lines)
    return said
  }

  const listener: RequestListener = (asked, response) => void serve(asked, response).catch(() => response.destroy())
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    stored,
    writes: () => count,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Who has a place for us: bucket, mapping, and no history. */
function healthy(path: string, version: string): Said {
  if (path === '/ping') return /^3/.test(version) ? { status: 200, body: { version } } : nothing
  if (path === '/api/v2/buckets') return { status: 200, body: { buckets: [{ id: 'b1', orgID: 'o1', name: 'b' }] } }
  if (path === '/api/v2/dbrps') return { status: 200, body: { content: [{ database: 'b', bucketID: 'b1', default: true }] } }
  if (path === '/query') return { status: 200, body: { results: [{ series: [] }] } }
  return { status: 404, body: { code: 'not found', message: `path not found: ${path}` } }
}
