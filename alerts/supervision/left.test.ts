/** The last will of a mains device: missed after a minute; of a gateway: what it carries is blind, not silent. */
import { expect, test } from 'vitest'
import { standingOfDevice } from '../../domain/enrolment-life.ts'
import { instant } from '../../domain/time.ts'
import { openWorld, watchedDevice, watchedResident, words } from '../silence/examples.contract.ts'

const rare = { heartbeatSeconds: 300 }

test('a mains device whose will was told is missed after a minute and the wait for company, long before its heartbeat would', () => {
  const world = openWorld({ devices: [watchedDevice(1, rare)], residents: [watchedResident(1)] })
  world.run(600)
  world.beating.delete(1)
  world.silence.left?.({ number: 1 }, world.now())
  expect(words(world.run(59))).toEqual([])
  expect(words(world.run(30))).toEqual(['term-1 silent'])
  world.beating.add(1)
  expect(words(world.run(320))).toEqual(['term-1 device-silent over'])
})

test('who comes back within the minute, a battery device, and one without a promise are not missed by it', () => {
  const devices = [watchedDevice(1, rare), watchedDevice(2, { ...rare, power: 'battery' }), watchedDevice(3, { heartbeatSeconds: null })]
  const world = openWorld({ devices, residents: [1, 2, 3].map((number) => watchedResident(number)) })
  world.run(600)
  for (const number of [1, 2, 3]) world.silence.left?.({ number }, world.now())
  world.run(20)
  world.silence.heard({ number: 1 }, world.now())
  expect(words(world.run(200))).toEqual([])
  expect(world.silence.departures.size).toBe(0)
})

test('a lost gateway makes what it carries blind: one trouble, no silence of theirs, and the home’s silence says nothing of the person', () => {
  const sensor = {
    gatewayId: 'term-1',
    residentId: 'r1',
    residentNumber: 1,
    power: 'battery',
    heartbeatSeconds: 60,
    role: 'motion',
  } as const
  const devices = [watchedDevice(1, rare), watchedDevice(2, { ...sensor, id: 'pir-2' }), watchedDevice(3, { ...sensor, id: 'pir-3' })]
  const world = openWorld({ devices, residents: [watchedResident(1)] })
  world.run(600)
  for (const number of [1, 2, 3]) world.beating.delete(number)
  world.silence.left?.({ number: 1 }, world.now())
  expect(words(world.run(3_600))).toEqual(['term-1 silent'])
  expect(world.silence.isBlind(1)).toBe(true)
  const standing = (number: number, gateway: number) =>
    standingOfDevice({
      ...{ state: 'in-use', heartbeatSeconds: 60, lastHeardAt: instant(1), isSilent: world.silence.isSilent(number) },
      isCarrierSilent: gateway > 0 && world.silence.isSilent(gateway),
    })
  expect([standing(1, 0), standing(2, 1), standing(3, 1)]).toEqual(['silent', 'blind', 'blind'])
})
