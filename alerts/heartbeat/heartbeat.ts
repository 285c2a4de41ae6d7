/** Every 30 s a sign of life to somebody outside, and only when it is proved that nobody waits for nobody and that a press still arrives. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, type Instant, seconds } from '../../domain/time.ts'
import type { Finding } from '../audit.ts'
import { within } from '../within.ts'
import { signatureFor, signatureHeader } from './signature.ts'

export type HeartbeatNeeds = {
  settings: Readonly<{
    ANLING_WATCHER_URL: string
    ANLING_WATCHER_SECONDS: number
    ANLING_WATCHER_METHOD: 'POST' | 'GET'
    ANLING_WATCHER_SECRET: string
  }>
  /** Looks now, and says what it found. */
  audit: { look(): Promise<readonly Finding[]> }
  /** Sends one press the whole way; rejects with the reason. */
  press: () => Promise<number>
  /** Another reason to be silent that only the process itself knows, or null. */
  trouble: () => string | null
  clock: Clock
  log: Log
}

export type Heartbeat = {
  /** Why no sign is sent, and since when; null: the last one was. */
  withheld(): { message: string; since: Instant } | null
  /** Since when the synthetic press does not arrive; null: the last one did. */
  pressLostSince(): Instant | null
  /** One round now; rounds never overlap. */
  beat(): Promise<void>
  stop(): Promise<void>
}

const sendPatience = seconds(10)

/** Starts sending, the first sign at once. */
export function startHeartbeat(needs: HeartbeatNeeds): Heartbeat {
  const { clock, log } = needs
  let withheld: { message: string; since: Instant } | null = null
  let pressLostSince: Instant | null = null
  let underWay: Promise<void> | null = null
  const note = (message: string | null) => {
    if (message !== null && message !== withheld?.message) log('error', `No sign of life was sent to the watcher: ${message}`)
    if (message === null && withheld) log('info', 'The watcher gets signs of life again')
    withheld = message === null ? null : { message, since: withheld?.since ?? clock.now() }
  }
  const press = async () => {
    const at = clock.now()
    try {
      const took = await needs.press()
      pressLostSince = null
      return took
    } catch (error) {
      pressLostSince ??= at
      throw error
    }
  }
  const beat = () => {
    underWay ??= round({ ...needs, press })
      .then(note)
      .finally(() => {
        underWay = null
      })
    return underWay
  }
  const stopBeating = clock.every(seconds(needs.settings.ANLING_WATCHER_SECONDS), () => void beat())
  void beat()
  return {
    withheld: () => withheld,
    pressLostSince: () => pressLostSince,
    beat,
    async stop() {
      stopBeating()
      await underWay
    },
  }
}

/** Null when a sign was sent, otherwise why not. Never rejects. */
async function round(needs: HeartbeatNeeds): Promise<string | null> {
  try {
    const took = await needs.press()
    // After the press: what the press showed to be slow or broken is found by the same round.
    const [first, ...more] = await needs.audit.look()
    if (first) return `${first.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
    const trouble = needs.trouble()
    return trouble ?? (await send(needs, took))
  } catch (error) {
    return sentenceOf(error)
  }
}

/** The address may hold a key of the service, so it is never told. */
async function send({ settings, clock }: HeartbeatNeeds, pressMs: number): Promise<string | null> {
  const { ANLING_WATCHER_URL: url, ANLING_WATCHER_METHOD: method, ANLING_WATCHER_SECRET: secret } = settings
  const at = clock.now()
  const body = method === 'POST' ? JSON.stringify({ at: new Date(at).toISOString(), pressMs }) : ''
  const headers: Record<string, string> = {
    ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    ...(secret === '' ? {} : { [signatureHeader]: signatureFor(secret, at, body) }),
  }
  try {
    const waiting = { clock, limit: sendPatience, what: 'The watcher' }
    const answer = await within(waiting, (signal) => fetch(url, { method, headers, signal, redirect: 'manual', ...(body && { body }) }))
    await answer.body?.cancel()
    return answer.ok ? null : `the watcher answered ${answer.status}`
  } catch (error) {
    return `the watcher could not be reached (${codeOf(error)})`
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as { code?: unknown }).code
  return typeof code === 'string' ? code : 'no answer'
}
