/** The other ends of the telephone channels: servers that check what the providers check and answer as they do. */
import { createHash, createHmac } from 'node:crypto'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import type { Channel } from './channel.ts'
import { contactOf, personOf } from './people.fixture.ts'
import type { Outside } from './shared/post.ts'
import { openSmsAliyunChannel } from './sms-aliyun.ts'
import { openSmsTwilioChannel } from './sms-twilio.ts'
import { openVoiceAliyunChannel } from './voice-aliyun.ts'
import { openVoiceTwilioChannel } from './voice-twilio.ts'
import { type Answer, openReceiver, type Received, status } from './webhook.fixture.ts'

export const json =
  (code: number, body: unknown): Answer =>
  (_request, response) =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const aliyunKey = { keyId: 'LTAIexample', keySecret: 'aliyun-very-secret' }
const twilioKey = { accountId: 'AC0123456789', token: 'twilio-very-secret', from: '+12025550100', receipts: 'https://care.example.org/r' }
const link = ({ alarmId }: { alarmId: string }) => `https://care.example.org/family#${alarmId}`

type Where = Outside & { endpoint: string }
export type Provider = {
  name: string
  open: (where: Where, changes?: Partial<Parameters<typeof personOf>[0]>) => Channel
  /** What the provider answers when it takes the request; null when it would not. */
  takes: (request: Received) => unknown
  said: (request: Received) => string
  spoken?: true
  system: Answer
  never: Answer
  busy: Answer
  reference: string
}

export const queryOf = ({ path }: Received) => Object.fromEntries(new URL(path, 'http://x').searchParams)
export const formOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body))

/** The signature as Aliyun itself would compute it from what arrived, by its published rule. */
function signedByUs(request: Received): boolean {
  const { headers } = request
  const given = String(headers.authorization)
  const names = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(';') ?? []
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const [path = '', query = ''] = request.path.split('?')
  const canonical = [request.method, path, query, lines, names.join(';'), headers['x-acs-content-sha256']].join('\n')
  const digest = createHmac('sha256', aliyunKey.keySecret)
    .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
    .digest('hex')
  return (
    given.endsWith(`Signature=${digest}`) &&
    given.includes(`Credential=${aliyunKey.keyId},`) &&
    headers['x-acs-content-sha256'] === hash(request.body)
  )
}
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const knownByTwilio = ({ headers }: Received) =>
  headers.authorization === `Basic ${Buffer.from(`${twilioKey.accountId}:${twilioKey.token}`).toString('base64')}`

export const providers: readonly Provider[] = [
  {
    name: 'sms-aliyun',
    open: (where, person) =>
      openSmsAliyunChannel({ ...where, ...aliyunKey, personOf: personOf(person), signName: '安铃', template: 'SMS_1' }),
    takes: (request) =>
      signedByUs(request) && queryOf(request).SignName === '安铃' && request.headers['x-acs-action'] === 'SendSms'
        ? { Code: 'OK', Message: 'OK', BizId: 'biz-1', RequestId: 'r' }
        : null,
    said: (request) => `${contactOf(queryOf(request).PhoneNumbers ?? '')} ${queryOf(request).OutId} ${queryOf(request).TemplateParam}`,
    system: json(200, { Code: 'isp.SYSTEM_ERROR', Message: 'x' }),
    never: json(200, { Code: 'isv.SMS_TEMPLATE_ILLEGAL', Message: '模板不合法 13800000003' }),
    busy: json(400, { Code: 'Throttling.User', Message: 'Request was denied due to user flow control.' }),
    reference: 'biz-1',
  },
  {
    name: 'voice-aliyun',
    open: (where, person) =>
      openVoiceAliyunChannel({ ...where, ...aliyunKey, personOf: personOf(person), template: 'TTS_1', shownNumber: '057100000000' }),
    takes: (request) =>
      signedByUs(request) && queryOf(request).TtsCode === 'TTS_1' && request.headers['x-acs-action'] === 'SingleCallByTts'
        ? { Code: 'OK', Message: 'OK', CallId: '1^2', RequestId: 'r' }
        : null,
    said: (request) => `${contactOf(queryOf(request).CalledNumber ?? '')} ${queryOf(request).TtsParam}`,
    spoken: true,
    system: json(503, { Code: 'ServiceUnavailable', Message: 'x' }),
    never: json(200, { Code: 'isv.TTS_TEMPLATE_ILLEGAL', Message: 'x' }),
    busy: json(400, { Code: 'Throttling', Message: 'x' }),
    reference: '1^2',
  },
  {
    name: 'sms-twilio',
    open: (where, person) => openSmsTwilioChannel({ ...where, ...twilioKey, personOf: personOf(person), link }),
    takes: (request) =>
      knownByTwilio(request) &&
      request.path === '/2010-04-01/Accounts/AC0123456789/Messages.json' &&
      formOf(request).From === twilioKey.from
        ? { sid: 'SM1', status: 'queued' }
        : null,
    said: (request) => `${contactOf(formOf(request).To ?? '')} ${formOf(request).Body}`,
    system: json(500, { code: 20500, message: 'internal' }),
    never: json(400, { code: 21610, message: 'unsubscribed +8613800000003' }),
    busy: json(429, { code: 20429, message: 'too many' }),
    reference: 'SM1',
  },
  {
    name: 'voice-twilio',
    open: (where, person) => openVoiceTwilioChannel({ ...where, ...twilioKey, personOf: personOf(person) }),
    takes: (request) =>
      knownByTwilio(request) && request.path === '/2010-04-01/Accounts/AC0123456789/Calls.json' && formOf(request).StatusCallback !== ''
        ? { sid: 'CA1', status: 'queued' }
        : null,
    said: (request) => `${contactOf(formOf(request).To ?? '')} ${formOf(request).Twiml}`,
    spoken: true,
    system: status(502),
    never: json(400, { code: 21211, message: 'invalid To' }),
    busy: json(429, { code: 20429, message: 'too many' }),
    reference: 'CA1',
  },
]

export async function openWorld(provider: Provider, person?: Parameters<Provider['open']>[1]) {
  const clock = openVirtualClock()
  const receiver = await openReceiver()
  const correct: Answer = (request, response) => {
    const taken = provider.takes(request)
    json(taken ? 201 : 403, taken ?? { Code: 'SignatureDoesNotMatch', code: 20003 })(request, response)
  }
  receiver.answerWith(correct)
  const where = { clock, allowPrivate: true, endpoint: `http://127.0.0.1:${receiver.port}` }
  return { clock, receiver, correct, where, channel: provider.open(where, person) }
}
