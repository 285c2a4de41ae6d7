/** The broker's small parts by themselves: tokens, sizes on bytes, time limits, the turnstile, and who is told what. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Alarm, AlarmFact, Cause, Fact } from '../domain/alarm.ts'
import { instant } from '../domain/time.ts'
import { hashToken, newToken, tokenMatches } from './credentials.ts'
import { firstPacket, firstRecord, withinSize } from './guard.ts'
import { wire } from './house.contract.ts'
import { connectionsWithinFiles } from './limits.ts'
import { repliesFor } from './replies.ts'
import { openTimeLimit, type Timed, untimed } from './time-limit.ts'
import { lanes, openTurnstile } from './turnstile.ts'
import { type Conn, newVisit } from './visit.ts'

describe('credentials', () => {
  const pepper = new Uint8Array(32).fill(1)
  const credential = (...tokens: string[]) => ({
    deviceId: 'button01',
    tokenHashes: tokens.map((token) => hashToken(pepper, token)),
    carries: [],
    base: '',
  })

  test('a token is 256 random bits in base64url, and its hash is HMAC-SHA-256', () => {
    const token = newToken()
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(newToken()).not.toBe(token)
    expect(Buffer.from(hashToken(pepper, token))).toEqual(createHmac('sha256', pepper).update(token).digest())
  })

  test('either of two tokens opens while they rotate; nothing else does', () => {
    const [old, young] = [newToken(), newToken()]
    const stored = credential(old, young)
    const opens = (password: string) => tokenMatches(pepper, Buffer.from(password), stored)
    expect([old, young, newToken(), '', `${old} `].map(opens)).toEqual([true, true, false, false, false])
    expect(tokenMatches(new Uint8Array(32), Buffer.from(old), stored)).toBe(false)
    expect(tokenMatches(pepper, Buffer.from(old), null)).toBe(false)
    expect(tokenMatches(pepper, Buffer.from(old), credential())).toBe(false)
    expect(tokenMatches(pepper, Buffer.from(old), { ...stored, tokenHashes: [new Uint8Array(5)] })).toBe(false)
  })
})

describe('sizes', () => {
  const packets = fc.array(
    fc.integer({ min: 0, max: 300 }).map((size) => wire.packet(0x30, Buffer.alloc(size, 0xff))),
    { minLength: 1, maxLength: 8 },
  )

  test('however the bytes are cut, exactly the packets over the limit are found', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (stream, cuts) => {
        const visit = newVisit({} as Conn, { door: 'tcp', stage: 'in', since: 0 })
        const bytes = Buffer.concat(stream)
        let fits = true
        for (let at = 0, i = 0; at < bytes.length && fits; i++) {
          const size = cuts[i % cuts.length] ?? 1
          fits = withinSize(visit, bytes.subarray(at, at + size), 200)
          at += size
        }
        expect(fits).toBe(stream.every((packet) => packet.length <= 203 && packet.length - (packet.length > 129 ? 3 : 2) <= 200))
      }),
    )
  })

  test('a CONNECT is whole exactly when its last byte is here', () => {
    const whole = wire.connect('button01', 'x'.repeat(200))
    for (let i = 0; i < whole.length; i++) expect(firstPacket(whole.subarray(0, i), 2_048)).toBe('partial')
    expect(firstPacket(whole, 2_048)).toBe('whole')
    expect(firstPacket(Buffer.concat([whole, whole]), 2_048)).toBe('whole')
    expect(firstPacket(whole, 100)).toBe('large')
  })

  test('a TLS greeting is whole exactly when its record is', () => {
    const record = Buffer.concat([Buffer.from([22, 3, 1, 1, 0]), Buffer.alloc(256)])
    for (let i = 0; i < record.length; i++) expect(firstRecord(record.subarray(0, i))).toBe('partial')
    expect(firstRecord(record)).toBe('whole')
    expect(firstRecord(Buffer.from([22, 3, 1, 255, 255]))).toBe('large')
    expect(firstRecord(Buffer.from([0x10]))).toBe('foreign')
  })
})

test('a time limit ends each thing once, after its ticks and not before', () => {
  const late: string[] = []
  type Thing = Timed & { name: string }
  const [a, b, c] = ['a', 'b', 'c'].map((name): Thing => ({ name, ...untimed })) as [Thing, Thing, Thing]
  const limit = openTimeLimit<Thing>(3, ({ name }) => late.push(name))
  limit.add(a)
  limit.tick()
  limit.add(b)
  limit.add(c)
  limit.tick()
  limit.tick()
  expect(late).toEqual([])
  expect(limit.remove(b)).toBe(true)
  expect(limit.remove(b)).toBe(false)
  limit.tick()
  expect(late).toEqual(['a'])
  expect(limit.remove(a)).toBe(false)
  limit.tick()
  expect(late).toEqual(['a', 'c'])
  expect(limit.size()).toBe(0)
})

describe('the turnstile', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  test('does a bounded number a turn, the lanes in rotation, and drops nothing', async () => {
    const done: string[] = []
    const turnstile = openTurnstile<number>({
      unitsPerTurn: lanes.tcp + lanes.ws,
      isHeld: () => false,
      failed: () => {},
      work: (lane, thing) => {
        done.push(`${lane}${thing}`)
        if (thing === 0) throw new Error('one that fails')
      },
    })
    for (let i = 0; i < 3_000; i++) turnstile.pass('tcp', i)
    turnstile.pass('ws', 1)
    turnstile.pass('ws', 2)
    await turn()
    expect(done).toEqual(['tcp0', 'ws1'])
    await turn()
    expect(done.slice(2)).toEqual(['tcp1', 'ws2'])
    while (turnstile.size() > 0) await turn()
    expect(done).toHaveLength(3_002)
    expect(done.at(-1)).toBe('tcp2999')
  })

  test('a lane that is held waits until it is woken, and holds up no other', async () => {
    const done: string[] = []
    let held = true
    const turnstile = openTurnstile<string>({
      unitsPerTurn: 4,
      isHeld: (lane) => held && lane === 'tcp',
      failed: () => {},
      work: (_lane, thing) => done.push(thing),
    })
    turnstile.pass('tcp', 'late')
    turnstile.pass('leaving', 'early')
    await turn()
    await turn()
    expect(done).toEqual(['early'])
    held = false
    turnstile.wake()
    await turn()
    expect(done).toEqual(['early', 'late'])
  })
})

test('connections leave room for files', () => {
  expect(connectionsWithinFiles()).toBeGreaterThanOrEqual(100)
})

describe('replies', () => {
  const cause = (id: string, deviceId: string | null): Cause => ({
    id,
    deviceId,
    reason: 'button',
    room: '',
    receivedAt: instant(1),
    claimedAt: null,
    unreadable: false,
  })
  const alarm = (more: Partial<Alarm> = {}): Alarm =>
    ({
      id: 'alarm1',
      subjectId: 'resident1',
      siteId: 'site1',
      kind: 'sos',
      reason: 'button',
      priority: 1,
      raisedAt: instant(1),
      causes: [cause('p1', 'button01'), cause('p2', 'pendant1'), cause('p3', 'button01')],
      presses: 3,
      cancelAskedAt: null,
      clearedAt: null,
      residentIds: [],
      notes: [],
      detail: {},
      state: 'resolved',
      by: 'anna',
      at: instant(1),
      outcome: 'help-given',
      ...more,
    }) as Alarm
  const fact = (kind: AlarmFact['kind'], more: Partial<Alarm> = {}, pressId?: string): Fact => ({
    kind,
    subjectId: 'resident1',
    siteId: 'site1',
    at: instant(9),
    alarm: alarm(more),
    ...(pressId ? { pressId } : {}),
  })
  const told = (of: Fact) => repliesFor(of).map(({ deviceId, kind }) => `${deviceId} ${kind}`)

  test('a press is thanked to the device that pressed', () => {
    expect(repliesFor(fact('alarm-raised', {}, 'p2'))).toEqual([
      { id: 'p2:recorded', deviceId: 'pendant1', kind: 'recorded', alarmId: 'alarm1', at: 9 },
    ])
    expect(told(fact('alarm-repeated'))).toEqual(['button01 recorded'])
    expect(told(fact('alarm-raised', { causes: [cause('p1', null)] }))).toEqual([])
  })

  test('what a person does is told to every device that asked, once each', () => {
    expect(told(fact('alarm-acknowledged'))).toEqual(['button01 seen', 'pendant1 seen'])
    expect(told(fact('alarm-resolved'))).toEqual(['button01 over', 'pendant1 over'])
  })

  test('“someone is coming” is said only when somebody set out', () => {
    const note = (action: 'called' | 'dispatched' | 'on-my-way') => ({ notes: [{ at: instant(1), by: 'anna', action, text: '' }] })
    expect(told(fact('alarm-noted', note('called')))).toEqual([])
    expect(told(fact('alarm-noted', note('dispatched')))).toEqual(['button01 coming', 'pendant1 coming'])
    expect(told(fact('alarm-noted', note('on-my-way')))).toEqual(['button01 coming', 'pendant1 coming'])
  })

  test('escalations are no news for the elder, and a device is not told that it is broken', () => {
    expect(told(fact('alarm-escalated'))).toEqual([])
    expect(told(fact('alarm-raised', { kind: 'technical', reason: 'device-silent' }))).toEqual([])
    expect(told(fact('alarm-raised', { kind: 'silence', reason: 'inactivity' }))).toEqual([])
  })

  test('a test press is answered', () => {
    const pressed: Fact = { kind: 'test-pressed', subjectId: 'r', siteId: 's', at: instant(3), deviceId: 'button01', pressId: 'p9' }
    expect(repliesFor(pressed)).toEqual([{ id: 'p9:test-ok', deviceId: 'button01', kind: 'test-ok', alarmId: null, at: 3 }])
  })
})
