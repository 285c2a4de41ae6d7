/** The client's transport with what it lacks: an end to every request, and the status that tells a whole success from a part of one. */
import { type HttpError, InfluxDB, setLogger, type Transport } from '@influxdata/influxdb-client'
import { systemClock } from '../../domain/clock.ts'
import { milliseconds } from '../../domain/time.ts'
import { authorizationOf, type InfluxSettings, type InfluxTimings } from './settings.ts'

// The client writes to the console by itself; what happened is told by our own log instead.
setLogger({ error: () => {}, warn: () => {} })

export type Client = {
  /** For `getWriteApi`. `lastStatus` is that of the last answer to a write. */
  influx: InfluxDB
  lastStatus(): number
  /** One request; its answer, read as JSON, with its headers. Throws HttpError from 300 on, another Error when nothing answered. */
  request(path: string, options?: Asked): Promise<Answer>
  /** Ends what is under way. */
  stop(): void
}
type Asked = { method?: string; body?: string; json?: boolean }
export type Answer = { value: unknown; headers: Readonly<Record<string, string>> }

export function openClient(settings: InfluxSettings, { requestMs }: Pick<InfluxTimings, 'requestMs'>): Client {
  const headers = authorizationOf(settings)
  const base = new InfluxDB({ url: settings.url, timeout: requestMs, headers }).transport
  const stopped = new AbortController()
  let lastStatus = 0

  /** The client's own timeout is one of silence, and leaves the socket open: this one ends the request. */
  function withDeadline(): { signal: AbortSignal; done: () => void } {
    const ended = new AbortController()
    const stop = systemClock.later(milliseconds(requestMs), () => ended.abort())
    return { signal: AbortSignal.any([ended.signal, stopped.signal]), done: stop }
  }

  const transport: Transport = {
    chunkCombiner: base.chunkCombiner,
    request: base.request.bind(base),
    iterate: base.iterate.bind(base),
    send(...sent: Parameters<Transport['send']>) {
      const [path, body, options, callbacks = {}] = sent
      const { signal, done } = withDeadline()
      base.send(
        path,
        body,
        { ...options, signal },
        {
          ...callbacks,
          responseStarted(received, status) {
            lastStatus = status ?? 0
            callbacks.responseStarted?.(received, status)
          },
          error(error) {
            done()
            callbacks.error?.(error)
          },
          complete() {
            done()
            callbacks.complete?.()
          },
        },
      )
    },
  }

  async function request(path: string, { method = 'GET', body = '', json = false }: Asked = {}): Promise<Answer> {
    const { signal, done } = withDeadline()
    const received: Record<string, string> = {}
    const type = json ? 'application/json' : 'application/x-www-form-urlencoded'
    const sent = { accept: 'application/json', 'content-type': type }
    try {
      const value: unknown = await base.request(path, body, { method, headers: sent, signal }, (headers) => {
        for (const [name, value] of Object.entries(headers)) received[name.toLowerCase()] = String(value)
      })
      return { value, headers: received }
    } finally {
      done()
    }
  }

  return { influx: new InfluxDB({ url: settings.url, transport }), lastStatus: () => lastStatus, request, stop: () => stopped.abort() }
}

/** What the server itself said, on one line: 1.x says `error`, 2.x `message`. */
export function saidBy(error: HttpError): string {
  const body: unknown = error.json
  const said = body && typeof body === 'object' ? ('error' in body ? body.error : 'message' in body ? body.message : null) : null
  return (typeof said === 'string' ? said : (error.body ?? error.message)).replace(/\s+/g, ' ').slice(0, 300)
}
