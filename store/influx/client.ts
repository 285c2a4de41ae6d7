/** The client's transport with what it lacks: an end to every request, and the status that tells a whole success from a part of one. */
import { type HttpError, InfluxDB, setLogger, type Transport } from '@influxdata/influxdb-client'
import { systemClock } from '../../domain/clock.ts'
import { milliseconds } from '../../domain/time.ts'
import { authorizationOf, type InfluxSettings, type InfluxTimings } from './settings.ts'

// The client writes to the console by itself; what happened is told by our own log instead.
setLogger({ error: () => {}, warn: () => {} })

export type Client = {
  /** For one writer, which waits for each answer: nobody else's answer is taken for its own. */
  openWrites(): Writes
  /** One request; its answer, read as JSON, with its headers. Throws HttpError from 300 on, another Error when nothing answered. */
  request(path: string, options?: Asked): Promise<Answer>
  /** Ends what is under way. */
  stop(): void
}
/** `influx`: for `getWriteApi`. `lastStatus`: of the answer to the last request; 0 while there is none. */
export type Writes = { influx: InfluxDB; lastStatus(): number }
type Asked = { method?: string; body?: string; json?: boolean }
export type Answer = { value: unknown; headers: Readonly<Record<string, string>> }

export function openClient(settings: InfluxSettings, { requestMs }: Pick<InfluxTimings, 'requestMs'>): Client {
  const headers = authorizationOf(settings)
  const base = new InfluxDB({ url: settings.url, timeout: requestMs, headers }).transport
  const stopped = new AbortController()

  /** The client's own timeout is one of silence, and leaves the socket open: this one ends the request. */
  function withDeadline(): { signal: AbortSignal; done: () => void } {
    const ended = new AbortController()
    const stop = systemClock.later(milliseconds(requestMs), () => ended.abort())
    return { signal: AbortSignal.any([ended.signal, stopped.signal]), done: stop }
  }

  function openWrites(): Writes {
    let lastStatus = 0
    const transport: Transport = {
      chunkCombiner: base.chunkCombiner,
      request: base.request.bind(base),
      iterate: base.iterate.bind(base),
      send(...sent: Parameters<Transport['send']>) {
        const [path, body, options, callbacks = {}] = sent
        const { signal, done } = withDeadline()
        lastStatus = 0
        const responseStarted: typeof callbacks.responseStarted = (received, status) => {
          lastStatus = status ?? 0
          callbacks.responseStarted?.(received, status)
        }
        const error = (failure: Error) => {
          done()
          callbacks.error?.(failure)
        }
        const complete = () => {
          done()
          callbacks.complete?.()
        }
        base.send(path, body, { ...options, signal }, { ...callbacks, responseStarted, error, complete })
      },
    }
    return { influx: new InfluxDB({ url: settings.url, transport }), lastStatus: () => lastStatus }
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

  return { openWrites, request, stop: () => stopped.abort() }
}

/** What is shown and kept of a server's words. */
const shownMax = 300
/** What is read of them: 2.x says how many points it dropped at the very end of a long sentence. */
const readMax = 4_000

/** Everything the server itself said, on one line: 1.x says `error`, 2.x `message`, 3 says of each line what is wrong with it. */
export function wordsOf(error: HttpError): string {
  const text = error.body ?? ''
  const body: unknown = error.json
  const said = body && typeof body === 'object' ? ('error' in body ? body.error : 'message' in body ? body.message : null) : null
  const ofLine = /"error_message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  const whole = typeof said === 'string' ? said : (/^\{"error":"([^"\\]*)"/.exec(text)?.[1] ?? (text || error.message))
  return `${whole}${ofLine ? `: ${ofLine}` : ''}`.replace(/\s+/g, ' ').slice(0, readMax)
}

/** The same, fit for a sentence. */
export const saidBy = (error: HttpError): string => shownOf(wordsOf(error))
export const shownOf = (words: string): string => words.slice(0, shownMax)
