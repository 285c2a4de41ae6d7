/** What is wrong with the server, in one sentence that says what to do, and whether waiting alone can help. Pure. */
import { HttpError } from '@influxdata/influxdb-client'
import type { Instant } from '../../domain/time.ts'
import { saidBy } from './client.ts'
import { databaseOf, type InfluxSettings } from './settings.ts'

/** `away`: it will come back by itself. `operator`: somebody must do something. Either way readings wait and nothing is lost. */
export type Trouble = { kind: 'away' | 'operator'; sentence: string; retryAfterMs: number | null }

/** Trouble that a person must end, found by ourselves. */
export const operatorTrouble = (sentence: string): Trouble => ({ kind: 'operator', sentence, retryAfterMs: null })

/** The address without user, password or query: fit for a log. */
export function shownUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).origin + new URL(url).pathname.replace(/\/$/, '') : 'INFLUX_URL'
}

export function troubleOf(error: unknown, settings: InfluxSettings, now: Instant): Trouble {
  if (error instanceof HttpError) return httpTrouble(error, settings, now)
  const reason = reasonOf(error)
  const where = shownUrl(settings.url)
  if (distrusted.test(reason))
    return operatorTrouble(
      `InfluxDB shows a certificate at ${where} that we cannot trust (${reason}): renew it, or name the file of its authority in NODE_EXTRA_CA_CERTS and restart Anling.`,
    )
  if (otherProtocol.test(reason))
    return operatorTrouble(`Who answers at ${where} speaks another protocol (${reason}): correct http:// or https:// in INFLUX_URL.`)
  return {
    kind: 'away',
    sentence: `InfluxDB does not answer at ${where} (${reason}): see that it runs there, or correct INFLUX_URL; readings wait here until it does.`,
    retryAfterMs: null,
  }
}

/** What Node and OpenSSL call certificates that nobody we know vouches for, of another name, or of another time. */
const distrusted = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/
const otherProtocol = /^(EPROTO|ERR_SSL_|HPE_)/

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Our own end of a request that took too long, and the client's.
  if (error.name === 'AbortError' || error.name === 'RequestTimedOutError') return 'no answer in time'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

function httpTrouble(error: HttpError, settings: InfluxSettings, now: Instant): Trouble {
  const said = saidBy(error)
  const name = databaseOf(settings)
  const sentence = limitSentence(said) ?? placeSentence(said) ?? statusSentence(error.statusCode, { settings, name, said })
  if (sentence) return operatorTrouble(sentence)
  return {
    kind: 'away',
    sentence: `InfluxDB answers ${error.statusCode} (${said}); readings wait here until it takes them.`,
    retryAfterMs: retryAfterOf(error, now),
  }
}

function statusSentence(status: number, { settings, name, said }: { settings: InfluxSettings; name: string; said: string }): string | null {
  const [sign, place] = settings.token === '' ? ['INFLUX_USERNAME and INFLUX_PASSWORD', 'database'] : ['INFLUX_TOKEN', 'bucket']
  if (status === 401)
    return `InfluxDB does not accept our sign-in: set ${sign} to one that may read and write the ${place} "${name}" (${said}).`
  if (status === 403) return `InfluxDB forbids us the ${place} "${name}": give ${sign} the right to read and write it (${said}).`
  if (status === 404) return `InfluxDB has no ${place} "${name}" for us: correct the settings or run \`npm run influx:setup\` (${said}).`
  if (status === 400 && /https/i.test(said))
    return `Who answers at ${shownUrl(settings.url)} speaks another protocol (${said}): correct http:// or https:// in INFLUX_URL.`
  // Whether a question was a bad one is no matter of where it went.
  if (status >= 500 || [400, 408, 425, 429].includes(status)) return null
  // Waiting alone changes none of the others: a redirect, a login page, a proxy's refusal.
  const what = status < 300 ? 'as no InfluxDB does' : status < 400 ? 'that it is elsewhere' : said
  return `Who answers at ${shownUrl(settings.url)} says ${status} (${what}): set INFLUX_URL to the address of InfluxDB itself.`
}

/** 1.x says 500 of it. */
function placeSentence(said: string): string | null {
  if (!said.includes('retention policy not found')) return null
  return `InfluxDB has no such retention policy: correct INFLUX_RETENTION_POLICY or run \`npm run influx:setup\` (${said}).`
}

/** Limits and conflicts that refuse some points for ever: trying on would lose them, so they wait for a person. */
export function limitSentence(said: string): string | null {
  if (said.includes('max-values-per-tag'))
    return 'InfluxDB 1.x takes no new device: set `index-version = "tsi1"` and `max-values-per-tag = 0` under [data] in its configuration, rebuild the index (influx_inspect buildtsi) and restart it.'
  if (said.includes('max-series-per-database'))
    return 'InfluxDB 1.x takes no new device: set `max-series-per-database = 0` under [data] in its configuration and restart it.'
  // 2.x and 1.x; 3.
  if (/field type conflict|invalid column type for column 'value'/.test(said))
    return 'InfluxDB holds readings of another type under our names: give Anling a database or bucket of its own.'
  return null
}

/** A server that asks for more than this is mistaken, or its clock is. */
const retryAfterMaxMs = 3_600_000

/** `Retry-After` in seconds, or as a date by the server's own clock. The client takes the seconds for milliseconds; we do not. */
export function retryAfterOf(error: HttpError, now: Instant): number | null {
  const text = String(error.headers?.['retry-after'] ?? '').trim()
  if (/^\d+$/.test(text)) return Math.min(retryAfterMaxMs, Number(text) * 1_000)
  const at = Date.parse(text)
  if (Number.isNaN(at)) return null
  const theirNow = Date.parse(String(error.headers?.date ?? ''))
  return Math.min(retryAfterMaxMs, Math.max(0, at - (Number.isNaN(theirNow) ? now : theirNow)))
}
