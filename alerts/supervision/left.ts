/** Mains-powered devices that said goodbye, or whose last will was told: missed sooner than by their heartbeat, unless they come back at once. */
import { deviceFlag, deviceState } from '../silence/devices.ts'
import type { SilenceRegister } from '../silence.ts'
import type { Moment } from './listening.ts'
import type { Watch } from './watch.ts'

/** A router starts anew within so long: until then nobody is missed. */
export const leftFor = 60_000

/** Those who left and did not come back become overdue, as if their heartbeat had stopped long ago. True when anybody did. */
export function settleLeft({ silence, overdue }: Pick<Watch, 'silence' | 'overdue'>, { now, elapsed }: Moment): boolean {
  let changed = false
  for (const [number, at] of silence.departures) {
    if (isBack(silence, number, at) || at > now) silence.departures.delete(number)
    else if (now - at >= leftFor) {
      silence.departures.delete(number)
      if (!mayBeMissed(silence, number)) continue
      silence.devices.state[number] = deviceState.overdue
      overdue.set(number, elapsed)
      changed = true
    }
  }
  return changed
}

const isBack = ({ devices }: SilenceRegister, number: number, at: number): boolean => (devices.heardAt.values[number] ?? 0) > at

/** A battery device sleeps: that it is offline is normal. Who promised nothing is not watched. */
const mayBeMissed = ({ devices }: SilenceRegister, number: number): boolean =>
  devices.state[number] === deviceState.heard &&
  ((devices.flags[number] ?? 0) & deviceFlag.mains) !== 0 &&
  (devices.heartbeat[number] ?? 0) > 0
