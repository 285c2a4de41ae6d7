/** A press, end to end through ingest: it counts whatever its payload, once however often it is sent, and nothing else becomes one. */
import { describe, expect, test } from 'vitest'
import { after, seconds } from '../domain/time.ts'
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
