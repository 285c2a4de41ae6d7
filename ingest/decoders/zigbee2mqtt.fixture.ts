/** A home behind a Zigbee2MQTT gateway, for the tests of that family. */
import type { KnownDevice, Role } from '../../domain/device.ts'
import { type Instant, instant } from '../../domain/time.ts'
import { aDevice, firstMoment, type Recorder, record } from '../recorder.ts'

export { firstMoment }

export const after = (seconds: number): Instant => instant(firstMoment + seconds * 1_000)
export const iso = (seconds: number): string => new Date(after(seconds)).toISOString()

export type GatewayHome = Recorder & {
  /** What the bridge publishes under its base, so many seconds after the first moment. */
  say(name: string, payload: unknown, second?: number): Promise<void>
  /** The same, with the retain flag. */
  keep(name: string, payload: unknown, second?: number): Promise<void>
  kinds(): string[]
}

/** A gateway and one device of this role for each name (friendly name = key = id of the first). */
export function gatewayHome(role: Role, names: readonly string[] = ['thing']): GatewayHome {
  const gateway: KnownDevice = aDevice({ id: 'gateway', number: 1, family: 'zigbee2mqtt', base: 'zigbee2mqtt', role: 'gateway' })
  const device = (key: string, index: number): KnownDevice =>
    aDevice({ id: index === 0 ? 'thing' : `thing-${index}`, key, number: index + 2, family: 'zigbee2mqtt', gatewayId: 'gateway', role })
  const recorder = record([gateway, ...names.map(device)])
  const publish = (retain: boolean) => (name: string, payload: unknown, second?: number) =>
    recorder.send(`zigbee2mqtt/${name}`, payload, { senderId: 'gateway', qos: 0, retain, receivedAt: after(second ?? 0) })
  return { ...recorder, say: publish(false), keep: publish(true), kinds: () => recorder.events.map(({ kind }) => kind) }
}
