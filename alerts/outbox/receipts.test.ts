/** Receipts: believed only from whom they claim to be, and read as the providers write them. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { instant, minutes } from '../../domain/time.ts'
import { openWorld } from '../../store/sqlite/world.contract.ts'
import { openVirtualClock } from '../../test/virtual-clock.ts'
import { openChannelHealth } from './channel-health.ts'
import { startReceiptDesk } from './receipt-desk.ts'
import { type ReceiptRequest, receiptOf, twilioSignature } from './receipts.ts'

const at = instant(1_760_000_000_000)
const secrets = { twilioToken: '12345', aliyunKey: 'a-long-key-that-nobody-guesses' }
const url = 'https://care.example.org/api/receipts/twilio'

const fromTwilio = (fields: Record<string, string>, changes: Partial<ReceiptRequest> = {}): ReceiptRequest => {
  const body = new URLSearchParams(fields)
  return {
    provider: 'twilio',
    url,
    headers: { 'x-twilio-signature': twilioSignature(secrets.twilioToken, url, body) },
    body: body.toString(),
    at,
    ...changes,
  }
}
const fromAliyun = (reports: unknown, key = secrets.aliyunKey): ReceiptRequest => ({
  ...{ provider: 'aliyun', url: `https://care.example.org/api/receipts/aliyun?key=${key}`, headers: {}, at },
  body: typeof reports === 'string' ? reports : JSON.stringify(reports),
})

describe('Twilio', () => {
  test('signs as its published example', () => {
    const fields = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' }
    const signature = twilioSignature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', new URLSearchParams(fields))
    expect(signature).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
  })

  test.each([
    [{ MessageSid: 'SM1', MessageStatus: 'sent' }, 'sms-twilio SM1 under-way sent'],
    [{ MessageSid: 'SM1', MessageStatus: 'delivered' }, 'sms-twilio SM1 reached delivered'],
    [{ MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30003' }, 'sms-twilio SM1 failed 30003'],
    [{ CallSid: 'CA1', CallStatus: 'ringing' }, 'voice-twilio CA1 under-way ringing'],
    [{ CallSid: 'CA1', CallStatus: 'completed', AnsweredBy: 'human' }, 'voice-twilio CA1 reached completed'],
    [{ CallSid: 'CA1', CallStatus: 'completed', AnsweredBy: 'machine_start' }, 'voice-twilio CA1 failed machine'],
    [{ CallSid: 'CA1', CallStatus: 'no-answer' }, 'voice-twilio CA1 failed no-answer'],
  ])('%o is %s', (fields, expected) => {
    const received = receiptOf(fromTwilio(fields as Record<string, string>), secrets)
    const lines = received.ok && received.receipts.map(({ channel, reference, state, code }) => `${channel} ${reference} ${state} ${code}`)
    expect(lines).toEqual([expected])
  })

  test.each([
    ['another body', { body: 'MessageSid=SM1&MessageStatus=delivered' }],
    ['another address', { url: 'https://evil.example.org/' }],
    ['no signature', { headers: {} }],
  ])('%s is forged', (_name, changes) => {
    expect(receiptOf(fromTwilio({ MessageSid: 'SM1', MessageStatus: 'failed' }, changes), secrets)).toEqual({ ok: false, why: 'forged' })
  })

  test('without a token nothing is believed', () => {
    expect(receiptOf(fromTwilio({ MessageSid: 'SM1', MessageStatus: 'sent' }), { ...secrets, twilioToken: '' })).toMatchObject({
      ok: false,
    })
  })
})

describe('Aliyun', () => {
  test('reads reports of messages and calls, many at once, and answers as it wants', () => {
    const reports = [
      {
        phone_number: '13900000001',
        success: true,
        biz_id: '12345',
        err_code: 'DELIVERED',
        out_id: 'n1',
        report_time: '2026-01-01 00:00:00',
      },
      { phone_number: '13900000001', success: false, biz_id: '12346', err_code: 'UNKNOWN' },
      { call_id: '1^2', status_code: '200000', duration: '10', start_time: '2026-01-01 00:00:00' },
      { call_id: '1^3', status_code: '200003', duration: '0', start_time: '' },
      { call_id: '1^4', status_code: '300000', smart_status_code: 'ANSWERED', status_time: '2026-01-01 00:00:00' },
      { something: 'else' },
      null,
    ]
    const received = receiptOf(fromAliyun(reports), secrets)
    expect(received).toMatchObject({ ok: true, answer: '{"code":0,"msg":"ok"}' })
    expect(received.ok && received.receipts.map(({ channel, reference, state }) => `${channel} ${reference} ${state}`)).toEqual([
      'sms-aliyun 12345 reached',
      'sms-aliyun 12346 failed',
      'voice-aliyun 1^2 reached',
      'voice-aliyun 1^3 failed',
      'voice-aliyun 1^4 under-way',
    ])
    expect(JSON.stringify(received)).not.toContain('13900000001')
  })

  test('a wrong key is forged, nonsense is unreadable', () => {
    expect(receiptOf(fromAliyun([], 'guess'), secrets)).toEqual({ ok: false, why: 'forged' })
    expect(receiptOf(fromAliyun([], ''), { ...secrets, aliyunKey: '' })).toEqual({ ok: false, why: 'forged' })
    expect(receiptOf(fromAliyun('{"not":"a list"}'), secrets)).toEqual({ ok: false, why: 'unreadable' })
    expect(receiptOf({ ...fromAliyun([]), provider: 'somebody' }, secrets)).toEqual({ ok: false, why: 'unknown-provider' })
  })

  test('a code is short and plain whatever they send', () => {
    const received = receiptOf(fromAliyun([{ biz_id: '1', success: false, err_code: '<b>13900000001 王奶奶</b>'.repeat(9) }]), secrets)
    expect(received.ok && received.receipts[0]?.code).toMatch(/^[\w.:-]{0,40}$/)
  })
})

describe('the desk', () => {
  const openDesk = async () => {
    const { stores, discard } = await openWorld()
    const clock = openVirtualClock(at)
    const health = openChannelHealth(clock, [{ name: 'sms-twilio' }])
    const desk = startReceiptDesk({ reach: stores.reach, health, secrets, clock, log: () => {} })
    onTestFinished(async () => {
      desk.stop()
      await discard()
    })
    const send = (reference: string) =>
      stores.reach.recordSent({ channel: 'sms-twilio', reference, noticeId: `n-${reference}`, at: clock.now() })
    return { clock, desk, send, reach: stores.reach, works: () => health.all()[0]?.works }
  }

  test('records what it believes and refuses the rest', async () => {
    const { desk, send, reach } = await openDesk()
    await send('SM1')
    expect(await desk.take(fromTwilio({ MessageSid: 'SM1', MessageStatus: 'delivered' }))).toEqual({ status: 200, body: '' })
    expect(await reach.receiptsOf(['n-SM1'])).toMatchObject([{ state: 'reached' }])
    expect(await desk.take(fromTwilio({ MessageSid: 'SM1', MessageStatus: 'failed' }, { headers: {} }))).toEqual({ status: 403, body: '' })
    expect(await desk.take(fromAliyun('nonsense'))).toEqual({ status: 400, body: '' })
    expect(await desk.take({ ...fromAliyun([]), provider: 'x' })).toEqual({ status: 404, body: '' })
  })

  test('a provider that used to report, says yes and does nothing is noticed; one that never reports is not accused', async () => {
    const { clock, desk, send, works } = await openDesk()
    for (let n = 0; n < 5; n += 1) await send(`quiet-${n}`)
    await clock.advance(minutes(4))
    expect(works()).toBe(true)
    await send('SM1')
    await desk.take(fromTwilio({ MessageSid: 'SM1', MessageStatus: 'delivered' }))
    for (let n = 0; n < 3; n += 1) await send(`later-${n}`)
    await clock.advance(minutes(1))
    expect(works()).toBe(true)
    await clock.advance(minutes(3))
    expect(works()).toBe(false)
    await desk.take(fromTwilio({ MessageSid: 'later-1', MessageStatus: 'delivered' }))
    expect(works()).toBe(true)
  })
})
