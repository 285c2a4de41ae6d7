/** What everybody may know about the platform's health: codes and sentences, and the banner of the wall. */
import type { Clock, Instant } from '../../domain/time.ts'
import { seconds } from '../../domain/time.ts'
import type { PlatformHealth } from './needs.ts'

/** The parts that know something about it. */
export type Watched = {
  database: { health(): { fullSince: Instant | null; slowSince: Instant | null } }
  readings: { health(): { refusedSince: Instant | null } }
  audit: { findings(): readonly { kind: string; message: string }[] }
  timekeeper: { lastTickAt(): number | null }
  clock: Clock
}

/** The timekeeper looks once a second; later than this, deadlines are not being watched. */
const tickLateMax = seconds(10)

export function healthOf({ database, readings, audit, timekeeper, clock }: Watched): PlatformHealth {
  const { fullSince, slowSince } = database.health()
  const { refusedSince } = readings.health()
  const late = clock.elapsed() - (timekeeper.lastTickAt() ?? clock.elapsed()) > tickLateMax
  const reasons = [
    ...(fullSince ? [{ code: 'disk-full', message: 'The disk is full; calls for help are recorded on the reserve.' }] : []),
    ...(refusedSince ? [{ code: 'telemetry-refused', message: 'Readings are refused until the disk has room again.' }] : []),
    ...(slowSince ? [{ code: 'storage-slow', message: 'Commits take longer than a second.' }] : []),
    ...(late ? [{ code: 'timekeeper-late', message: 'Deadlines are not being watched.' }] : []),
    ...audit.findings().map(({ kind, message }) => ({ code: kind, message })),
  ]
  const banner =
    (fullSince && ({ kind: 'disk-full', since: fullSince } as const)) ||
    (refusedSince && ({ kind: 'telemetry-refused', since: refusedSince } as const)) ||
    (slowSince && ({ kind: 'storage-slow', since: slowSince } as const)) ||
    null
  return { reasons, banner }
}
