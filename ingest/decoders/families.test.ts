/** What devices of each family mean, what a repetition is, and what is answered. */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { families } from '../../domain/device.ts'
import { aDevice, firstMoment } from '../recorder.ts'
import type { Decoder } from './decoder.ts'
import { bytesOf, type Said, saidByDevices } from './families.fixture.ts'
import { openDecoders } from './index.ts'

const sender = ({ family, base = '' }: Pick<Said, 'family' | 'base'>) =>
  aDevice({ id: 'gateway', number: 1, family, base, role: 'gateway', key: '' })
const heard = (decoder: Decoder, said: Said) =>
  decoder.decode(
    {
      senderId: 'gateway',
      topic: said.topic,
      payload: bytesOf(said),
      retain: said.retain === true,
      qos: 1,
      dup: false,
      receivedAt: firstMoment,
    },
    sender(said),
  )
const decoderOf = (family: Said['family']): Decoder => openDecoders()[family]

describe('what devices say', () => {
  for (const said of saidByDevices)
    test(`${said.family}: ${said.what}`, () => {
      const { signals } = heard(decoderOf(said.family), said)
      for (const meant of said.means) expect(signals).toContainEqual(expect.objectContaining(meant))
      expect(signals.filter(({ kind }) => said.never?.includes(kind))).toEqual([])
    })

  test('every family has a page that says how to point it here', () => {
    const pageOf = (family: string) => new URL(`../../docs/${family === 'native' ? 'protocol' : `devices/${family}`}.md`, import.meta.url)
    expect(families.filter((family) => !existsSync(pageOf(family)))).toEqual([])
  })

  test('every family but those with tests of their own is among them', () => {
    const tested = new Set(saidByDevices.map(({ family }) => family))
    expect(families.filter((family) => !tested.has(family))).toEqual(['native', 'zigbee2mqtt'])
  })
})

const find = (family: Said['family'], what: string): Said => {
  const said = saidByDevices.find((each) => each.family === family && each.what === what)
  if (!said) throw new Error(`no ${what}`)
  return said
}

describe('what is said again', () => {
  test('a radar that repeats its fall every two minutes tells one; when somebody was seen up in between, the next is another', () => {
    const radar = decoderOf('lorawan')
    const frame = (bytes: string): Said => {
      const said = find('lorawan', 'somebody in bed')
      return { ...said, payload: { ...(said.payload as object), data: Buffer.from(bytes, 'hex').toString('base64') } }
    }
    const falls = (bytes: string) => heard(radar, frame(bytes)).signals.filter(({ kind }) => kind === 'fall').length
    const fallen = '03f8040010002000'
    expect([fallen, fallen, '03f8000010002000', fallen].map(falls)).toEqual([1, 0, 0, 1])
    radar.forget('gateway', '24e124aabbccdd01')
    expect(falls(fallen)).toBe(1)
  })

  test('a kept state is live only when it changes; a kept call is live also when it is the first we hear', () => {
    const node = decoderOf('esphome')
    const say = (what: string, word: string) =>
      heard(node, { ...find('esphome', what), payload: word }).signals.map(({ kind, origin }) => `${kind} ${origin}`)
    const there = 'somebody who was there before we listened'
    expect([say(there, 'ON'), say(there, 'ON'), say(there, 'OFF')].flat()).toEqual([
      'presence replay',
      'presence synthetic',
      'presence live',
    ])
    expect([say('a fall', 'ON'), say('a fall', 'ON'), say('a fall', 'OFF'), say('a fall', 'ON')].flat()).toEqual([
      'fall live',
      'heartbeat live',
      'fall live',
      'fall live',
    ])
  })

  test('a full report that says "sos" again is no second call; said alone it is one', () => {
    const button = decoderOf('thing-model')
    const said = find('thing-model', 'an SOS button of Tuya')
    const calls = (data: object) =>
      heard(button, { ...said, payload: { msgId: 'm', data } }).signals.filter(({ kind }) => kind === 'sos').length
    const full = { sos_state: true, battery_percentage: 80, temper_alarm: false, rssi: -70 }
    expect([full, full, { sos_state: true }, { ...full, sos_state: false }, full].map(calls)).toEqual([1, 0, 1, 0, 1])
  })

  test('a button of Home Assistant tells when it was pressed last: the first time told may be years old', () => {
    const bridge = decoderOf('home-assistant')
    const press = (at: string) =>
      heard(bridge, { family: 'home-assistant', what: '', topic: 'homeassistant/button/help/state', payload: `"${at}"`, means: [] }).signals
    expect(press('2020-01-01T00:00:00+00:00')).toMatchObject([{ kind: 'button', origin: 'replay' }])
    expect(press('2026-11-22T02:00:00+00:00')).toMatchObject([{ kind: 'button', origin: 'live' }])
    expect(press('2026-11-22T02:00:00+00:00')).toEqual([])
  })
})

describe('what is answered', () => {
  const replies = (said: Said) => (heard(decoderOf(said.family), said).replies ?? []).map(({ topic, payload }) => [topic, payload])
  const parsed = (said: Said) => replies(said).map(([topic, payload]) => [topic, JSON.parse(payload ?? '')])

  test('Alink devices that ask are answered on their own topic, with their own number; those that do not listen are not', () => {
    const said = find('thing-model', 'a call over Alink')
    expect(parsed(said)).toEqual([['/sys/pk1/dev1/thing/event/sos/post_reply', expect.objectContaining({ code: 200, id: '7' })]])
    expect(replies({ ...said, payload: { ...(said.payload as object), sys: { ack: 0 } } })).toEqual([])
    expect(replies({ ...said, topic: '/sys/pk1/dev1/thing/event/sos/post_reply' })).toEqual([])
  })

  test('OneNET answers with a slash, Tencent below, Tuya with a response', () => {
    expect(parsed(find('thing-model', 'words heard by a terminal'))[0]?.[0]).toBe('$sys/p/t1/thing/property/post/reply')
    expect(parsed(find('thing-model', 'low power at Tencent'))).toEqual([
      ['$thing/down/event/P1/d1', { method: 'event_reply', clientToken: 'c', code: 0, status: '' }],
    ])
    expect(parsed(find('thing-model', 'an SOS button of Tuya'))).toEqual([
      ['tylink/d1/thing/property/report_response', { msgId: 'm', code: 0 }],
    ])
  })

  test('a watch hears its own word', () => {
    expect(replies(find('watch', 'a call'))).toEqual([['dtu/reply', '[3G*6907919734*0002*AL]']])
  })
})
