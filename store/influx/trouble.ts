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
  const reason = error instanceof Error ? ('code' in error && typeof error.code === 'string' ? error.code : error.message) : String(error)
  return {
    kind: 'away',
    sentence: `InfluxDB does not answer at ${shownUrl(settings.url)} (${reason}); readings wait here until it does.`,
    retryAfterMs: null,
  }
}

function httpTrouble(error: HttpError, settings: InfluxSettings, now: Instant): Trouble {
  const said = saidBy(error)
  const name = databaseOf(settings)
  const sentence = limitSentence(said) ?? statusSentence(error.statusCode, { settings, name, said })
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
  return null
}

/** Limits and conflicts that refuse some points for ever: trying on would lose them, so they wait for a person. */
export function limitSentence(said: string): string | null {
  if (said.includes('max-values-per-tag'))
    return 'InfluxDB 1.x takes no new device: set `index-version = "tsi1"` and `max-values-per-tag = 0` under [data] in its configuration, rebuild the index (influx_inspect buildtsi) and restart it.'
  if (said.includes('max-series-per-database'))
    return 'InfluxDB 1.x takes no new device: set `max-series-per-database = 0` under [data] in its configuration and restart it.'
  if (said.includes('field type conflict'))
    return 'InfluxDB holds readings of another type under our names: give Anling a database or bucket of its own.'
  return null
}

/** `Retry-After` in seconds or as a date. The client takes the seconds for milliseconds; we do not. */
export function retryAfterOf(error: HttpError, now: Instant): number | null {
  const text = String(error.headers?.['retry-after'] ?? '').trim()
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
