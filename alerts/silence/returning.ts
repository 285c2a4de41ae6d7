/** Whoever is seen at home again although she is said to be away is watched again at once; that the mode is over is written down by whoever takes it from here. */
import type { Mode } from '../../domain/people.ts'
import type { Instant } from '../../domain/time.ts'
import { type DeviceColumns, deviceFlag } from './devices.ts'
import { endsByEvidence, openHomecoming } from './homecoming.ts'
import { modeOf } from './modes.ts'
import { write } from './register.ts'
import type { ResidentColumns } from './residents.ts'

/** `mode` and `until`: what the directory still says. */
export type Returned = { residentId: string; since: Instant; at: Instant; mode: Mode; until: number }

export type Returning = {
  /** A live sign of life, before it is written down as the last one. Costs nothing for whoever is at home. */
  sign(resident: number, device: number, at: Instant): void
  /** The clock jumped. */
  startOver(): void
  /** Who came home since this was asked last. */
  take(): Returned[]
}

type Columns = { devices: DeviceColumns; residents: ResidentColumns }

/** Takes over who is away now: nobody saw them go, so nobody need. */
export function openReturning({ devices, residents }: Columns, now: Instant): Returning {
  const homecoming = openHomecoming()
  let found: Returned[] = []
  for (let number = 1; number < residents.size; number += 1) {
    if (endsByEvidence(modeOf(residents, number, now))) homecoming.adopt(number, residents.modeUntil[number] ?? 0)
  }
  return {
    sign(number, device, at) {
      if (residents.mode[number] === 0) return
      const mode = modeOf(residents, number, at)
      if (!endsByEvidence(mode)) return homecoming.forget(number)
      const until = residents.modeUntil[number] ?? 0
      const since = homecoming.sign(number, until, signInside({ devices, residents }, { number, device, at }))
      if (since === null) return
      write(residents.returnedAt, number, since)
      residents.mode[number] = 0
      residents.modeUntil[number] = 0
      residents.lookAt[number] = at
      found.push({ residentId: residents.ids[number] ?? '', since, at, mode, until })
    },
    startOver: () => homecoming.startOver(),
    take() {
      const taken = found
      found = []
      return taken
    },
  }
}

function signInside({ devices, residents }: Columns, { number, device, at }: { number: number; device: number; at: Instant }) {
  const flags = devices.flags[device] ?? 0
  const isLainIn = (flags & deviceFlag.bed) !== 0 && devices.says[device] === 1
  const last = devices.flags[residents.activeDevice.values[number] ?? 0] ?? 0
  const before = Math.max(residents.activeAt.values[number] ?? 0, residents.modeSince[number] ?? 0)
  return {
    ...{ at, before, certainty: (devices.certainty[device] ?? 100) / 100 },
    isExit: (flags & deviceFlag.exit) !== 0,
    isHers: isLainIn || (flags & (deviceFlag.button | deviceFlag.terminal)) !== 0,
    isAfterExit: (last & deviceFlag.exit) !== 0,
  }
}
