/** SMS and voice by Aliyun and Twilio keep the promises of a channel, and know what the providers allow. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { hours, milliseconds, minutes, seconds } from '../../domain/time.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { certificateFor } from './certificate.fixture.ts'
import { channelContract, exampleLetter } from './channel.contract.ts'
import { formOf, json, openWorld, type Provider, providers } from './phones.contract.ts'
import { canonicalQuery, signedHeaders } from './shared/aliyun.ts'
import { openReceiver, type Received, status } from './webhook.fixture.ts'

const patient = () => new AbortController().signal

for (const provider of providers) {
  describe(provider.name, () => {
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
}

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
