/** The town of the simulation: a few homes of one site, each with a terminal and a pendant, and plans that reach three channels. */
import type { AlarmKind, Plan } from '../../domain/alarm.ts'
import { instant, minutes, seconds } from '../../domain/time.ts'
import type { WatchedDevice, WatchedResident } from '../../store/store.ts'
import { homesInTown } from './acts.ts'

export const townStart = instant(Date.UTC(2026, 6, 1, 2))
export const homes = Array.from({ length: homesInTown }, (_, index) => index + 1)
export const residentOf = (home: number): string => `r${home}`
export const terminalOf = (home: number): string => `term-${home}`

export const residents: readonly WatchedResident[] = homes.map((home) => ({
  ...{ id: residentOf(home), number: home, siteId: 'site-a', mode: 'home', modeUntil: null, silenceBudget: null },
  // The last home lives fast, so that its silence fits into a short life.
  ...(home === homesInTown
    ? { inactivityDayHours: 0.2, inactivityNightHours: 0.2 }
    : { inactivityDayHours: null, inactivityNightHours: null }),
}))

export const devices: readonly WatchedDevice[] = homes.flatMap((home) => {
  const shared = { siteId: 'site-a', residentId: residentOf(home), residentNumber: home, building: `b${Math.ceil(home / 2)}` }
  return [
    {
      ...shared,
      id: terminalOf(home),
      number: home,
      gatewayId: null,
      power: 'mains',
      heartbeatSeconds: 60,
      role: 'terminal',
      room: 'hall',
    },
    {
      ...{ ...shared, id: `motion-${home}`, number: homesInTown + home, gatewayId: terminalOf(home) },
      ...{ power: 'battery', heartbeatSeconds: null, role: 'motion', room: 'kitchen' },
    },
  ] as const
})

const family: Plan = {
  ...{ id: 'family', name: 'Family first', repeatEvery: minutes(1), lease: seconds(90) },
  steps: [
    { wait: seconds(0), tell: [{ contactId: 'c-anna', label: 'anna', channel: 'push' }] },
    {
      wait: seconds(60),
      tell: [
        { contactId: 'c-ben', label: 'ben', channel: 'call' },
        { contactId: 'c-anna', label: 'anna', channel: 'push' },
      ],
    },
    { wait: seconds(90), tell: [{ contactId: null, label: 'the centre', channel: 'siren' }] },
  ],
}

const centre: Plan = {
  ...{ id: 'centre', name: 'Centre', repeatEvery: minutes(2), lease: minutes(3) },
  steps: [{ wait: seconds(0), tell: [{ contactId: null, label: 'the centre', channel: 'siren' }] }],
}

export const planFor = (kind: AlarmKind): Plan => (kind === 'technical' ? centre : family)
