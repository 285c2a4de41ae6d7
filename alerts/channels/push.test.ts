/** Web Push, against a push service that opens the letters with the browser's own keys. */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import webPush from 'web-push'
import type { PushSubscription } from '../../domain/reach.ts'
import { instant } from '../../domain/time.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { certificateFor } from './certificate.fixture.ts'
import { channelContract, exampleLetter } from './channel.contract.ts'
import { personOf } from './people.fixture.ts'
import { openPushChannel, type PushNeeds } from './push.ts'
import { type Answer, openReceiver, type Receiver, status } from './webhook.fixture.ts'

const patient = () => new AbortController().signal
const keys = webPush.generateVAPIDKeys()

/** A browser's keys, and its way to read what was encrypted for it (RFC 8188, RFC 8291). */
function openBrowser() {
  const ecdh = createECDH('prime256v1')
  ecdh.generateKeys()
  const auth = randomBytes(16)
  return {
    p256dh: ecdh.getPublicKey('base64url'),
    auth: auth.toString('base64url'),
    read(body: Buffer): Record<string, unknown> {
      const salt = body.subarray(0, 16)
      const server = body.subarray(21, 21 + (body[20] ?? 0))
      const sealed = body.subarray(21 + server.length)
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), server])
      const secret = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(server), auth, info, 32))
      const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16))
      const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12))
      const open = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
      const plain = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()])
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString())
    },
  }
}
type Browser = ReturnType<typeof openBrowser>

const subscription = (receiver: Receiver, browser: Browser, changes: Partial<PushSubscription> = {}): PushSubscription => ({
  ...{ id: 'phone', personId: 'contact-3', label: '', madeAt: instant(1), deadAt: null, usedAt: null },
  ...{ endpoint: receiver.url, p256dh: browser.p256dh, auth: browser.auth },
  ...changes,
})

async function openWorld(make: (receiver: Receiver, browser: Browser) => readonly PushSubscription[], changes: Partial<PushNeeds> = {}) {
  const receiver = await openReceiver()
  receiver.answerWith(status(201))
  const browser = openBrowser()
  const said: string[] = []
  const clock = openVirtualClock()
  const all = make(receiver, browser)
  const channel = openPushChannel({
    ...{ clock, keys, contact: 'mailto:care@example.org', personOf: personOf(), allowPrivate: true },
    link: ({ alarmId }) => `https://care.example.org/family#${alarmId}`,
    subscriptions: {
      subscriptionsOf: async (id) => all.map((each) => ({ ...each, personId: id })),
      buried: async (id) => void said.push(`${id} buried`),
      used: async (id) => void said.push(`${id} used`),
    },
    ...changes,
  })
  return { receiver, browser, channel, said, clock }
}

const one = (receiver: Receiver, browser: Browser) => [subscription(receiver, browser)]
const world = async (...args: Parameters<typeof openWorld>) => {
  const opened = await openWorld(...args)
  onTestFinished(opened.receiver.close)
  return opened
}

channelContract('Web Push', async () => {
  const { receiver, browser, channel, clock } = await openWorld(one)
  let failing = false
  receiver.answerWith((request, response) => status(failing ? 500 : 201)(request, response))
  return {
    channel,
    // One telephone stands for everybody here; whom the letter was for is told by the letter's id.
    arrived: () => (failing ? [] : receiver.bodies.map((body) => `contact-3 ${JSON.stringify(browser.read(body))}`)),
    fail() {
      failing = true
    },
    mend() {
      failing = false
    },
    wait: (span) => clock.advance(span),
    discard: receiver.close,
  }
})

test('is encrypted for the browser, urgent, short-lived, and signed by this platform', async () => {
  const { receiver, browser, channel, said } = await world(one)
  await channel.send({ ...exampleLetter(), presses: 2 }, patient())
  const [request] = receiver.received
  expect(request?.headers).toMatchObject({ urgency: 'high', ttl: '300', 'content-encoding': 'aes128gcm' })
  expect(request?.body).not.toContain('妈妈')
  expect(browser.read(receiver.bodies[0] as Buffer)).toEqual({
    ...{ id: 'sos-1/0/1/0', alarmId: 'sos-1', urgent: true, language: 'zh', link: 'https://care.example.org/family#sos-1' },
    ...{ title: '紧急求助：妈妈按了求救键', body: '16:53，已 2 次。服务中心电话 021-61230000。' },
  })
  const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(String(request?.headers.authorization)) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  expect(key).toBe(keys.publicKey)
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    aud: `http://127.0.0.1:${receiver.port}`,
    sub: 'mailto:care@example.org',
  })
  const raw = Buffer.from(keys.publicKey, 'base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: raw.subarray(1, 33).toString('base64url'), y: raw.subarray(33).toString('base64url') }
  const signed = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), signed, Buffer.from(signature, 'base64url'))).toBe(true)
  expect(said).toEqual(['phone used'])
})

test('an ordinary message has its own words and link, waits for hours, and goes to the one browser it names', async () => {
  const { receiver, browser, channel } = await world((receiver, browser) => [
    subscription(receiver, browser),
    subscription(receiver, browser, { id: 'tablet' }),
  ])
  const plain = { title: '妈妈：今日平安', body: '今天 06:42 起来了。', link: 'https://care.example.org/family' }
  const letter = { ...exampleLetter('daily/contact-3/2026-11-22'), alarmId: '', priority: 3 as const, plain }
  expect((await channel.send(letter, patient())).outcome).toBe('delivered')
  expect(receiver.received.map(({ headers }) => [headers.ttl, headers.urgency])).toEqual(Array(2).fill(['21600', 'normal']))
  const [daily] = receiver.bodies.map((body) => browser.read(body))
  expect(daily).toMatchObject({ id: 'daily/contact-3/2026-11-22', alarmId: '', urgent: false, title: plain.title, body: plain.body })
  await channel.send({ ...letter, id: 'test-1', plain: { ...plain, pushId: 'tablet' } }, patient())
  expect(receiver.received.length).toBe(3)
  const refused = await channel.send({ ...letter, plain: { ...plain, pushId: 'somebody-else' } }, patient())
  expect([refused.outcome, receiver.received.length]).toEqual(['refused', 3])
})

describe('what the push service’s answer means', () => {
  test.each([
    [201, 'delivered', ['phone used']],
    [404, 'refused', ['phone buried']],
    [410, 'refused', ['phone buried']],
    [400, 'refused', []],
    [403, 'refused', []],
    [413, 'refused', []],
    [429, 'retry', []],
    [500, 'retry', []],
  ] as const)('%i is %s', async (code, outcome, told) => {
    const { receiver, channel, said } = await world(one)
    receiver.answerWith(status(code))
    expect((await channel.send(exampleLetter(), patient())).outcome).toBe(outcome)
    expect(said).toEqual(told)
  })

  test('a push service that is busy holds up nobody whose telephone has another one', async () => {
    const { receiver, channel } = await world(one)
    receiver.answerWith(status(429, { 'retry-after': '30' }))
    expect(await channel.send(exampleLetter(), patient())).toEqual({ outcome: 'retry', why: 'HTTP 429', retryAfter: 30_000 })
    receiver.answerWith(status(201))
    expect((await channel.send(exampleLetter('another'), patient())).outcome).toBe('delivered')
  })
})

test('of several telephones one that gets it is enough, and the dead one is reported', async () => {
  const { receiver, channel, said } = await world((at, browser) => [
    subscription(at, browser, { id: 'old', endpoint: `${at.url}/old` }),
    subscription(at, browser, { id: 'busy', endpoint: `${at.url}/busy` }),
    subscription(at, browser, { id: 'new', endpoint: `${at.url}/new` }),
    subscription(at, browser, { id: 'dead', endpoint: `${at.url}/dead`, deadAt: instant(5) }),
  ])
  const answers: Record<string, number> = { old: 410, busy: 503, new: 201 }
  const answer: Answer = (request, response) => status(answers[request.path.split('/').at(-1) ?? ''] ?? 500)(request, response)
  receiver.answerWith(answer)
  expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'delivered' })
  expect(said.sort()).toEqual(['new used', 'old buried'])
  expect(receiver.received).toHaveLength(3)
})

test('whoever has no telephone that takes pushes is refused, and that is known before', async () => {
  const { channel } = await world((receiver, browser) => [subscription(receiver, browser, { deadAt: instant(5) })])
  expect(await channel.reaches?.(exampleLetter())).toBe(false)
  expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'refused' })
})

describe('what a browser may not make us do', () => {
  test.each([{ p256dh: 'nonsense' }, { auth: 'c2hvcnQ' }, { endpoint: 'ftp://example.org/' }, { endpoint: 'not an address' }])(
    '%o is refused, and nothing is sent',
    async (changes) => {
      const { receiver, channel } = await world((at, browser) => [subscription(at, browser, changes)])
      expect(await channel.send(exampleLetter(), patient())).toEqual({ outcome: 'refused', why: 'The subscription cannot be used.' })
      expect(receiver.received).toEqual([])
    },
  )

  test('push to a private address', async () => {
    const make = (at: Receiver, browser: Browser) => [subscription(at, browser, { endpoint: `https://127.0.0.1:${at.port}/` })]
    const { receiver, channel } = await world(make, { allowPrivate: false })
    expect(await channel.send(exampleLetter(), patient())).toEqual({
      outcome: 'refused',
      why: 'The push service leads to a private address.',
    })
    expect(receiver.received).toEqual([])
  })

  const expired = certificateFor('20200101000000Z', '20200201000000Z')
  test.skipIf(!expired)('push to an expired certificate (skipped when openssl is not installed)', async () => {
    const old = await openReceiver(expired ?? undefined)
    onTestFinished(old.close)
    const { channel } = await world((_, browser) => [subscription(old, browser)], { authorities: expired?.cert ?? '' })
    expect(await channel.send(exampleLetter(), patient())).toEqual({ outcome: 'retry', why: 'CERT_HAS_EXPIRED' })
  })
})
