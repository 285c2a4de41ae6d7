/** Stands between the platform and a real InfluxDB and makes the troubles that a network and a tired server make. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** What happens to writes. Whoever only asks is let through, except where a server would refuse that too. */
export type Fault =
  | { kind: 'none' }
  /** Nobody listens. */
  | { kind: 'gone' }
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string; asksToo?: boolean }
  /** Taken, and never answered. */
  | { kind: 'hang' }
  /** Stored, but the connection breaks before the answer. */
  | { kind: 'unanswered' }
  /** Heartbeats and motion whose moment ends in 77 are refused, always; the others are stored, and 400 says so. */
  | { kind: 'partial' }

export type FaultProxy = {
  url: string
  set(fault: Fault): void
  /** Writes by what was answered: a status, or the fault's name. */
  writes(): Readonly<Record<string, number>>
  close(): Promise<void>
}

export async function openFaultProxy(upstream: string): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' }
  const writes: Record<string, number> = {}
  const count = (what: string | number) => {
    writes[what] = (writes[what] ?? 0) + 1
  }
  const server = createServer((asked, answer) => void serve(asked, answer).catch(() => answer.destroy()))

  async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await bodyOf(asked)
    const isWrite = /^\/(api\/v2\/)?write/.test(asked.url ?? '')
    const now: Fault = isWrite || fault.kind === 'gone' || (fault.kind === 'status' && fault.asksToo) ? fault : { kind: 'none' }
    if (isWrite && ['gone', 'hang', 'unanswered'].includes(now.kind)) count(now.kind)
    if (now.kind === 'gone') return void asked.socket.destroy()
    if (now.kind === 'hang') return
    if (now.kind === 'status') {
      if (isWrite) count(now.status)
      answer.writeHead(now.status, { 'content-type': 'application/json', ...now.headers }).end(now.body ?? '{"error":"made by the proxy"}')
      return
    }
    if (now.kind === 'partial') return servePart(asked, body, answer)
    const { status, headers, text } = await forward(upstream, asked, body)
    if (now.kind === 'unanswered') return void asked.socket.destroy()
    if (isWrite) count(status)
    answer.writeHead(status, headers).end(text)
  }

  async function servePart(asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<void> {
    const plain = asked.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    const lines = plain.toString().split('\n')
    const kept = lines.filter((line) => !/,kind=(heartbeat|motion),.*77$/.test(line))
    delete asked.headers['content-encoding']
    const { status, headers, text } = kept.length > 0 ? await forward(upstream, asked, Buffer.from(kept.join('\n'))) : nothing
    count(lines.length === kept.length ? status : 'partial')
    if (status !== 204 || lines.length === kept.length) return void answer.writeHead(status, headers).end(text)
    const said = `partial write: made by the proxy dropped=${lines.length - kept.length}`
    answer.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: said }))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    set(next) {
      fault = next
      if (next.kind === 'gone') server.closeAllConnections()
    },
    writes: () => writes,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const nothing: Forwarded = { status: 204, headers: {}, text: Buffer.alloc(0) }

export async function bodyOf(asked: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of asked) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

type Forwarded = { status: number; headers: Record<string, string | string[] | undefined>; text: Buffer }

export function forward(upstream: string, asked: IncomingMessage, body: Buffer): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const headers = { ...asked.headers, host: new URL(upstream).host, 'content-length': String(body.length) }
    const onward = request(upstream + asked.url, { method: asked.method, headers, agent: false }, (answer) => {
      void bodyOf(answer).then((text) => {
        const { 'transfer-encoding': _, ...kept } = answer.headers
        resolve({ status: answer.statusCode ?? 502, headers: kept, text })
      }, reject)
    })
    onward.on('error', reject)
    onward.end(body)
  })
}
