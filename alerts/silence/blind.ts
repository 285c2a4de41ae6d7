/** Which homes cannot be seen, why, and since when: while it lasts, their silence says nothing about the person; when it ends, it counts anew. */
import type { Instant } from '../../domain/time.ts'
import type { SilenceRegister } from '../silence.ts'
import { type DeviceColumns, deviceFlag, deviceState, heardAgain } from './devices.ts'
import { residentFlag, type Sight, sights } from './residents.ts'

const seen = { sensor: 1, alive: 2, terminalSilent: 4, area: 8, sensorSilent: 16 } as const

/** One pass over all devices: a home is blind when its terminal, or every device that shows signs of life, is silent. */
export function noteBlindHomes(register: SilenceRegister, now: Instant): void {
  const { devices, residents } = register
  const views = new Uint8Array(residents.size)
  for (let number = 1; number < devices.size; number += 1) {
    const home = devices.resident[number] ?? 0
    if (home > 0 && home < views.length && devices.state[number] !== deviceState.unwatched) {
      views[home] = (views[home] ?? 0) | viewOf(devices, number)
    }
  }
  const lost: number[] = []
  for (let home = 1; home < residents.size; home += 1) {
    const view = views[home] ?? 0
    const partly = (view & seen.sensorSilent) !== 0
    const flags = residents.flags[home] ?? 0
    residents.flags[home] = partly ? flags | residentFlag.partly : flags & ~residentFlag.partly
    const index = sights.indexOf(sightOf(view))
    if (index === residents.sight[home]) continue
    if (residents.sight[home] === 0) lost.push(home)
    residents.sight[home] = index
    if (index === 0) seeAgain(register, home, now)
  }
  if (lost.length > 0) loseSight(register, lost, now)
}

function sightOf(view: number): Sight {
  const isBlind = (view & seen.terminalSilent) !== 0 || (view & (seen.sensor | seen.alive)) === seen.sensor
  if (!isBlind) return 'seen'
  if (view & seen.area) return 'area'
  return view & seen.terminalSilent ? 'terminal' : 'sensor'
}

function viewOf(devices: DeviceColumns, number: number): number {
  const gateway = devices.gateway[number] ?? 0
  const silent = isQuiet(devices, number) || isQuiet(devices, gateway)
  const area = isGrouped(devices, number) || isGrouped(devices, gateway) ? seen.area : 0
  const flags = devices.flags[number] ?? 0
  if (flags & deviceFlag.sensor) return area | (silent ? seen.sensor | seen.sensorSilent : seen.sensor | seen.alive)
  return flags & deviceFlag.terminal && silent ? area | seen.terminalSilent : 0
}

const isQuiet = (devices: DeviceColumns, number: number): boolean => ((devices.state[number] ?? 0) & ~heardAgain) >= deviceState.overdue
const isGrouped = (devices: DeviceColumns, number: number): boolean => ((devices.state[number] ?? 0) & ~heardAgain) === deviceState.grouped

function seeAgain({ residents, startAnew }: SilenceRegister, home: number, now: Instant): void {
  residents.flags[home] = (residents.flags[home] ?? 0) & ~residentFlag.blind
  residents.blindSince[home] = 0
  startAnew(home, now)
}

/** They cannot be seen since anything of them was heard last; one more pass for all of them, for a whole town may go dark at once. */
function loseSight({ devices, residents, routines }: SilenceRegister, homes: readonly number[], now: Instant): void {
  for (const home of homes) {
    residents.flags[home] = (residents.flags[home] ?? 0) | residentFlag.blind
    residents.blindSince[home] = 0
    residents.lookAt[home] = now
    routines.untaught(home, now, 'blind')
  }
  const fallen = new Set(homes)
  for (let number = 1; number < devices.size; number += 1) {
    const home = devices.resident[number] ?? 0
    if (!fallen.has(home)) continue
    residents.blindSince[home] = Math.max(residents.blindSince[home] ?? 0, devices.heardAt.values[number] ?? 0)
  }
  // Never heard at all: then since now, when that was noticed.
  for (const home of homes) if (!((residents.blindSince[home] ?? 0) > 0)) residents.blindSince[home] = now
}
