/** The group robots, against servers that answer as WeCom, DingTalk and Feishu do: 200 also when they mean no. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { milliseconds, minutes, seconds } from '../../domain/time.ts'
import { openVirtualClock, type VirtualClock } from '../../test/virtual-clock.ts'
import { certificateFor } from './certificate.fixture.ts'
import { channelContract, exampleLetter } from './channel.contract.ts'
import type { Channel } from './channel.ts'
import { dingtalkSignature, openDingtalkChannel } from './dingtalk.ts'
import { feishuSignature, openFeishuChannel } from './feishu.ts'
import type { RobotNeeds } from './shared/robot.ts'
import { type Answer, openReceiver, type Received, status } from './webhook.fixture.ts'
import { openWecomChannel } from './wecom.ts'

const secret = 'SECdemo'
const key = 'very-secret-key'
const patient = () => new AbortController().signal
const json =
  (body: unknown, code = 200, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const page =
  (code: number): Answer =>
  (_request, response) =>
    void response.writeHead(code).end('<html>')

type Provider = {
  name: string
  open: (needs: RobotNeeds) => Channel
  query: string
  well: unknown
  tooMany: unknown
  wrongKey: unknown
  system: unknown
  /** Whether the provider itself would take this request at `now`. */
  takes: (request: Received, now: number) => boolean
  text: (body: string) => string
  allowed: number
  rest: number
}

const queryOf = ({ path }: Received) => new URL(path, 'http://x').searchParams

const providers: readonly Provider[] = [
  {
    name: 'wecom',
    open: openWecomChannel,
    query: `?key=${key}`,
    well: { errcode: 0, errmsg: 'ok' },
    tooMany: { errcode: 45009, errmsg: 'api freq out of limit' },
    wrongKey: { errcode: 93000, errmsg: 'invalid webhook url' },
    system: { errcode: -1, errmsg: 'system error' },
    takes: (request) => queryOf(request).get('key') === key && JSON.parse(request.body).msgtype === 'text',
    text: (body) => JSON.parse(body).text.content,
    allowed: 20,
    rest: 60_000,
  },
  {
    name: 'dingtalk',
    open: openDingtalkChannel,
    query: `?access_token=${key}`,
    well: { errcode: 0, errmsg: 'ok' },
    tooMany: { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' },
    wrongKey: { errcode: 310000, errmsg: 'sign not match' },
    system: { errcode: -1, errmsg: '系统繁忙' },
    takes(request, now) {
      const query = queryOf(request)
      const at = Number(query.get('timestamp'))
      return query.get('access_token') === key && at === now && query.get('sign') === dingtalkSignature(secret, at)
    },
    text: (body) => JSON.parse(body).text.content,
    allowed: 20,
    rest: 600_000,
  },
  {
    name: 'feishu',
    open: openFeishuChannel,
    query: `/${key}`,
    well: { code: 0, msg: 'success', data: {} },
    tooMany: { code: 9499, msg: 'too many request', data: {} },
    wrongKey: { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' },
    system: { code: 19999, msg: 'internal' },
    takes(request, now) {
      const { timestamp, sign, msg_type } = JSON.parse(request.body)
      const known = request.path.endsWith(key) && msg_type === 'text' && timestamp === String(Math.floor(now / 1_000))
      return known && sign === feishuSignature(secret, Number(timestamp))
    },
    text: (body) => JSON.parse(body).content.text,
    allowed: 5,
    rest: 10_000,
  },
]

async function openWorld({ open, query, takes, well, wrongKey }: Provider) {
  const clock = openVirtualClock()
  const receiver = await openReceiver()
  const correct: Answer = (request, response) => json(takes(request, clock.now()) ? well : wrongKey)(request, response)
  receiver.answerWith(correct)
  const link = ({ alarmId }: { alarmId: string }) => `https://care.example.org/#/alarm/${alarmId}`
  const channel = open({ url: `${receiver.url}${query}`, secret, clock, allowPrivate: true, link })
  return { clock, receiver, channel, correct }
}

/** Time passes on the clock and, for the sockets, also outside. */
const waitOn = (clock: VirtualClock) => (span: number) => clock.advance(milliseconds(span))

for (const provider of providers) {
  describe(provider.name, () => {
    channelContract(provider.name, async () => {
      const { clock, receiver, channel, correct } = await openWorld(provider)
      let failing = false
      return {
        channel,
        group: true,
        arrived: () => (failing ? [] : receiver.received.map(({ body }) => provider.text(body))),
        fail() {
          failing = true
          receiver.answerWith(json(provider.system))
        },
        mend() {
          failing = false
          receiver.answerWith(correct)
        },
        wait: waitOn(clock),
        discard: receiver.close,
      }
    })

    const open = async () => {
      const world = await openWorld(provider)
      onTestFinished(world.receiver.close)
      return world
    }

    test('says urgency, what, whom by id, and where to look', async () => {
      const { channel, receiver } = await open()
      await channel.send({ ...exampleLetter(), presses: 2 }, patient())
      const text = provider.text(receiver.received[0]?.body ?? '')
      expect(text).toContain('【紧急求助】按了求救键(第 2 次)')
      expect(text).toContain('resident-17')
      expect(text).toContain('https://care.example.org/#/alarm/sos-1')
    })

    test('200 that means no: a wrong key will not work later, and is not quoted', async () => {
      const { channel, receiver } = await open()
      receiver.answerWith(json(provider.wrongKey))
      const sent = await channel.send(exampleLetter(), patient())
      expect(sent.outcome).toBe('refused')
      expect(sent.why).not.toMatch(/secret|SECdemo/)
    })

    test('200 that says "too many" lets the whole channel rest, and asks nothing meanwhile', async () => {
      const { channel, receiver, clock, correct } = await open()
      receiver.answerWith(json(provider.tooMany))
      expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'retry', retryAfter: provider.rest, busy: true })
      receiver.answerWith(correct)
      expect(await channel.send(exampleLetter('another'), patient())).toMatchObject({ outcome: 'retry', held: true })
      expect(receiver.received).toHaveLength(1)
      await clock.advance(milliseconds(provider.rest))
      expect(await channel.send(exampleLetter('another'), patient())).toMatchObject({ outcome: 'delivered' })
    })

    test('its limit is held here, and part of it is kept for an SOS', async () => {
      const { channel, receiver } = await open()
      const send = (n: number, priority: 1 | 3) => channel.send({ ...exampleLetter(`n-${n}`), priority }, patient())
      const light = await Promise.all(Array.from({ length: provider.allowed }, (_, n) => send(n, 3)))
      const went = light.filter(({ outcome }) => outcome === 'delivered').length
      expect(went).toBe(Math.floor(provider.allowed * 0.75))
      expect(await send(100, 1)).toMatchObject({ outcome: 'delivered' })
      const grave = await Promise.all(Array.from({ length: provider.allowed }, (_, n) => send(200 + n, 1)))
      expect(went + 1 + grave.filter(({ outcome }) => outcome === 'delivered').length).toBe(provider.allowed)
      expect(receiver.received).toHaveLength(provider.allowed)
    })

    test.each([
      ['429', status(429, { 'retry-after': '7' }), { outcome: 'retry', retryAfter: 7_000 }],
      ['502 with a page', page(502), { outcome: 'retry' }],
      ['200 with a page', page(200), { outcome: 'retry' }],
      ['200 with nothing', status(200), { outcome: 'retry' }],
      ['404', status(404), { outcome: 'refused' }],
    ] as const)('%s is no delivery', async (_name, answer, expected) => {
      const { channel, receiver } = await open()
      receiver.answerWith(answer)
      expect(await channel.send(exampleLetter(), patient())).toMatchObject(expected)
    })

    test('an answer that never ends is given up after ten seconds', async () => {
      const { channel, receiver, clock } = await open()
      const began = Promise.withResolvers<void>()
      receiver.answerWith((_request, response) => {
        response.writeHead(200).write('{"errcode":')
        began.resolve()
      })
      const sent = channel.send(exampleLetter(), patient())
      await began.promise
      await clock.advance(seconds(10))
      expect(await sent).toMatchObject({ outcome: 'retry', why: expect.stringContaining('10 s') })
    })

    const expired = certificateFor('20200101000000Z', '20200201000000Z')
    test.skipIf(!expired)('an expired certificate gets no message (skipped when openssl is not installed)', async () => {
      const receiver = await openReceiver(expired ?? undefined)
      onTestFinished(receiver.close)
      const needs = { secret, clock: openVirtualClock(), allowPrivate: true, link: () => '', authorities: expired?.cert ?? '' }
      const sent = await provider.open({ ...needs, url: `${receiver.url}${provider.query}` }).send(exampleLetter(), patient())
      expect(sent).toEqual({ outcome: 'retry', why: 'CERT_HAS_EXPIRED' })
      expect(receiver.received).toEqual([])
    })

    test('a private address is refused unless allowed', async () => {
      const { receiver, clock } = await open()
      const channel = provider.open({ url: `https://127.0.0.1:${receiver.port}/`, secret, clock, allowPrivate: false, link: () => '' })
      expect(await channel.send(exampleLetter(), patient())).toMatchObject({ outcome: 'refused' })
      expect(receiver.received).toEqual([])
    })
  })
}

test('signatures are those of the published vectors', () => {
  expect(dingtalkSignature('SECdemo', 1_599_360_473_000)).toBe('tGWkA5eQOQNCNPDgphtxIoNLO+/gD8Lcb705KQoRzeY=')
  expect(feishuSignature('demo', 1_599_360_473)).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=')
})

test('a minute later the limit is free again', async () => {
  const wecom = providers[0] as Provider
  const { channel, clock, receiver } = await openWorld(wecom)
  onTestFinished(receiver.close)
  const all = (n: number) => Promise.all(Array.from({ length: n }, (_, i) => channel.send(exampleLetter(`${n}-${i}`), patient())))
  await all(20)
  await clock.advance(minutes(1))
  expect((await all(20)).every(({ outcome }) => outcome === 'delivered')).toBe(true)
})
