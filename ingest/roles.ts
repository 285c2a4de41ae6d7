/** What the role of a device makes of its signal: a decoder says "button", the home says what that button is for. */
import type { Role } from '../domain/device.ts'
import type { Signal } from '../domain/signal.ts'

/** What a button says when a finger leaves it. */
const notPressed: ReadonlySet<number | string> = new Set(['release', 'off', 'none', 'idle'])

/** The signal as this role means it. */
export function promote(signal: Signal, role: Role): Signal {
  if (signal.kind === 'button') return signal.value === radioCode ? { ...signal, ...meaningOf(role, true) } : promoteButton(signal, role)
  if (signal.kind === 'state') return { ...signal, ...meaningOf(role, signal.active === true) }
  // A pad under the mattress is sold as a contact: closed means that somebody lies on it.
  if (signal.kind === 'contact' && role === 'bed') return { ...signal, kind: 'bed', active: signal.active !== true }
  return signal
}

/** What a code of a one-way radio says: that it was sent. Its role says by what. */
const radioCode = 'rf'

const kindsOfRoles: Readonly<Partial<Record<Role, Signal['kind']>>> = {
  motion: 'motion',
  presence: 'presence',
  'front-door': 'contact',
  door: 'contact',
  bed: 'bed',
  'fall-detector': 'fall',
  smoke: 'smoke',
  gas: 'gas',
  'carbon-monoxide': 'carbon-monoxide',
  'water-leak': 'water-leak',
}

/** On or off of a device of this role; what it is of, nothing else said. A call for help has no "off". */
function meaningOf(role: Role, active: boolean): Pick<Signal, 'kind' | 'active'> {
  if (role === 'sos-button') return active ? { kind: 'sos', active } : { kind: 'heartbeat', active }
  const kind = kindsOfRoles[role]
  return { kind: kind ?? 'heartbeat', active }
}

function promoteButton(signal: Signal, role: Role): Signal {
  const action = signal.value ?? ''
  if (role === 'sos-button' && !isRelease(action)) return { ...signal, kind: 'sos', active: true }
  // A cube that says "fall" fell off the table; only a fall detector speaks of a person.
  if (role === 'fall-detector' && action === 'fall') return { ...signal, kind: 'fall', active: true, level: 'possible' }
  return signal
}

const isRelease = (action: number | string): boolean =>
  notPressed.has(action) || (typeof action === 'string' && (action.endsWith('_release') || action.endsWith('_off')))
