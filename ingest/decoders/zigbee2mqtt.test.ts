/** Zigbee2MQTT as it really behaves: stored states, timers, roles, three kinds of nothing. Payloads composed for this test. */
import { describe, expect, test } from 'vitest'
import { after, firstMoment, gatewayHome, iso } from './zigbee2mqtt.fixture.ts'

describe('presses', () => {
  test.each([
    ['sos-button', { action: 'emergency' }],
    ['other', { action: 'panic' }],
    ['other', { action: 'sos' }],
    ['sos-button', { action: 'single' }],
    ['sos-button', { action: 'hold', battery: 3 }],
    ['sos-button', { sos: true, tamper: false }],
  ] as const)('a %s that says %o asks for help', async (role, payload) => {
    const it = gatewayHome(role)
    await it.say('thing', { ...payload, linkquality: 80 })
    expect(it.kinds()).toContain('sos-pressed')
    expect(it.active).toContain(1)
  })

  test.each([
    ['other', { action: 'single' }],
    ['sos-button', { action: '' }],
    ['sos-button', { action: null }],
    ['sos-button', { action: 'release' }],
    ['sos-button', { action: 'off' }],
    ['sos-button', { sos: false }],
    ['sos-button', { sos: null }],
    ['sos-button', { battery: 88 }],
    ['other', { action: 'fall' }],
    ['other', { action: 'vibration', vibration: true }],
  ] as const)('a %s that says %o does not', async (role, payload) => {
    const it = gatewayHome(role)
    await it.say('thing', { ...payload, linkquality: 80 })
    expect(it.kinds()).toEqual([])
  })

  test('null, emergency, empty within one press is one press', async () => {
    const it = gatewayHome('sos-button')
    for (const action of [null, 'emergency', '']) await it.say('thing', { action, battery: 100, last_seen: iso(0) })
    expect(it.kinds()).toEqual(['sos-pressed'])
  })

  test('a flag that stays in the state is pressed once; a report about something else repeats nothing; a press in between does', async () => {
    const it = gatewayHome('sos-button')
    const say = (second: number, more: object) => it.say('thing', { sos: true, battery: 90, last_seen: iso(second), ...more }, second)
    await say(0, {})
    await say(60, { battery: 89 })
    expect(it.kinds()).toHaveLength(1)
    await say(120, { battery: 89, linkquality: 9 })
    expect(it.kinds()).toHaveLength(2)
  })

  test('a bare attribute topic is read too', async () => {
    const it = gatewayHome('sos-button')
    await it.say('thing/action', 'emergency')
    await it.say('thing/battery', '55')
    expect(it.kinds()).toEqual(['sos-pressed'])
    expect(it.readings).toContainEqual(expect.objectContaining({ kind: 'battery', value: 55 }))
  })

  test('of a button that nobody registered is a press of the gateway’s home', async () => {
    const it = gatewayHome('sos-button')
    await it.say('new button', { action: 'emergency' })
    expect(it.events).toMatchObject([{ kind: 'sos-pressed', deviceId: 'gateway' }])
  })

  test('retained is shown to a human and is no press', async () => {
    const it = gatewayHome('sos-button')
    await it.keep('thing', { action: 'single' }, 0)
    expect(it.events).toMatchObject([{ kind: 'device-troubled', reason: 'retained-press' }])
    expect(it.active).toEqual([])
  })

  test('that could not be recorded counts when it is sent again', async () => {
    const it = gatewayHome('sos-button')
    it.failing.add('desk')
    await expect(it.say('thing', { sos: true, last_seen: iso(0) })).rejects.toThrow()
    it.failing.clear()
    await it.say('thing', { sos: true, last_seen: iso(0) }, 1)
    expect(it.kinds()).toEqual(['sos-pressed'])
  })
})

describe('stored states after a restart of the bridge', () => {
  const stored = { smoke: true, water_leak: true, sos: true, occupancy: true, contact: false, fall_status: 'fall_alarm', battery: 60 }

  test('raise nothing and are no sign of life, whatever clock form the bridge uses', async () => {
    for (const lastSeen of [iso(-5_000), firstMoment - 5_000_000, undefined]) {
      const it = gatewayHome('smoke')
      await it.keep('bridge/state', { state: 'online' }, 0)
      await it.say('thing', { ...stored, last_seen: lastSeen }, 1)
      expect(it.kinds()).toEqual([])
      expect(it.active).toEqual([])
      expect(it.heard).not.toContain('thing')
      expect(it.heard).toContain('gateway')
    }
  })

  test('of a device heard before are known by their unchanged time', async () => {
    const it = gatewayHome('motion')
    await it.say('thing', { occupancy: true, last_seen: iso(0) })
    it.clear()
    await it.keep('bridge/state', 'online', 100)
    await it.say('thing', { occupancy: true, last_seen: iso(0) }, 101)
    expect(it.active).toEqual([])
  })

  test('do not hide what happens in the same minute', async () => {
    const it = gatewayHome('smoke')
    await it.keep('bridge/state', { state: 'online' }, 0)
    await it.say('thing', { smoke: false, last_seen: iso(-900) }, 1)
    await it.say('thing', { smoke: true, last_seen: iso(5) }, 5)
    expect(it.kinds()).toEqual(['environment-detected'])
  })

  test('do not hide a press: an action is never stored', async () => {
    const it = gatewayHome('sos-button')
    await it.keep('bridge/state', { state: 'online' }, 0)
    await it.say('thing', { action: 'emergency', battery: 90 }, 1)
    expect(it.kinds()).toEqual(['sos-pressed'])
  })

  test('never come with the first message after a restart of ours: then the bridge speaks of now', async () => {
    const it = gatewayHome('smoke')
    await it.say('thing', { smoke: true, last_seen: '2019-06-24T15:30:53.312Z' })
    expect(it.kinds()).toEqual(['environment-detected'])
  })
})

describe('states', () => {
  test('the bridge’s timer ends a movement without the sensor having spoken', async () => {
    const it = gatewayHome('motion')
    await it.say('thing', { occupancy: true, last_seen: iso(0) }, 0)
    it.clear()
    await it.say('thing', { occupancy: false, last_seen: iso(0) }, 90)
    expect(it.readings).toMatchObject([{ kind: 'motion', value: 0 }])
    expect(it.heard).not.toContain('thing')
  })

  test('contact true is closed; a door is a sign of life only when it moves', async () => {
    const it = gatewayHome('front-door')
    for (const [second, contact] of [true, true, false, false, true].entries())
      await it.say('thing', { contact, last_seen: iso(second) }, second)
    expect(it.readings.filter(({ kind }) => kind === 'door').map(({ value }) => value)).toEqual([0, 1, 0])
    expect(it.active).toHaveLength(2)
  })

  test('a bed pad is sold as a contact', async () => {
    const it = gatewayHome('bed')
    for (const [second, contact] of [true, false].entries()) await it.say('thing', { contact, last_seen: iso(second) }, second)
    expect(it.readings.filter(({ kind }) => kind === 'bed').map(({ value }) => value)).toEqual([1, 0])
  })

  test('null, empty and absent say nothing', async () => {
    const it = gatewayHome('presence')
    await it.say('thing', { presence: null, occupancy: null, contact: null, smoke: null, water_leak: null, battery: null, linkquality: 9 })
    await it.say('thing', { battery: 'LOCK', temperature: '', presence: '' })
    await it.say('thing', '')
    expect(it.readings.map(({ kind }) => kind)).toEqual(['heartbeat'])
    expect([...it.active, ...it.quarantine]).toEqual([])
  })

  test('a fall is told when the word changes, and again when it gets worse', async () => {
    const it = gatewayHome('fall-detector')
    for (const [second, word] of ['none', 'maybe_fall', 'maybe_fall', 'fall', 'fall', 'none', 'fall'].entries())
      await it.say('thing', { fall_down_status: word, last_seen: iso(second) }, second)
    expect(it.events.map((event) => 'level' in event && event.level)).toEqual(['possible', 'confirmed', 'confirmed'])
  })

  test('smoke that stays in the state is told once and cleared once', async () => {
    const it = gatewayHome('smoke')
    for (const [second, smoke] of [false, true, true, false, false].entries())
      await it.say('thing', { smoke, last_seen: iso(second) }, second)
    expect(it.kinds()).toEqual(['environment-detected', 'condition-cleared'])
  })

  test('a low battery by percent, and numbers only when they changed', async () => {
    const it = gatewayHome('environment')
    for (const second of [0, 1, 2]) await it.say('thing', { battery: '10.5', temperature: 21, last_seen: iso(second) }, second)
    expect(it.kinds()).toEqual(['device-troubled'])
    expect(it.readings.filter(({ kind }) => kind === 'temperature')).toHaveLength(1)
  })
})

describe('the bridge', () => {
  test('online is heard, although it is always retained; offline is not', async () => {
    const it = gatewayHome('other')
    await it.keep('bridge/state', { state: 'online' }, 0)
    expect(it.heard).toEqual(['gateway'])
    await it.keep('bridge/state', { state: 'offline' }, 0)
    await it.keep('bridge/state', 'offline', 0)
    expect(it.heard).toEqual(['gateway'])
    expect([...it.quarantine, ...it.events]).toEqual([])
  })

  test('availability is its opinion, not a device heard', async () => {
    const it = gatewayHome('other')
    await it.keep('thing/availability', { state: 'online' }, 0)
    await it.say('thing/availability', 'online')
    await it.say('thing/availability', 'perhaps')
    expect(it.heard).not.toContain('thing')
    expect(it.quarantine).toMatchObject([{ reason: 'undecodable' }])
  })

  test('a growing count of messages is a second witness of a device', async () => {
    const it = gatewayHome('other')
    const health = (messages: number) => it.say('bridge/health', { devices: { '0x01': { messages } } })
    await it.keep('bridge/devices', [{ ieee_address: '0x01', friendly_name: 'thing' }], 0)
    for (const messages of [5, 5, 6]) await health(messages)
    expect(it.heard.filter((id) => id === 'thing')).toHaveLength(1)
  })

  test('a device that leaves the network is in trouble until it speaks again', async () => {
    const it = gatewayHome('sos-button')
    await it.say('bridge/event', { type: 'device_leave', data: { friendly_name: 'thing', ieee_address: '0x01' } })
    await it.say('bridge/event', { type: 'device_announce', data: { friendly_name: 'thing', ieee_address: '0x01' } })
    expect(it.events).toMatchObject([
      { kind: 'device-troubled', reason: 'device-silent' },
      { kind: 'condition-cleared', reason: 'device-silent' },
    ])
  })

  test('an address is found by the name that the bridge gave it', async () => {
    const it = gatewayHome('motion')
    await it.keep('bridge/devices', [{ ieee_address: '0xab', friendly_name: 'thing' }], 0)
    await it.say('0xab', { occupancy: true })
    expect(it.active).toEqual([1])
  })

  test('hostile names do no harm: spaces, slashes, umlauts, a strange base, an unregistered lamp that chatters', async () => {
    const it = gatewayHome('motion', [' thing ', 'Flur/Küche/thing', '__proto__', 'constructor'])
    for (const name of [' thing ', 'Flur/Küche/thing', '__proto__', 'constructor']) await it.say(name, { occupancy: true })
    expect(it.active).toHaveLength(4)
    for (const second of [1, 2, 3]) await it.say('lamp', { state: 'ON' }, second)
    await it.say('x'.repeat(300), { occupancy: true })
    await it.send('elsewhere/thing', { occupancy: true }, { senderId: 'gateway' })
    expect(it.quarantine.map(({ reason }) => reason)).toEqual(['unknown-topic', 'unknown-topic'])
  })

  test('the time is kept as the device’s claim when it is credible', async () => {
    const it = gatewayHome('sos-button')
    await it.say('thing', { action: 'emergency', last_seen: iso(-1) })
    expect(it.events[0]).toMatchObject({ claimedAt: after(-1) })
  })
})
