/** The town of the simulation: a few homes of one site, each with a terminal and a pendant, and plans that reach three channels. */
import { anyWay } from '../../alerts/outbox/ways.ts'
import type { AlarmKind, Plan, Recipient } from '../../domain/alarm.ts'
import { onDuty } from '../../domain/plans.ts'
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

const siren: Recipient = { contactId: null, label: 'the centre', channel: 'siren' }
const anna: Recipient = { contactId: 'c-anna', label: 'anna', channel: anyWay }
const ben: Recipient = { contactId: 'c-ben', label: 'ben', channel: anyWay }
const cui: Recipient = { contactId: 'c-cui', label: 'cui', channel: 'call' }
const dutyOfficer: Recipient = { contactId: onDuty, label: 'duty', channel: anyWay }

/** Whoever is on duty first, and a relative who is only told. */
const officer: Plan = {
  ...{ id: 'officer', name: 'Duty officer', repeatEvery: minutes(1), lease: seconds(60) },
  steps: [
    { wait: seconds(0), tell: [dutyOfficer] },
    { wait: seconds(45), tell: [ben, { ...anna, part: 'told' }] },
    { wait: seconds(60), tell: [siren, dutyOfficer] },
  ],
}

/** Many rungs, the last with everybody who can be reached. */
const ladder: Plan = {
  ...{ id: 'ladder', name: 'Many rungs', repeatEvery: seconds(40), lease: seconds(90) },
  steps: [
    { wait: seconds(0), tell: [anna] },
    { wait: seconds(20), tell: [ben] },
    { wait: seconds(20), tell: [cui] },
    { wait: seconds(20), tell: [dutyOfficer] },
    { wait: seconds(30), tell: [siren, anna] },
  ],
}

/** Two rungs in one moment. */
const quick: Plan = {
  ...{ id: 'quick', name: 'At once', repeatEvery: minutes(2), lease: seconds(30) },
  steps: [
    { wait: seconds(0), tell: [anna] },
    { wait: seconds(0), tell: [cui] },
    { wait: seconds(60), tell: [siren] },
  ],
}

/** The homes have plans of their own; the others follow the site's. */
const ofHome: Readonly<Record<string, Plan>> = { [residentOf(3)]: officer, [residentOf(4)]: ladder, [residentOf(5)]: quick }

export const planFor = (kind: AlarmKind, subjectId: string): Plan => (kind === 'technical' ? centre : (ofHome[subjectId] ?? family))
