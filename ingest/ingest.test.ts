/** What the other native messages mean: readings, signs of life, conditions that begin and end, and devices that nobody knows. */
import { describe, expect, test } from 'vitest'
import { instant, minutes } from '../domain/time.ts'
import { aDevice, firstMoment, record } from './recorder.ts'

const terminal = aDevice({ id: 'term-0001', number: 1, role: 'terminal', power: 'mains', room: 'hall' })
const pendant = aDevice({ id: 'pend-0001', number: 2, gatewayId: 'term-0001', role: 'sos-button', room: '' })
const door = aDevice({ id: 'door-0001', number: 3, gatewayId: 'term-0001', role: 'front-door' })
const home = () => record([terminal, pendant, door])

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
    const lives = async (topic: string, payload: unknown, more = {}) => {
      it.clear()
      await it.send(`care/${topic}`, payload, { senderId: 'term-0001', ...more })
      return it.active.length
    }
    expect(await lives('term-0001/motion', { active: true })).toBe(1)
    expect(await lives('term-0001/motion', { active: false })).toBe(0)
    expect(await lives('door-0001/door', { open: true })).toBe(1)
    expect(await lives('door-0001/door', { open: true })).toBe(0)
    expect(await lives('door-0001/door', { open: false })).toBe(1)
    expect(await lives('term-0001/bed', { occupied: false })).toBe(1)
    expect(await lives('term-0001/vitals', { heartRate: 71 })).toBe(1)
    expect(await lives('term-0001/environment', { temperature: 21.5 })).toBe(0)
    expect(await lives('term-0001/battery', { percent: 50 })).toBe(0)
    expect(await lives('term-0001/motion', { active: true, replay: true })).toBe(0)
    expect(await lives('term-0001/motion', { active: true }, { retain: true })).toBe(0)
  })

  test('an answer to a question is a sign of life and never a call for help, whatever the device is for', async () => {
    const it = home()
    await it.send('care/pend-0001/answer', {}, { senderId: 'term-0001' })
    expect([it.active.length, it.events]).toEqual([1, []])
    it.clear()
    await it.send('care/pend-0001/answer', { replay: true }, { senderId: 'term-0001' })
    await it.send('care/pend-0001/answer', {}, { senderId: 'term-0001', retain: true })
    expect(it.active).toEqual([])
  })

  test('the resident says where she is: with an end, and only when it is said now', async () => {
    const it = home()
    await it.send('care/term-0001/mode', { mode: 'away' })
    await it.send('care/term-0001/mode', { mode: 'holiday', hours: 72 })
    await it.send('care/term-0001/mode', { mode: 'home' })
    const line = (mode: string) => `mode-${mode} by device:term-0001`
    const said = [
      ...[`resident-1 away for 12 h, ${line('away')}`, `resident-1 holiday for 72 h, ${line('holiday')}`],
      `resident-1 home for 0 h, ${line('home')}`,
    ]
    expect(it.modes).toEqual(said)
    await it.send('care/term-0001/mode', { mode: 'away', replay: true })
    await it.send('care/term-0001/mode', { mode: 'away' }, { retain: true })
    await it.send('care/term-0001/mode', { mode: 'gone' })
    expect([it.modes, it.active.length]).toEqual([said, 3])
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
      await it.send('care/term-0001/smoke', { active: true }, { receivedAt: instant(firstMoment + minutes(minute)) })
    expect(it.events).toHaveLength(2)
  })

  test('a battery that stays low is told again after a day, in case somebody closed its alarm', async () => {
    const it = home()
    for (const hour of [0, 12, 25])
      await it.send('care/term-0001/battery', { percent: 9 }, { receivedAt: instant(firstMoment + minutes(hour * 60)) })
    expect(it.events).toMatchObject([{ kind: 'device-troubled', detail: { role: 'terminal' } }, { kind: 'device-troubled' }])
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
