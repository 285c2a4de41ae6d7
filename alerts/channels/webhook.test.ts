/** The webhook, against real servers: signature, body, and what each answer means. */
import { createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { seconds } from '../../domain/time.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { certificateFor } from './certificate.fixture.ts'
import { channelContract, exampleLetter } from './channel.contract.ts'
import { type Answer, openReceiver, type Receiver, status } from './webhook.fixture.ts'
import { keysOf, openWebhookChannel, signatureOf, type WebhookNeeds } from './webhook.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const open = (url: string, changes: Partial<WebhookNeeds> = {}) =>
  openWebhookChannel({ url, secret, allowPrivate: true, clock: systemClock, ...changes })
const patient = () => new AbortController().signal

channelContract('the webhook', async () => {
  const receiver = await openReceiver()
  let failing = false
  receiver.answerWith((request, response) => status(failing ? 503 : 204)(request, response))
  return {
    channel: open(receiver.url),
    arrived: () => (failing ? [] : receiver.received.map(({ body }) => body)),
    fail: () => {
      failing = true
    },
    mend: () => {
      failing = false
    },
    discard: receiver.close,
  }
})

async function receiverOf(answer?: Answer): Promise<Receiver> {
  const receiver = await openReceiver()
  onTestFinished(receiver.close)
  if (answer) receiver.answerWith(answer)
  return receiver
}

describe('the signature', () => {
  test('is that of the published example', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' }
    expect(signatureOf(keysOf(secret), message)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test('signs with each secret while it is being changed', () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const message = { id: 'a', timestamp: 1, body: '{}' }
    const both = signatureOf(keysOf(`${secret} ${other}`), message)
    expect(both).toBe(`${signatureOf(keysOf(secret), message)} ${signatureOf(keysOf(other), message)}`)
  })

  test('covers exactly what is sent, with the letter as id and the time in seconds', async () => {
    const receiver = await receiverOf()
    await open(receiver.url).send(exampleLetter(), patient())
    const [got] = receiver.received
    const timestamp = Number(got?.headers['webhook-timestamp'])
    expect(Math.abs(timestamp - Date.now() / 1_000)).toBeLessThan(60)
    expect(got?.headers['webhook-id']).toBe('sos-1/0/1/0')
    const expected = signatureOf(keysOf(secret), { id: 'sos-1/0/1/0', timestamp, body: got?.body ?? '' })
    expect(got?.headers['webhook-signature']).toBe(expected)
  })
})

test('the body is a CloudEvent that stays the same when it is sent again', async () => {
  const receiver = await receiverOf()
  const channel = open(receiver.url)
  await channel.send(exampleLetter(), patient())
  await channel.send({ ...exampleLetter(), attempt: 2 }, patient())
  const [first, second] = receiver.received
  expect(first).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' } })
  expect(JSON.parse(first?.body ?? '')).toEqual({
    specversion: '1.0',
    id: 'sos-1/0/1/0',
    source: 'urn:anling',
    type: 'anling.call-for-help',
    subject: 'sos-1',
    time: '2025-10-09T08:53:20.000Z',
    datacontenttype: 'application/json',
    data: {
      ...{ alarmId: 'sos-1', subjectId: 'resident-17', siteId: 'site-1', contactId: 'contact-3' },
      ...{ kind: 'sos', reason: 'button', priority: 1, state: 'raised', presses: 1, raisedAt: '2025-10-09T08:53:20.000Z' },
    },
  })
  expect(second?.body).toBe(first?.body)
})

describe('what an answer means', () => {
  test.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [301, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [408, 'retry'],
    [410, 'refused'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('%i is %s', async (code, outcome) => {
    const receiver = await receiverOf(status(code, { location: 'http://127.0.0.1:1/elsewhere' }))
    expect((await open(receiver.url).send(exampleLetter(), patient())).outcome).toBe(outcome)
    expect(receiver.received).toHaveLength(1)
  })

  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '86400' }, 300_000],
    [{ date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
  ])('a busy receiver that says %o is left alone so long', async (headers, wait) => {
    const receiver = await receiverOf(status(429, headers as Record<string, string>))
    const channel = open(receiver.url)
    const sent = await channel.send(exampleLetter(), patient())
    expect(sent).toEqual({ outcome: 'retry', why: 'HTTP 429', busy: true, ...(wait === undefined ? {} : { retryAfter: wait }) })
    const next = await channel.send({ ...exampleLetter(), id: 'another' }, patient())
    expect(next).toMatchObject({ outcome: 'retry', held: true })
    expect(receiver.received).toHaveLength(1)
  })

  test('an answer whose body never ends is an answer', async () => {
    const receiver = await receiverOf((_request, response) => void response.writeHead(200).write('drip'))
    expect(await open(receiver.url).send(exampleLetter(), patient())).toMatchObject({ outcome: 'delivered' })
  })
})

describe('trouble on the way', () => {
  test('nobody listens', async () => {
    const receiver = await openReceiver()
    await receiver.close()
    expect(await open(receiver.url).send(exampleLetter(), patient())).toEqual({ outcome: 'retry', why: 'ECONNREFUSED' })
  })

  test('a name that does not exist', async () => {
    const sent = await open('https://nowhere.invalid/hook').send(exampleLetter(), patient())
    expect(sent.outcome).toBe('retry')
    expect(sent.why).not.toContain('nowhere')
  })

  test('somebody who takes the call and says nothing is given ten seconds', async () => {
    const sockets: Socket[] = []
    const arrived = Promise.withResolvers<void>()
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.once('data', () => arrived.resolve())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const clock = openVirtualClock()
    const address = server.address()
    const port = address && typeof address === 'object' ? address.port : 0
    const sent = open(`http://127.0.0.1:${port}/`, { clock }).send(exampleLetter(), patient())
    await arrived.promise
    await clock.advance(seconds(10))
    expect(await sent).toEqual({ outcome: 'retry', why: 'The webhook took longer than 10 s' })
  })

  test('somebody who hangs up', async () => {
    const receiver = await receiverOf((_request, response) => void response.socket?.destroy())
    expect(await open(receiver.url).send(exampleLetter(), patient())).toEqual({ outcome: 'retry', why: 'ECONNRESET' })
  })

  test('why it failed never tells the address or the secret', async () => {
    const receiver = await receiverOf(status(500))
    const channel = open(receiver.url)
    const whys = [await channel.send(exampleLetter(), patient())]
    await receiver.close()
    whys.push(await channel.send(exampleLetter(), patient()))
    expect(JSON.stringify(whys)).not.toMatch(/hooks|very-secret|127\.0\.0\.1|whsec|MfKQ/)
  })
})

describe('where it may go', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '[::1]',
    '[fd00::1]',
    '[fe80::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
  ])('not to %s, unless allowed', async (host) => {
    const channel = open(`https://${host}:9/`, { allowPrivate: false })
    expect(await channel.send(exampleLetter(), patient())).toEqual({ outcome: 'refused', why: 'The webhook leads to a private address.' })
  })

  test.each(['ftp://example.org/', 'not an address', 'https://user:word@example.org/', 'http://example.org/'])(
    '%s is not accepted',
    (url) => {
      expect(() => open(url, { allowPrivate: false })).toThrow(RangeError)
    },
  )

  test.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_***'])('the secret %o is not accepted', (bad) => {
    expect(() => open('https://example.org/', { secret: bad })).toThrow(RangeError)
  })
})

describe('over TLS', () => {
  const valid = certificateFor('20200101000000Z', '20491231235959Z')
  const expired = certificateFor('20200101000000Z', '20200201000000Z')
  const whenPossible = test.skipIf(!valid || !expired)

  whenPossible('a trusted certificate is fine (skipped when openssl is not installed)', async () => {
    const receiver = await openReceiver(valid ?? undefined)
    onTestFinished(receiver.close)
    const sent = await open(receiver.url, { allowPrivate: true, authorities: valid?.cert ?? '' }).send(exampleLetter(), patient())
    expect(sent).toMatchObject({ outcome: 'delivered' })
  })

  whenPossible('an expired one is not, nor one that nobody signed (skipped when openssl is not installed)', async () => {
    const old = await openReceiver(expired ?? undefined)
    const own = await openReceiver(valid ?? undefined)
    onTestFinished(() => Promise.all([old.close(), own.close()]).then(() => undefined))
    const late = await open(old.url, { authorities: expired?.cert ?? '' }).send(exampleLetter(), patient())
    expect(late).toEqual({ outcome: 'retry', why: 'CERT_HAS_EXPIRED' })
    const unknown = await open(own.url).send(exampleLetter(), patient())
    expect(unknown).toEqual({ outcome: 'retry', why: expect.stringMatching(/SELF_SIGNED/) })
    expect([...old.received, ...own.received]).toEqual([])
  })
})
