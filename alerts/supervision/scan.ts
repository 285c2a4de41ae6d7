/** One look at every device, once a second: plain numbers in a row, so that 300,000 cost a millisecond or two. */
import type { Instant } from '../../domain/time.ts'
import { type DeviceColumns, deviceState, giveFreshStart, heardAgain, isDeclared, limitOf, silentSince } from '../silence/devices.ts'
import type { Moment } from './listening.ts'
import type { Watch } from './watch.ts'

/** Moves devices between heard, overdue and covered. True when anything changed. */
export function scanDevices(watch: Watch, moment: Moment): boolean {
  const { devices } = watch.silence
  const { state, heartbeat, size } = devices
  const heardAt = devices.heardAt.values
  let changed = false
  for (let number = 1; number < size; number += 1) {
    const standing = state[number] ?? 0
    if (standing === deviceState.heard) {
      // Nearly all leave here: nobody is silent inside one and a quarter intervals.
      const age = moment.now - (heardAt[number] as number)
      const promised = heartbeat[number] as number
      if (promised === 0 || (age >= 0 && age < promised * 1_250)) continue
      changed = fallSilent(watch, number, moment) || changed
    } else if (standing & heardAgain) changed = comeBack(watch, number, moment.now)
    else if (standing === deviceState.covered) changed = uncover(devices, number, moment.now) || changed
  }
  return changed
}

function comeBack({ silence, overdue }: Watch, number: number, now: Instant): boolean {
  const { devices } = silence
  // What it carries could not be heard meanwhile and starts anew with it.
  if (isDeclared(devices, number)) giveFreshStart(devices, number, now)
  devices.state[number] = deviceState.heard
  overdue.delete(number)
  return true
}

function uncover(devices: DeviceColumns, number: number, now: Instant): boolean {
  if (isDeclared(devices, devices.gateway[number] ?? 0)) return false
  devices.state[number] = deviceState.heard
  giveFreshStart(devices, number, now)
  return true
}

function fallSilent({ silence, overdue }: Watch, number: number, { now, elapsed }: Moment): boolean {
  const { devices } = silence
  const limit = limitOf(devices, number)
  if (now - silentSince(devices, number, now) < limit) return false
  const carrierFresh = (devices.freshSeconds[devices.gateway[number] ?? 0] ?? 0) * 1_000
  if (now - carrierFresh < limit) return false
  devices.state[number] = deviceState.overdue
  overdue.set(number, elapsed)
  return true
}
