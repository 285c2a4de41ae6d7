/** Profiles: what they make of a terminal's JSON, and which of them are refused before they are used. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyProfile, at, isFor, profileSchema } from './mapping.ts'
import { firstMoment } from './recorder.ts'

const terminal = profileSchema.parse({
  profile: 'one-key-terminal',
  topic: 'factory/+/data',
  device: 'dev.sn',
  at: 'time',
  map: [
    { path: 'params.eventType', when: { startsWith: '按钮' }, kind: 'sos' },
    { path: 'params.desc', when: { in: ['晕倒', '跌倒'] }, kind: 'fall' },
    { path: 'params.door', kind: 'contact' },
    { path: 'params.volt', kind: 'battery', times: 25 },
    { path: 'params.volt', when: { below: 3.1 }, kind: 'battery', active: true },
    { path: 'params.list.0.t', kind: 'environment', reading: 'temperature', times: 0.1 },
  ],
})
const read = (body: unknown) => applyProfile(terminal, body, firstMoment)
const kinds = (body: unknown) =>
  read(body).map(({ kind, active, value }) => [kind, active, value].filter((word) => word !== undefined).join(' '))

test('paths, conditions, kinds and units', () => {
  const body = { dev: { sn: 42 }, time: firstMoment / 1_000 - 5, params: { eventType: '按钮6', door: 1, volt: '3', list: [{ t: 215 }] } }
  expect(kinds(body)).toEqual(['sos true', 'contact true', 'battery 75', 'battery true', 'environment', 'heartbeat'])
  expect(read(body)[0]).toMatchObject({ deviceKey: '42', claimedAt: firstMoment - 5_000 })
  expect(read(body)[4]).toMatchObject({ numbers: { temperature: 21.5 } })
  expect(kinds({ params: { eventType: '语音', desc: '晕倒' } })).toEqual(['fall true', 'heartbeat'])
})

test('null, empty and absent say nothing, and a word that is neither yes nor no is no state', () => {
  expect(kinds({ params: { eventType: null, desc: '', door: 'ajar' } })).toEqual(['heartbeat'])
  expect(kinds({ params: { door: 'closed' } })).toEqual(['contact false', 'heartbeat'])
  expect(kinds([])).toEqual(['heartbeat'])
})

test('a topic has the levels of the profile', () => {
  expect(['factory/1/data', 'factory/1/2/data', 'factory/data', 'other/1/data'].map((topic) => isFor(terminal, topic))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('what cannot work is refused with what it must be', () => {
  const refused = (change: object) => profileSchema.safeParse({ ...terminal, ...change }).error?.issues[0]?.message
  expect(refused({ map: [] })).toBeDefined()
  expect(refused({ map: [{ path: 'a b', kind: 'sos' }] })).toMatch(/names with dots/)
  expect(refused({ map: [{ path: 'a', kind: 'vitals' }] })).toMatch(/need the name of their reading/)
  expect(refused({ map: [{ path: 'a', kind: 'sos', when: {} }] })).toMatch(/must say equals/)
  expect(refused({ topic: 'a/#' })).toMatch(/with \+/)
  expect(refused({ profile: 'My Profile' })).toMatch(/small letters/)
})

test('no message throws, and no path reaches what is not in it', () => {
  fc.assert(fc.property(fc.jsonValue(), (body) => void read(body)))
  expect(at({}, 'constructor.name')).toBeUndefined()
  expect(at({}, '__proto__.toString')).toBeUndefined()
  expect(at([1], 'length')).toBeUndefined()
})
