/** Which homes cannot be seen at all: while it lasts, their silence says nothing about the person. */

import type { SilenceRegister } from '../silence.ts'
import { type DeviceColumns, deviceFlag, deviceState, heardAgain } from './devices.ts'
import { residentFlag } from './residents.ts'

const seen = { sensor: 1, alive: 2, terminalSilent: 4 } as const

/** One pass over all devices: a home is blind when its terminal, or every device that shows signs of life, is silent. */
export function noteBlindHomes({ devices, residents }: SilenceRegister): void {
  const views = new Uint8Array(residents.size)
  for (let number = 1; number < devices.size; number += 1) {
    const home = devices.resident[number] ?? 0
    if (home > 0 && home < views.length && devices.state[number] !== deviceState.unwatched) {
      views[home] = (views[home] ?? 0) | viewOf(devices, number)
    }
  }
  for (let home = 1; home < residents.size; home += 1) {
    const view = views[home] ?? 0
    const blind = (view & seen.terminalSilent) !== 0 || (view & (seen.sensor | seen.alive)) === seen.sensor
    const flags = residents.flags[home] ?? 0
    residents.flags[home] = blind ? flags | residentFlag.blind : flags & ~residentFlag.blind
  }
}

function viewOf(devices: DeviceColumns, number: number): number {
  const silent = isQuiet(devices, number) || isQuiet(devices, devices.gateway[number] ?? 0)
  const flags = devices.flags[number] ?? 0
  if (flags & deviceFlag.sensor) return silent ? seen.sensor : seen.sensor | seen.alive
  return flags & deviceFlag.terminal && silent ? seen.terminalSilent : 0
}

const isQuiet = (devices: DeviceColumns, number: number): boolean => ((devices.state[number] ?? 0) & ~heardAgain) >= deviceState.overdue
