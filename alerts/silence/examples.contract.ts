/** Small communities for the tests of silence: homes with terminals, and a clock moved by hand. */
import type { Alarm } from '../../domain/alarm.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { type Instant, instant } from '../../domain/time.ts'
import type { RegisterPage, WatchedDevice, WatchedResident } from '../../store/store.ts'
import { type Inactivity, openInactivity } from '../inactivity.ts'
import { openSilence, type SilenceRegister } from '../silence.ts'
import { openSupervision, type Supervision } from '../supervision.ts'

/** 2026-03-02 08:00 in Shanghai. */
export const morning = instant(Date.UTC(2026, 2, 2, 0, 0, 0))

export function watchedDevice(number: number, given: Partial<WatchedDevice> = {}): WatchedDevice {
  return {
    ...{ id: `term-${number}`, number, siteId: 'site-a', residentId: `r${number}`, residentNumber: number, gatewayId: null },
    ...{ power: 'mains', heartbeatSeconds: 60, role: 'terminal', room: 'hall', building: `b${number}` },
    ...given,
  }
}

export function watchedResident(number: number, given: Partial<WatchedResident> = {}): WatchedResident {
  const hours = { inactivityDayHours: null, inactivityNightHours: null, silenceBudget: null }
  return { id: `r${number}`, number, siteId: 'site-a', mode: 'home', modeUntil: null, ...hours, ...given }
}

export type World = {
  silence: SilenceRegister
  supervision: Supervision
  inactivity: Inactivity
  now(): Instant
  /** Moves time on, a second a tick. Devices in `beating` send every interval, each at its own phase. Returns what was found. */
  run(seconds: number): CareEventDraft[]
  beating: Set<number>
  /** Time passes without a tick: our own stall. */
  stall(seconds: number): void
  jump(seconds: number): void
  enrol(devices: readonly WatchedDevice[], residents: readonly WatchedResident[]): void
}

type WorldNeeds = {
  devices: readonly WatchedDevice[]
  residents: readonly WatchedResident[]
  at?: Instant
  pages?: readonly RegisterPage[]
  alarms?: readonly Alarm[]
}

export function openWorld({ devices, residents, at = morning, pages = [], alarms = [] }: WorldNeeds): World {
  const silence = openSilence({ devices, residents, pages, at })
  const supervision = openSupervision({ silence, alarms })
  const inactivity = openInactivity({ silence, alarms, zoneOf: () => 'Asia/Shanghai', at })
  let wall = at as number
  let elapsed = 5_000
  const beating = new Set(devices.map(({ number }) => number))
  let watched = devices
  const beat = () => {
    for (const device of watched) {
      const every = (device.heartbeatSeconds ?? 0) * 1_000
      if (every > 0 && beating.has(device.number) && (elapsed + device.number * 7_000) % every === 0) silence.heard(device, instant(wall))
    }
  }
  const pass = (seconds: number) => {
    wall += seconds * 1_000
    elapsed += seconds * 1_000
  }
  const run = (seconds: number) => {
    const found: CareEventDraft[] = []
    for (let second = 0; second < seconds; second += 1) {
      pass(1)
      beat()
      found.push(...supervision.tick(instant(wall), elapsed), ...inactivity.tick(instant(wall), elapsed))
    }
    return found
  }
  return {
    ...{ silence, supervision, inactivity, run, beating, stall: pass },
    now: () => instant(wall),
    jump: (seconds) => {
      wall += seconds * 1_000
    },
    enrol(nextDevices, nextResidents) {
      watched = nextDevices
      silence.enrol({ devices: nextDevices, residents: nextResidents }, instant(wall))
    },
  }
}

/** What was found, in short words. */
export const words = (found: readonly CareEventDraft[]): string[] => found.map(wordOf)

function wordOf(draft: CareEventDraft): string {
  if (draft.kind === 'area-silenced') return `${draft.subjectId} silent: ${draft.residentIds.length} homes`
  if (draft.kind === 'device-troubled' && draft.reason === 'home-unseen') return `${draft.subjectId} unseen`
  if (draft.kind === 'device-troubled') return `${draft.deviceId} silent`
  if (draft.kind === 'check-in-due') return `${draft.subjectId} asked: ${draft.because}`
  if (draft.kind === 'inactivity-noticed') return `${draft.subjectId} inactive`
  if (draft.kind === 'condition-cleared') return `${draft.deviceId ?? draft.subjectId} ${draft.reason} over`
  return draft.kind
}
