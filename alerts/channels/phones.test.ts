/** SMS and voice by Aliyun and Twilio, against servers that check what the providers check and answer as they do. */
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hours, milliseconds, minutes, seconds } from '../../domain/time.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { certificateFor } from './certificate.fixture.ts'
import { channelContract, exampleLetter } from './channel.contract.ts'
import type { Channel } from './channel.ts'
import { contactOf, personOf } from './people.fixture.ts'
import { canonicalQuery, signedHeaders } from './shared/aliyun.ts'
import type { Outside } from './shared/post.ts'
import { openSmsAliyunChannel } from './sms-aliyun.ts'
import { openSmsTwilioChannel } from './sms-twilio.ts'
import { openVoiceAliyunChannel } from './voice-aliyun.ts'
import { openVoiceTwilioChannel } from './voice-twilio.ts'
import { type Answer, openReceiver, type Received, status } from './webhook.fixture.ts'

const patient = () => new AbortController().signal
const json =
  (code: number, body: unknown): Answer =>
  (_request, response) =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const aliyunKey = { keyId: 'LTAIexample', keySecret: 'aliyun-very-secret' }
const twilioKey = { accountId: 'AC0123456789', token: 'twilio-very-secret', from: '+12025550100', receipts: 'https://care.example.org/r' }
const link = ({ alarmId }: { alarmId: string }) => `https://care.example.org/family#${alarmId}`

type Where = Outside & { endpoint: string }
type Provider = {
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

const queryOf = ({ path }: Received) => Object.fromEntries(new URL(path, 'http://x').searchParams)
const formOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body))

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

const providers: readonly Provider[] = [
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

async function openWorld(provider: Provider, person?: Parameters<Provider['open']>[1]) {
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

describe.each(providers)('$name', (provider) => {
  channelContract(provider.name, async () => {
    const { clock, receiver, correct, channel } = await openWorld(provider)
    let failing = false
    return {
      channel,
      ...(provider.spoken ? { spoken: true } : {}),
      arrived: () => (failing ? [] : receiver.received.map(provider.said)),
      fail() {
        failing = true
        receiver.answerWith(provider.system)
      },
      mend() {
        failing = false
        receiver.received.length = 0
        receiver.answerWith(correct)
      },
      wait: (span) => clock.advance(span > 0 ? span : minutes(1)),
      discard: receiver.close,
    }
  })

  const open = async (person?: Parameters<Provider['open']>[1]) => {
    const world = await openWorld(provider, person)
    onTestFinished(world.receiver.close)
    return world
  }

  test('delivered carries the name that receipts will use', async () => {
    const { channel } = await open()
    expect(await channel.send(exampleLetter(), patient())).toEqual({ outcome: 'delivered', why: '', reference: provider.reference })
  })

  test('the words are the person’s own and nobody’s name', async () => {
    const { channel, receiver } = await open()
    await channel.send(exampleLetter(), patient())
    const said = provider.said(receiver.received[0] as Received)
    expect(said).toContain('妈妈')
    expect(said).toContain('按了求救键')
    expect(said).not.toMatch(/resident-17|Anna/)
  })

  test('whom it cannot call it refuses at once, and says so before', async () => {
    const { channel, receiver } = await open({ phone: '' })
    expect(await channel.reaches?.(exampleLetter())).toBe(false)
    expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'refused' })
    expect(receiver.received).toEqual([])
  })

  test('what will never work is refused, without number or secret', async () => {
    const { channel, receiver } = await open()
    receiver.answerWith(provider.never)
    const sent = await channel.send(exampleLetter(), patient())
    expect(sent.outcome).toBe('refused')
    expect(sent.why).not.toMatch(/1380|very-secret/)
  })

  test('a wrong key is refused', async () => {
    const { channel, receiver } = await open()
    receiver.answerWith(json(400, { Code: 'SignatureDoesNotMatch', Message: 'x', code: 20003, message: 'Authenticate' }))
    expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'refused' })
  })

  test('"too many" rests the whole channel', async () => {
    const { channel, receiver } = await open()
    receiver.answerWith(provider.busy)
    expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'retry', busy: true })
    const next = { ...exampleLetter('another'), recipient: { contactId: 'contact-4', label: '', channel: 'any' } }
    expect(await channel.send(next, patient())).toMatchObject({ outcome: 'retry', held: true })
    expect(receiver.received).toHaveLength(1)
  })

  test.each([
    ['200 and nothing done', json(200, {}), 'retry'],
    ['a page instead of an answer', status(200), 'retry'],
    ['503', status(503, { 'retry-after': '3' }), 'retry'],
  ] as const)('%s is no delivery', async (_name, answer, outcome) => {
    const { channel, receiver } = await open()
    receiver.answerWith(answer)
    expect((await channel.send(exampleLetter(), patient())).outcome).toBe(outcome)
  })

  const expired = certificateFor('20200101000000Z', '20200201000000Z')
  test.skipIf(!expired)('an expired certificate gets no number (skipped when openssl is not installed)', async () => {
    const receiver = await openReceiver(expired ?? undefined)
    onTestFinished(receiver.close)
    const where = {
      clock: openVirtualClock(),
      allowPrivate: true,
      endpoint: `https://127.0.0.1:${receiver.port}`,
      authorities: expired?.cert ?? '',
    }
    expect(await provider.open(where).send(exampleLetter(), patient())).toEqual({ outcome: 'retry', why: 'CERT_HAS_EXPIRED' })
    expect(receiver.received).toEqual([])
  })
})

describe('Aliyun', () => {
  test('signs as its published example', () => {
    const url = new URL('https://ecs.cn-shanghai.aliyuncs.com/')
    url.search = canonicalQuery({ RegionId: 'cn-shanghai', ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd' })
    const call = {
      url,
      action: 'RunInstances',
      version: '2014-05-26',
      date: '2023-10-26T10:22:32Z',
      nonce: '3156853299f313e23d1673dc12e1703d',
    }
    const headers = signedHeaders({ ...call, keyId: 'YourAccessKeyId', keySecret: 'YourAccessKeySecret' })
    expect(headers.authorization).toMatch(/Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0$/)
  })

  test.each([
    ['触发分钟级流控Permits:1', 'retry'],
    ['触发小时级流控Permits:5', 'refused'],
    ['触发天级流控Permits:10', 'refused'],
  ])('one number texted too often: %s', async (message, outcome) => {
    const { channel, receiver } = await openWorld(providers[0] as Provider)
    onTestFinished(receiver.close)
    receiver.answerWith(json(200, { Code: 'isv.BUSINESS_LIMIT_CONTROL', Message: message }))
    const sent = await channel.send(exampleLetter(), patient())
    expect(sent.outcome).toBe(outcome)
    expect('busy' in sent).toBe(false)
  })

  test('calls one number once a minute and five times an hour, and others meanwhile', async () => {
    const { channel, clock, receiver } = await openWorld(providers[1] as Provider)
    onTestFinished(receiver.close)
    const call = (contactId: string) => channel.send({ ...exampleLetter(), recipient: { contactId, label: '', channel: 'any' } }, patient())
    expect((await call('contact-3')).outcome).toBe('delivered')
    expect(await call('contact-3')).toMatchObject({ outcome: 'retry', retryAfter: 60_000, held: true })
    expect((await call('contact-4')).outcome).toBe('delivered')
    for (let n = 0; n < 4; n += 1) {
      await clock.advance(minutes(1))
      expect((await call('contact-3')).outcome).toBe('delivered')
    }
    await clock.advance(minutes(1))
    expect(await call('contact-3')).toMatchObject({ outcome: 'refused' })
    await clock.advance(hours(1))
    expect((await call('contact-3')).outcome).toBe('delivered')
    expect(receiver.received).toHaveLength(7)
  })

  test('serves only mainland China', async () => {
    for (const provider of providers.slice(0, 2)) {
      const { channel, receiver } = await openWorld(provider, { phone: '+447700900123' })
      onTestFinished(receiver.close)
      expect(await channel.reaches?.(exampleLetter())).toBe(false)
      expect((await channel.send(exampleLetter(), patient())).outcome).toBe('refused')
    }
  })
})

test('Twilio speaks what could break its markup as plain words', async () => {
  const { channel, receiver } = await openWorld(providers[3] as Provider, { subject: '<Hangup/>&"妈妈"', language: 'en' })
  onTestFinished(receiver.close)
  await channel.send(exampleLetter(), patient())
  const { Twiml = '' } = formOf(receiver.received[0] as Received)
  expect(Twiml).toContain('&lt;Hangup/&gt;&amp;&quot;妈妈&quot;')
  expect(Twiml.match(/<(\w+)/g)).toEqual(['<Response', '<Say', '<Pause', '<Say'])
})

test('one new Twilio message a second leaves our number; the next waits its turn', async () => {
  const { channel, clock, receiver } = await openWorld(providers[2] as Provider)
  onTestFinished(receiver.close)
  expect((await channel.send(exampleLetter('a'), patient())).outcome).toBe('delivered')
  expect(await channel.send(exampleLetter('b'), patient())).toMatchObject({ held: true, retryAfter: milliseconds(1_000) })
  await clock.advance(seconds(1))
  expect((await channel.send(exampleLetter('b'), patient())).outcome).toBe('delivered')
})
