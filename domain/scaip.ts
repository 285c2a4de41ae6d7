/**
 * Our alarms in the words of SCAIP (SS 91100, CLC/TS 50134-9): device type, status code and location, in one table. A new reason to worry does
 * not compile before it has its line here. SCAIP itself is spoken by a gateway; docs/scaip.md.
 */
import type { Alarm, AlarmKind, Reason } from './alarm.ts'
import type { Role } from './device.ts'

/** `deviceType` and `status` have four digits, as in the standard's tables. `restored`: what is said when the condition went away; null: SCAIP has no word for it. */
export type Scaip = { deviceType: string; status: string; restored: string | null }
/** As it goes out; `location` '' where the room is not one of the standard's, or not known. */
export type ScaipCode = { deviceType: string; statusCode: string; location: string }

const automatic = '0009'
const manual = '0010'

/** Why the alarm was raised → what a local unit would have sent. */
export const scaipByReason: Readonly<Record<Reason, Scaip>> = {
  button: { deviceType: '0003', status: manual, restored: null },
  'fall-possible': { deviceType: '0005', status: automatic, restored: null },
  'fall-confirmed': { deviceType: '0005', status: automatic, restored: null },
  smoke: { deviceType: '0023', status: automatic, restored: null },
  gas: { deviceType: '0021', status: automatic, restored: null },
  'carbon-monoxide': { deviceType: '0026', status: automatic, restored: null },
  'water-leak': { deviceType: '0033', status: automatic, restored: null },
  inactivity: { deviceType: '0010', status: automatic, restored: null },
  'check-in': { deviceType: '0010', status: automatic, restored: null },
  'not-back': { deviceType: '0010', status: automatic, restored: null },
  'home-unseen': { deviceType: '0002', status: '0073', restored: '0075' },
  'device-silent': { deviceType: '0049', status: '0123', restored: '0124' },
  'device-flapping': { deviceType: '0049', status: '0123', restored: '0124' },
  'clock-wrong': { deviceType: '0031', status: automatic, restored: null },
  'area-silent': { deviceType: '0032', status: '0023', restored: '0112' },
  'battery-low': { deviceType: '0049', status: '0016', restored: '0015' },
  tamper: { deviceType: '0049', status: '0125', restored: null },
  'mains-lost': { deviceType: '0041', status: '0085', restored: '0086' },
  // Somebody may have pressed: it goes out as a call, and a person looks.
  'retained-press': { deviceType: '0003', status: manual, restored: null },
  'wall-unattended': { deviceType: '0031', status: '0073', restored: '0075' },
  'case-overdue': { deviceType: '0031', status: automatic, restored: null },
}

/** Kind of alarm → device type and status, for readers that know no reasons. */
export const scaipByKind: Readonly<Record<AlarmKind, Scaip>> = {
  sos: scaipByReason.button,
  fall: scaipByReason['fall-confirmed'],
  vitals: { deviceType: '0049', status: automatic, restored: null },
  silence: scaipByReason.inactivity,
  environment: { deviceType: '0020', status: automatic, restored: null },
  technical: { deviceType: '0031', status: automatic, restored: null },
}

/** What the standard calls the device itself; null: it has no type of its own. */
export const scaipByRole: Readonly<Record<Role, string | null>> = {
  'sos-button': '0003',
  terminal: '0002',
  gateway: '0002',
  motion: '0010',
  presence: '0018',
  'front-door': '0014',
  door: '0014',
  bed: '0012',
  'fall-detector': '0005',
  smoke: '0023',
  gas: '0021',
  'carbon-monoxide': '0026',
  'water-leak': '0033',
  vitals: '0049',
  environment: '0020',
  siren: null,
  other: null,
}

/** Reasons that are about the device itself rather than about what it saw: there its own type says more than the reason's. */
const aboutDevice: ReadonlySet<Reason> = new Set(['button', 'device-silent', 'battery-low', 'tamper'])

const locations: readonly (readonly [RegExp, string])[] = [
  [/卫生间|浴室|厕所|洗手间|bath|toilet|wc|restroom/i, '011'],
  [/卧室|卧房|睡房|bedroom/i, '012'],
  [/厨房|kitchen/i, '021'],
  [/客厅|起居室|living/i, '043'],
  [/门厅|玄关|大门|入户门|front door|hall/i, '039'],
]

/** The standard's location of a room by its name; '' when it is none of those. */
export const scaipLocation = (room: string): string => locations.find(([words]) => words.test(room))?.[1] ?? ''

type Coded = Pick<Alarm, 'kind' | 'reason' | 'causes' | 'clearedAt' | 'detail'>

/** The codes of an alarm as it stands. A technical alarm carries the role of its device in `detail.role`. */
export function scaipOf({ kind, reason, causes, clearedAt, detail }: Coded): ScaipCode {
  const coded = kind === 'vitals' ? scaipByKind.vitals : scaipByReason[reason]
  const own = aboutDevice.has(reason) && typeof detail.role === 'string' ? roleType(detail.role) : null
  const statusCode = clearedAt !== null && coded.restored !== null ? coded.restored : coded.status
  return { deviceType: own ?? coded.deviceType, statusCode, location: scaipLocation(causes.at(-1)?.room ?? '') }
}

const roleType = (role: string): string | null => (Object.hasOwn(scaipByRole, role) ? scaipByRole[role as Role] : null)
