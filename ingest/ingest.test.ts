/** What the native family means, end to end through ingest: presses above all, and what must never become one. */
import { describe, expect, test } from 'vitest'
import { after, instant, minutes, seconds } from '../domain/time.ts'
import { aDevice, firstMoment, record } from './recorder.ts'

const terminal = aDevice({ id: 'term-0001', number: 1, role: 'terminal', power: 'mains', room: 'hall' })
const pendant = aDevice({ id: 'pend-0001', number: 2, gatewayId: 'term-0001', role: 'sos-button', room: '' })
const door = aDevice({ id: 'door-0001', number: 3, gatewayId: 'term-0001', role: 'front-door' })
const foreign = aDevice({ id: 'pend-0002', number: 4, gatewayId: 'term-0002', residentId: 'resident-2', residentNumber: 2 })
const shared = aDevice({ id: 'lobby-001', number: 5, residentId: null, residentNumber: null, role: 'sos-button' })
const home = () => record([terminal, pendant, door, foreign, shared])

const later = (span: number) => ({ receivedAt: after(firstMoment, seconds(span)) })

describe('a press', () => {
  test('becomes sos-pressed with its own id, room and claimed time', async () => {
    const it = home()
    const at = firstMoment - 1_000
    await it.send('care/pend-0001/sos', { id: 'a1b2', at }, { senderId: 'term-0001' })
    expect(it.events).toEqual([
      {
        kind: 'sos-pressed',
        subjectId: 'resident-1',
        siteId: 'site',
        at: firstMoment,
        deviceId: 'pend-0001',
        room: '',
        causeId: 'pend-0001:a1b2',
        claimedAt: at,
        unreadable: false,
        detail: {},
      },
    ])
    expect(it.active).toEqual([1])
    expect(it.quarantine).toEqual([])
  })

  test('keeps its id when it is sent again, also much later', async () => {
    const it = home()
    await it.send('care/term-0001/sos', { id: 'once' })
    await it.send('care/term-0001/sos', { id: 'once' }, { ...later(86_400), dup: true })
    expect(new Set(it.events.map((event) => 'causeId' in event && event.causeId)).size).toBe(1)
  })

  test('needs no readable payload: an immediate resend of the same bytes is the same press, everything else is new', async () => {
    const it = home()
    const causes = async (payload: unknown, second: number) => {
      it.clear()
      await it.send('care/term-0001/sos', payload, later(second))
      const event = it.events[0]
      return event && 'causeId' in event ? event.causeId : 'no press'
    }
    const first = await causes('help!', 0)
    expect(await causes('help!', 1.5)).toBe(first)
    const second = await causes('help!', 3)
    expect(second).not.toBe(first)
    expect(await causes('other', 3)).not.toBe(second)
    expect(await causes({}, 4)).not.toBe(await causes({}, 60))
  })

  test('that cannot be read is marked so and its bytes are kept', async () => {
    const it = home()
    await it.send('care/term-0001/sos', Buffer.from([0xff, 0x00, 0x7b]))
    expect(it.events[0]).toMatchObject({ kind: 'sos-pressed', unreadable: true })
    expect(it.quarantine[0]).toMatchObject({ reason: 'undecodable', topic: 'care/term-0001/sos' })
  })

  test('survives any claim of time, and only a credible one is kept', async () => {
    const it = home()
    const claims = [undefined, null, 0, -1, 1e300, 4_102_444_800_000, '1970-01-01T00:00:00Z', '2026-11-22T10:00:00', 'soon', {}, [], true]
    for (const [index, at] of claims.entries()) await it.send('care/term-0001/sos', { id: `absurd-${index}`, at })
    expect(it.events).toHaveLength(claims.length)
    for (const event of it.events) expect(event).toMatchObject({ kind: 'sos-pressed', claimedAt: null })
    it.clear()
    await it.send('care/term-0001/sos', { id: 'iso', at: '2026-11-22T09:59:58+08:00' })
    expect(it.events[0]).toMatchObject({ claimedAt: firstMoment - 2_000 })
  })

  test('stored while offline still counts, with its age, but is no sign of life', async () => {
    const it = home()
    await it.send('care/term-0001/sos', { id: 'late', at: firstMoment - 3_600_000, replay: true })
    expect(it.events[0]).toMatchObject({ kind: 'sos-pressed', detail: { storedOffline: 1, ageSeconds: 3_600 } })
    expect(it.active).toEqual([])
    expect(it.heard).toEqual([])
  })

  test('retained is no press and no sign of life, but a human looks at it', async () => {
    const it = home()
    await it.send('care/term-0001/sos', { id: 'old' }, { retain: true })
    expect(it.events).toMatchObject([{ kind: 'device-troubled', reason: 'retained-press', subjectId: 'resident-1' }])
    expect(it.quarantine).toMatchObject([{ reason: 'retained' }])
    expect([...it.active, ...it.heard]).toEqual([])
  })

  test('of a number that starts again is told apart by its time', async () => {
    const it = home()
    await it.send('care/term-0001/sos', { id: 1, at: firstMoment - 9_000 })
    await it.send('care/term-0001/sos', { id: 1, at: firstMoment })
    const [first, second] = it.events
    expect(first && 'causeId' in first && first.causeId).not.toBe(second && 'causeId' in second && second.causeId)
  })

  test('is never hidden by a test with the same id', async () => {
    const it = home()
    await it.send('care/term-0001/test', { id: 'x' })
    await it.send('care/term-0001/sos', { id: 'x' })
    expect(it.events.map(({ kind }) => kind)).toEqual(['test-pressed', 'sos-pressed'])
    expect(it.events[0]).not.toMatchObject({ causeId: 'term-0001:x' })
  })

  test('of a device that is no one person’s reaches a wall all the same', async () => {
    const it = home()
    await it.send('care/lobby-001/sos', { id: 'x1' })
    expect(it.events[0]).toMatchObject({ kind: 'sos-pressed', subjectId: 'area:lobby-001', siteId: 'site' })
  })

  test('of a pendant that nobody registered is a press of the terminal’s home', async () => {
    const it = home()
    await it.send('care/pend-9999/sos', { id: 'x1' }, { senderId: 'term-0001' })
    expect(it.events[0]).toMatchObject({ kind: 'sos-pressed', subjectId: 'resident-1', deviceId: 'term-0001' })
    expect(it.quarantine[0]).toMatchObject({ reason: 'unknown-device' })
  })

  test('under the name of another home’s device is never that home’s press', async () => {
    const it = home()
    await it.send('care/pend-0002/sos', { id: 'x1' }, { senderId: 'term-0001' })
    expect(it.events[0]).toMatchObject({ subjectId: 'resident-1' })
  })

  test('is not thanked when it could not be recorded, and counts when it comes again', async () => {
    const it = home()
    it.failing.add('desk')
    await expect(it.send('care/term-0001/sos', { id: 'x1' })).rejects.toThrow('the disk does not answer')
    it.failing.clear()
    await it.send('care/term-0001/sos', { id: 'x1' })
    expect(it.events).toHaveLength(1)
  })

  test('is thanked although its reading and its quarantine entry could not be stored', async () => {
    const it = home()
    it.failing.add('telemetry').add('quarantine')
    await it.send('care/term-0001/sos', 'rubbish')
    expect(it.events).toHaveLength(1)
    await expect.poll(() => it.ingest.counts().readingsLost).toBe(1)
  })

  test('of a sender without a device in the directory is kept in quarantine and told', async () => {
    const it = home()
    await it.send('care/gone-0001/sos', { id: 'x1' })
    expect(it.quarantine).toMatchObject([{ reason: 'unknown-device' }])
    expect(it.logged).toHaveLength(1)
  })
})

describe('telemetry', () => {
  test('a heartbeat is heard and read, is no sign of life and brings nothing to the desk', async () => {
    const it = home()
    await it.send('care/term-0001/heartbeat', { battery: 80, signal: -61, mains: true })
    await it.send('care/term-0001/heartbeat', { battery: 80, signal: -61, mains: true })
    expect(it.readings.map(({ kind, value }) => [kind, value])).toEqual([
      ['heartbeat', -61],
      ['battery', 80],
      ['power', 1],
      ['heartbeat', -61],
    ])
    expect(it.heard).toContain('term-0001')
    expect([...it.active, ...it.events]).toEqual([])
  })

  test('a heartbeat is not thanked when its reading could not be stored', async () => {
    const it = home()
    it.failing.add('telemetry')
    await expect(it.send('care/term-0001/heartbeat', {})).rejects.toThrow('no room')
  })

  test('motion, a door that moves, a bed left and vitals are signs of life; their endings and readings of the room are not', async () => {
    const it = home()
    const lives = async (id: string, kind: string, payload: unknown, more = {}) => {
      it.clear()
      await it.send(`care/${id}/${kind}`, payload, { senderId: 'term-0001', ...more })
      return it.active.length
    }
    expect(await lives('term-0001', 'motion', { active: true })).toBe(1)
    expect(await lives('term-0001', 'motion', { active: false })).toBe(0)
    expect(await lives('door-0001', 'door', { open: true })).toBe(1)
    expect(await lives('door-0001', 'door', { open: true })).toBe(0)
    expect(await lives('door-0001', 'door', { open: false })).toBe(1)
    expect(await lives('term-0001', 'bed', { occupied: false })).toBe(1)
    expect(await lives('term-0001', 'vitals', { heartRate: 71 })).toBe(1)
    expect(await lives('term-0001', 'environment', { temperature: 21.5 })).toBe(0)
    expect(await lives('term-0001', 'battery', { percent: 50 })).toBe(0)
    expect(await lives('term-0001', 'motion', { active: true, replay: true })).toBe(0)
    expect(await lives('term-0001', 'motion', { active: true }, { retain: true })).toBe(0)
  })

  test('a stored message is read at the time it claims', async () => {
    const it = home()
    const at = firstMoment - 600_000
    await it.send('care/term-0001/motion', { active: true, replay: true, at })
    await it.send('care/term-0001/motion', { active: true, replay: true })
    expect(it.readings).toMatchObject([{ kind: 'motion', at: instant(at) }])
  })

  test('impossible numbers are left out; a message of nothing else goes to quarantine and is thanked', async () => {
    const it = home()
    await it.send('care/term-0001/vitals', { heartRate: 9_000, oxygen: 97, temperature: '36' })
    await it.send('care/term-0001/vitals', { heartRate: 'high' })
    expect(it.readings).toMatchObject([{ kind: 'oxygen', value: 97 }])
    expect(it.quarantine).toMatchObject([{ reason: 'undecodable' }])
  })
})

describe('conditions', () => {
  test('a low battery reaches the desk once, and once more when it is well again', async () => {
    const it = home()
    for (const percent of [40, 15, 14, 16, 14, 24, 25, 90]) await it.send('care/pend-0001/battery', { percent }, { senderId: 'term-0001' })
    expect(it.events).toMatchObject([
      { kind: 'device-troubled', reason: 'battery-low', deviceId: 'pend-0001' },
      { kind: 'condition-cleared', reason: 'battery-low', deviceId: 'pend-0001' },
    ])
  })

  test('a low flag alone is enough, and its end too', async () => {
    const it = home()
    for (const low of [true, true, false]) await it.send('care/term-0001/battery', { low })
    expect(it.events.map(({ kind }) => kind)).toEqual(['device-troubled', 'condition-cleared'])
  })

  test('mains, tamper, smoke, gas, carbon monoxide and water: beginning and end', async () => {
    const it = home()
    await it.send('care/term-0001/heartbeat', { mains: false })
    await it.send('care/term-0001/power', { mains: true })
    for (const kind of ['tamper', 'smoke', 'gas', 'carbon-monoxide', 'water']) {
      for (const active of [true, true, false]) await it.send(`care/term-0001/${kind}`, { active })
    }
    expect(it.events.map((event) => [event.kind, 'reason' in event ? event.reason : 'hazard' in event ? event.hazard : ''])).toEqual([
      ['device-troubled', 'mains-lost'],
      ['condition-cleared', 'mains-lost'],
      ['device-troubled', 'tamper'],
      ['condition-cleared', 'tamper'],
      ['environment-detected', 'smoke'],
      ['condition-cleared', 'smoke'],
      ['environment-detected', 'gas'],
      ['condition-cleared', 'gas'],
      ['environment-detected', 'carbon-monoxide'],
      ['condition-cleared', 'carbon-monoxide'],
      ['environment-detected', 'water-leak'],
      ['condition-cleared', 'water-leak'],
    ])
  })

  test('smoke that goes on is told again after ten minutes', async () => {
    const it = home()
    for (const minute of [0, 5, 9, 11])
      await it.send('care/term-0001/smoke', { active: true }, { receivedAt: after(firstMoment, minutes(minute)) })
    expect(it.events).toHaveLength(2)
  })

  test('a detector’s test button is a test, not smoke', async () => {
    const it = home()
    await it.send('care/term-0001/smoke', { active: true, test: true })
    expect(it.events).toMatchObject([{ kind: 'test-pressed', deviceId: 'term-0001' }])
  })

  test('what stood before a restart is neither told again nor forgotten', async () => {
    const it = record([terminal], [{ deviceId: 'term-0001', reason: 'battery-low' }])
    await it.send('care/term-0001/heartbeat', { battery: 9 })
    expect(it.events).toEqual([])
    await it.send('care/term-0001/heartbeat', { battery: 99 })
    expect(it.events).toMatchObject([{ kind: 'condition-cleared', reason: 'battery-low' }])
  })

  test('a condition that could not be recorded is told with the next report', async () => {
    const it = home()
    it.failing.add('desk')
    await expect(it.send('care/term-0001/smoke', { active: true })).rejects.toThrow()
    it.failing.clear()
    await it.send('care/term-0001/smoke', { active: true })
    expect(it.events).toMatchObject([{ kind: 'environment-detected', hazard: 'smoke' }])
  })

  test('falls keep their level; an unreadable one is possible', async () => {
    const it = home()
    await it.send('care/term-0001/fall', { level: 'possible' })
    await it.send('care/term-0001/fall', { id: 'f2' })
    await it.send('care/term-0001/fall', '{')
    expect(it.events).toMatchObject([
      { kind: 'fall-detected', level: 'possible' },
      { kind: 'fall-detected', level: 'confirmed', causeId: 'term-0001:fall:f2' },
      { kind: 'fall-detected', level: 'possible', unreadable: true },
    ])
  })
})

describe('the directory', () => {
  test('unknown topics and unreadable payloads are kept and thanked', async () => {
    const it = home()
    await it.send('care/term-0001/dance', {})
    await it.send('weather/today', {}, { senderId: 'term-0001' })
    await it.send('care/term-0001/heartbeat', '[1,2]')
    expect(it.quarantine.map(({ reason }) => reason)).toEqual(['unknown-topic', 'unknown-topic', 'undecodable'])
    expect(it.heard).toEqual([])
  })

  test('a device that is registered later is known from then on; a moved one belongs to its new resident', async () => {
    const it = home()
    await it.send('care/newb-0001/motion', { active: true }, { senderId: 'term-0001' })
    it.devices.set('newb-0001', aDevice({ id: 'newb-0001', number: 9, gatewayId: 'term-0001' }))
    it.changeDirectory()
    await it.send('care/newb-0001/motion', { active: true }, { senderId: 'term-0001' })
    it.devices.set(
      'newb-0001',
      aDevice({ id: 'newb-0001', number: 9, gatewayId: 'term-0001', residentNumber: 7, residentId: 'resident-7' }),
    )
    it.changeDirectory()
    await it.send('care/newb-0001/motion', { active: true }, { senderId: 'term-0001' })
    expect(it.active).toEqual([1, 7])
    expect(it.quarantine).toHaveLength(1)
  })

  test('cancel is passed on', async () => {
    const it = home()
    await it.send('care/term-0001/cancel', {})
    expect(it.events).toMatchObject([{ kind: 'cancel-pressed', deviceId: 'term-0001' }])
  })
})
