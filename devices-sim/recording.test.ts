/** Recorded homes: every line of sense becomes an event, every other line none. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { deviceIdPattern } from '../domain/topics.ts'
import { deviceIdOf, parseRecorded, readRecording, sensorsOf } from './recording.ts'

test.each([
  ['2024-03-01T07:00:00.000,Bedroom,motion,ON', true],
  ['2024-03-01T07:00:00.000,Bedroom,motion,off', false],
  ['2024-03-01T07:00:00+08:00,FrontDoor,door,OPEN', true],
  ['2024-03-01T07:00:00Z,FrontDoor,door,0\r', false],
])('%s', (line, active) => expect(parseRecorded(line)).toMatchObject({ active }))

test.each([
  'ts,sensor,kind,value',
  '',
  ',,,',
  'yesterday,Bedroom,motion,ON',
  '2024-03-01T07:00:00Z,Bedroom,motion,maybe',
  '2024-03-01T07:00:00Z,Bed,pressure,ON',
])('no event: %s', (line) => expect(parseRecorded(line)).toBeNull())

test('any name of a sensor becomes a usable device id', () => {
  for (const name of ['Küche/Licht', '  ', 'x'.repeat(200)]) expect(deviceIdOf('term-0001', name)).toMatch(deviceIdPattern)
})

const real = fileURLToPath(new URL('../../shared/homes/hh103.csv.gz', import.meta.url))
test.skipIf(!existsSync(real))(
  'a month of a real home, in order (skipped where no recorded home lies beside this repository)',
  async () => {
    let events = 0
    let former = 0
    for await (const { at } of readRecording(real)) {
      expect(at >= former).toBe(true)
      former = at
      events += 1
    }
    expect(events).toBeGreaterThan(60_000)
    expect((await sensorsOf(real, 'term-0001')).filter(({ role }) => role === 'front-door')).toHaveLength(1)
  },
)
