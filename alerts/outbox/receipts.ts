/** What providers report later: was the telephone reached? Read from a callback whose sender proved that it is the provider. Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Receipt } from '../../domain/reach.ts'
import type { Instant } from '../../domain/time.ts'

/** A callback as it came in. */
export type ReceiptRequest = {
  provider: string
  /** The full address, as the provider was given it, with its query. */
  url: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  body: string
  at: Instant
}

export type ReceiptSecrets = {
  /** Twilio's auth token; '' when Twilio is not used. */
  twilioToken: string
  /** What must stand as `key` in the query of Aliyun's callback, which is not signed; '' when Aliyun is not used. */
  aliyunKey: string
}

export type Received =
  | { ok: true; receipts: readonly Receipt[]; answer: string }
  | { ok: false; why: 'forged' | 'unreadable' | 'unknown-provider' }

const bodyMax = 1_000_000
/** Receipts that one callback may bring. */
const receiptsMax = 1_000

/** The receipts in a callback, and the body that the provider wants for an answer; or why they are not believed. */
export function receiptOf(request: ReceiptRequest, secrets: ReceiptSecrets): Received {
  if (request.body.length > bodyMax) return { ok: false, why: 'unreadable' }
  switch (request.provider) {
    case 'twilio':
      return fromTwilio(request, secrets.twilioToken)
    case 'aliyun':
      return fromAliyun(request, secrets.aliyunKey)
    default:
      return { ok: false, why: 'unknown-provider' }
  }
}

/** HMAC-SHA-1 of the address and all fields in order of their names, in base64. */
export function twilioSignature(token: string, url: string, fields: URLSearchParams): string {
  const text = [...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).reduce((all, [name, value]) => `${all}${name}${value}`, url)
  return createHmac('sha1', token).update(text).digest('base64')
}

function fromTwilio({ url, headers, body, at }: ReceiptRequest, token: string): Received {
  const fields = new URLSearchParams(body)
  if (token === '' || !isSame(headers['x-twilio-signature'] ?? '', twilioSignature(token, url, fields))) return { ok: false, why: 'forged' }
  const call = fields.get('CallSid')
  const reference = call ?? fields.get('MessageSid') ?? ''
  const status = fields.get(call ? 'CallStatus' : 'MessageStatus') ?? ''
  if (reference === '' || status === '') return { ok: false, why: 'unreadable' }
  const machine = call && /^(machine|fax)/.test(fields.get('AnsweredBy') ?? '')
  const state = machine ? 'failed' : (twilioStates.get(status) ?? 'under-way')
  const code = machine ? 'machine' : shortOf(fields.get('ErrorCode') || status)
  return { ok: true, receipts: [{ channel: call ? 'voice-twilio' : 'sms-twilio', reference, state, code, at }], answer: '' }
}

const twilioStates: ReadonlyMap<string, Receipt['state']> = new Map([
  ...(['delivered', 'read', 'completed'] as const).map((status) => [status, 'reached'] as const),
  ...(['undelivered', 'failed', 'busy', 'no-answer', 'canceled'] as const).map((status) => [status, 'failed'] as const),
])

const aliyunAnswer = JSON.stringify({ code: 0, msg: 'ok' })

function fromAliyun({ url, body, at }: ReceiptRequest, key: string): Received {
  const given = URL.parse(url, 'http://localhost')?.searchParams.get('key') ?? ''
  if (key === '' || !isSame(given, key)) return { ok: false, why: 'forged' }
  const reports = listOf(body)
  if (!reports) return { ok: false, why: 'unreadable' }
  const receipts = reports.slice(0, receiptsMax).flatMap((report) => aliyunReceipt(report, at) ?? [])
  return { ok: true, receipts, answer: aliyunAnswer }
}

type Report = Readonly<Record<string, unknown>>

/** SmsReport names `biz_id`; VoiceReport and VoiceCallReport name `call_id`, the latter while the call goes on. */
function aliyunReceipt(report: Report, at: Instant): Receipt | null {
  const { biz_id: sms, call_id: call, success, duration, start_time: answeredAt } = report
  if (typeof sms === 'string') {
    const state = success === true || success === 'true' ? 'reached' : 'failed'
    return { channel: 'sms-aliyun', reference: sms, state, code: shortOf(report.err_code), at }
  }
  if (typeof call !== 'string') return null
  const code = shortOf(report.status_code)
  if ('status_time' in report) return { channel: 'voice-aliyun', reference: call, state: 'under-way', code, at }
  const spoke = Number.parseInt(String(duration ?? ''), 10) > 0 || (typeof answeredAt === 'string' && answeredAt !== '')
  return { channel: 'voice-aliyun', reference: call, state: spoke ? 'reached' : 'failed', code, at }
}

function listOf(body: string): readonly Report[] | null {
  try {
    const value: unknown = JSON.parse(body)
    return Array.isArray(value) ? value.filter((each): each is Report => typeof each === 'object' && each !== null) : null
  } catch {
    return null
  }
}

/** A code goes into tables and onto screens: short and plain. */
const shortOf = (code: unknown): string =>
  typeof code === 'string' || typeof code === 'number'
    ? String(code)
        .replace(/[^\w.:-]/g, '')
        .slice(0, 40)
    : ''

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
