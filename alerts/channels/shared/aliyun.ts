/** Requests to Aliyun's telephone services, signed by its rule ACS3-HMAC-SHA256, and what its answers mean. */
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { minutes, type Span, seconds } from '../../../domain/time.ts'
import type { Sent } from '../channel.ts'
import { type Answer, meaningOfStatus, type Outside, objectOf, type Request, targetOf } from './post.ts'

export type AliyunNeeds = Outside & {
  keyId: string
  keySecret: string
  /** Origin of the service; a test or a private cloud has its own. */
  endpoint?: string
}

type Call = { keyId: string; keySecret: string; url: URL; action: string; version: string; date: string; nonce: string }

/** The request for an action of the service at `origin`. */
export function aliyunRequest(
  needs: AliyunNeeds,
  origin: string,
  call: Pick<Call, 'action'> & { parameters: Readonly<Record<string, string>> },
) {
  const url = targetOf(needs.endpoint ?? origin, needs, 'Aliyun')
  url.search = canonicalQuery(call.parameters)
  const date = new Date(needs.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z')
  const headers = signedHeaders({ ...needs, url, action: call.action, version: '2017-05-25', date, nonce: randomUUID() })
  return { url, headers, body: '', readMax: 16_384 } satisfies Request
}

/** All headers that the signature covers, and the signature. Only requests without a body are made. */
export function signedHeaders({ keyId, keySecret, url, action, version, date, nonce }: Call): Record<string, string> {
  const covered: Record<string, string> = {
    host: url.host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
  }
  const names = Object.keys(covered).sort()
  const lines = names.map((name) => `${name}:${covered[name]}\n`).join('')
  const canonical = ['POST', url.pathname, url.search.slice(1), lines, names.join(';'), covered['x-acs-content-sha256']].join('\n')
  const signature = createHmac('sha256', keySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  return { ...covered, authorization: `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names.join(';')},Signature=${signature}` }
}

/** Sorted by name, everything encoded but letters, digits and -_.~ */
export const canonicalQuery = (parameters: Readonly<Record<string, string>>): string =>
  Object.keys(parameters)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(parameters[name] ?? '')}`)
    .join('&')

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** `referenceOf`: the name that receipts will use. */
export function aliyunMeaning(answer: Answer, referenceOf: (said: Readonly<Record<string, unknown>>) => unknown): Sent {
  const said = objectOf(answer)
  const code = said?.Code
  if (said === null || typeof code !== 'string') {
    return answer.status < 300 ? { outcome: 'retry', why: 'Aliyun gave no code.' } : meaningOfStatus(answer)
  }
  if (code === 'OK') return { outcome: 'delivered', why: '', reference: String(referenceOf(said) ?? '') }
  return meaningOfCode(/^[\w.-]{1,64}$/.test(code) ? code : 'an unreadable code', String(said.Message ?? ''))
}

/** Codes that pass by themselves. Everything else of `isv.` is ours to mend: key, template, balance, number. */
const passing = /^(isp\.SYSTEM_ERROR|InternalError|ServiceUnavailable|SystemBusy|SignatureNonceUsed|InvalidTimeStamp)/

/** Codes that are about the number called: the channel itself works. */
const ofOneNumber = /MOBILE|NUMBER|BLACK|CALLED|PHONE/

function meaningOfCode(code: string, message: string): Sent {
  const why = `Aliyun answered ${code}.`
  if (code.startsWith('Throttling')) return { outcome: 'retry', why, retryAfter: seconds(2), busy: true }
  if (code.endsWith('LIMIT_CONTROL')) return limited(why, message)
  if (passing.test(code)) return { outcome: 'retry', why }
  return ofOneNumber.test(code) ? { outcome: 'refused', why } : { outcome: 'refused', why, broken: true }
}

/** One number was called too often: a minute is waited for; for an hour or a day somebody must be reached in another way. */
const limited = (why: string, message: string): Sent =>
  /分钟/.test(message) ? { outcome: 'retry', why, retryAfter: minutes(1) satisfies Span } : { outcome: 'refused', why }
