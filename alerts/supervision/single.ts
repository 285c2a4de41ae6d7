/** The words for one device that fell silent, and for its return. */
import type { CareEventDraft } from '../../domain/event.ts'
import type { Instant } from '../../domain/time.ts'
import { deviceFlag, deviceState, silentSince } from '../silence/devices.ts'
import type { Moment } from './listening.ts'
import type { Announced, Watch } from './watch.ts'

/** Marks the device declared and says so. */
export function deviceTroubled(watch: Watch, device: number, { now, elapsed }: Moment): CareEventDraft {
  const { devices, residents } = watch.silence
  const deviceId = devices.ids[device] ?? ''
  const subjectId = residents.ids[devices.resident[device] ?? 0] || `area:${deviceId}`
  const siteId = devices.places[devices.place[device] ?? 0]?.siteId ?? ''
  const again = watch.announced.get(device)
  const since = silentSince(devices, device, now)
  devices.state[device] = deviceState.declared
  watch.overdue.delete(device)
  watch.announced.set(device, { subjectId, siteId, deviceId, remindAt: Number.POSITIVE_INFINITY })
  return {
    kind: 'device-troubled',
    ...{ subjectId, siteId, at: now, deviceId, room: devices.rooms[device] ?? '', reason: 'device-silent' },
    causeId: again && elapsed >= again.remindAt ? `silent:${deviceId}:${since}:${now}` : `silent:${deviceId}:${since}`,
    ...{ claimedAt: null, unreadable: false },
    detail: {
      role: roleOf(devices.flags[device] ?? 0),
      silentSince: devices.heardAt.values[device] ?? 0,
      heartbeatSeconds: devices.heartbeat[device] ?? 0,
    },
  }
}

/** What the rule of troubles must know: without these nobody in the home can call. */
function roleOf(flags: number): string {
  if (flags & deviceFlag.button) return 'sos-button'
  return flags & deviceFlag.terminal ? 'terminal' : 'other'
}

export function deviceCleared({ subjectId, siteId, deviceId }: Announced, at: Instant): CareEventDraft {
  return { kind: 'condition-cleared', subjectId, siteId, at, reason: 'device-silent', deviceId }
}
