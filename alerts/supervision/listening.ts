/** Whether we ourselves were listening: a stall of ours or a jump of the wall clock must never look like silence of others. */
import { after, type Instant, milliseconds, seconds } from '../../domain/time.ts'
import { type DeviceColumns, giveFreshStart, silentSince } from '../silence/devices.ts'
import type { SilenceRegister } from '../silence.ts'

const jumpMin = seconds(2)
/** Ticks come once a second; a longer gap is a time in which we heard nobody. */
const stallMin = seconds(3)
/** After so long a stall connections have broken and devices must find back: everybody starts anew. */
const longStallMin = seconds(30)

export type Moment = { now: Instant; elapsed: number }
export type Listened = 'all-along' | 'stalled'

/** Compares the two clocks from tick to tick and puts the register right. The first moment is a start: everybody gets a full limit. */
export function openListening(silence: SilenceRegister): (moment: Moment) => Listened {
  let last: Moment | null = null
  return (moment) => {
    const previous = last
    last = moment
    if (previous === null) {
      startAnew(silence.devices, moment.now)
      return 'stalled'
    }
    const gap = moment.elapsed - previous.elapsed
    const jump = moment.now - previous.now - gap
    if (Math.abs(jump) >= jumpMin) followClock(silence, { jump, gap, now: moment.now })
    return catchUp(silence.devices, gap, moment.now)
  }
}

function catchUp(devices: DeviceColumns, gap: number, now: Instant): Listened {
  if (gap < stallMin) return 'all-along'
  if (gap >= longStallMin) startAnew(devices, now)
  else grant(devices, gap, now)
  return 'stalled'
}

function startAnew(devices: DeviceColumns, now: Instant): void {
  for (let number = 1; number < devices.size; number += 1) giveFreshStart(devices, number, now)
}

/** A short stall only adds its own length, or a process that stalls often would never find anybody silent. */
function grant(devices: DeviceColumns, gap: number, now: Instant): void {
  for (let number = 1; number < devices.size; number += 1) {
    const later = Math.min(now, silentSince(devices, number, now) + gap)
    if (later > gap) giveFreshStart(devices, number, later as Instant)
  }
}

function followClock(silence: SilenceRegister, { jump, gap, now }: { jump: number; gap: number; now: Instant }): void {
  silence.shift({ by: jump, from: after(now, milliseconds(-gap - 100)), now })
  const { devices } = silence
  for (let number = 1; number < devices.size; number += 1) {
    const fresh = (devices.freshSeconds[number] ?? 0) * 1_000
    if (fresh > 0) giveFreshStart(devices, number, Math.min(now, Math.max(0, fresh + jump)) as Instant)
  }
}
