/** What the simulator plays is what the families' decoders understand: a press is a press, in each family's own words. */
import { expect, test } from 'vitest'
import type { KnownDevice } from '../../domain/device.ts'
import type { SignalKind } from '../../domain/signal.ts'
import { after, days, minutes } from '../../domain/time.ts'
import { openDecoders } from '../../ingest/decoders/index.ts'
import { aDevice, firstMoment, messageOf } from '../../ingest/recorder.ts'
import { promote } from '../../ingest/roles.ts'
import type { Deed, SimFamily } from './family.ts'
import { simFamilies } from './index.ts'

const start = after(firstMoment, days(1))
const roleOf = { press: 'sos-button', motion: 'motion', door: 'front-door' } as const
const meaning: Readonly<Record<keyof typeof roleOf, SignalKind>> = { press: 'sos', motion: 'motion', door: 'contact' }

/** Everything one deed is decoded as, after the device joined; a door was closed before. */
function heardOf(family: SimFamily, deed: Deed) {
  const decoder = openDecoders()[family.family]
  const sender: KnownDevice = aDevice({ id: 'gateway', number: 1, family: family.family, base: family.base, role: 'gateway' })
  const play = (which: Deed, turn: number) =>
    family.say(which, { turn, at: after(start, minutes(turn)) }).flatMap(({ topic, payload, retain }) => {
      const message = messageOf(topic, payload, { senderId: 'gateway', retain: retain === true, receivedAt: after(start, minutes(turn)) })
      const decoded = decoder.decode(message, sender)
      expect([family.name, deed, decoded.problem]).toEqual([family.name, deed, null])
      return decoded.signals
    })
  play('join', 1)
  if (deed === 'door') play('door', 2)
  return play(deed, 3)
}

const cases = simFamilies.flatMap((family) =>
  (Object.keys(family.keys) as (keyof typeof roleOf)[]).map((deed) => [family.name, deed, family] as const),
)

test.each(cases)('%s: a %s is understood by its decoder', (_name, deed, family) => {
  const signals = heardOf(family, deed)
  const key = family.keys[deed] ?? ''
  const found = signals
    .map((signal) => promote(signal, roleOf[deed]))
    .filter(({ kind, origin, active }) => kind === meaning[deed] && origin === 'live' && active !== false)
  expect(found.length, JSON.stringify(signals)).toBeGreaterThan(0)
  expect(found[0]?.deviceKey.toLowerCase()).toBe(key === '' ? (found[0]?.deviceKey.toLowerCase() ?? '') : key.toLowerCase())
})
