/** A device that comes and goes: one trouble in place of many, and never a silence that is swallowed. */
import { expect, test } from 'vitest'
import type { CareEventDraft } from '../../domain/event.ts'
import { raisedAlarm } from '../../store/examples.contract.ts'
import { morning, openWorld, watchedDevice, watchedResident } from '../silence/examples.contract.ts'

const plain = (found: readonly CareEventDraft[]): string[] =>
  found.flatMap((draft) => {
    if (draft.kind === 'device-troubled') return [draft.reason]
    return draft.kind === 'condition-cleared' ? [`${draft.reason} over`] : []
  })

function home(alarms: Parameters<typeof openWorld>[0]['alarms'] = []) {
  const world = openWorld({ devices: [watchedDevice(1)], residents: [watchedResident(1)], ...(alarms && { alarms }) })
  world.run(120)
  const away = (seconds: number) => {
    world.beating.delete(1)
    return plain(world.run(seconds))
  }
  const back = (seconds: number) => {
    world.beating.add(1)
    return plain(world.run(seconds))
  }
  return { world, away, back }
}

test('the third time within six hours it is one trouble, and each further coming and going is none', () => {
  const { world, away, back } = home()
  for (let time = 0; time < 2; time += 1) {
    expect(away(300)).toEqual(['device-silent'])
    expect(back(300)).toEqual(['device-silent over'])
  }
  expect(away(300)).toEqual(['device-flapping'])
  expect(world.silence.isFlapping?.(1)).toBe(true)
  // What cannot be seen is still not taken for a silent person.
  expect(world.silence.isBlind(1)).toBe(true)
  expect(back(300)).toEqual([])
  for (let time = 0; time < 5; time += 1) expect([...away(300), ...back(300)]).toEqual([])
  expect(world.silence.isSilent(1)).toBe(false)
  expect(back(6 * 3_600 + 60)).toEqual(['device-flapping over'])
  expect(world.silence.isFlapping?.(1)).toBe(false)
  expect(away(300)).toEqual(['device-silent'])
})

test('while it flaps, a silence that does not end is told after half an hour, and its end too', () => {
  const { away, back } = home()
  for (let time = 0; time < 2; time += 1) [away(300), back(300)]
  expect(away(300)).toEqual(['device-flapping'])
  expect(back(300)).toEqual([])
  expect(away(600)).toEqual([])
  expect(away(1_800)).toEqual(['device-silent'])
  expect(back(120)).toEqual(['device-silent over'])
})

test('a device that is silent twice a day does not flap', () => {
  const { away, back } = home()
  for (let time = 0; time < 4; time += 1) {
    expect(away(300)).toEqual(['device-silent'])
    expect(back(4 * 3_600)).toEqual(['device-silent over'])
  }
})

test('a restart does not tell again that it flaps, and finds its end', () => {
  const cause = {
    id: 'x',
    reason: 'device-flapping',
    deviceId: 'term-1',
    room: '',
    receivedAt: morning,
    claimedAt: null,
    unreadable: false,
  } as const
  const { away, back } = home([raisedAlarm('r1', 'old', { kind: 'technical', reason: 'device-flapping', causes: [cause] })])
  expect([...away(300), ...back(300)]).toEqual([])
  expect(back(6 * 3_600 + 60)).toEqual(['device-flapping over'])
})
