/** What everybody may know about the platform's health: codes and sentences, and the banner of the wall. */
import type { Clock, Instant } from '../../domain/time.ts'
import { seconds } from '../../domain/time.ts'
import type { PlatformHealth } from './needs.ts'

/** The parts that know something about it. */
export type Watched = {
  database: { health(): { fullSince: Instant | null; slowSince: Instant | null } }
  readings: { health(): { refusedSince: Instant | null } }
  /** Null when telemetry stays in the embedded store. */
  influx?: { health(): RemoteHealth } | null
  audit: { findings(): readonly { kind: string; message: string }[] }
  /** Absent: nobody checks that every site is attended. */
  dutyWatch?: { findings(): readonly { kind: string; message: string }[] }
  timekeeper: { lastTickAt(): number | null }
  /** Absent: no watcher is told that we are alive. */
  lifeSign?: { withheld(): { message: string } | null }
  clock: Clock
}

/** How the time-series server takes what is sent to it. */
type RemoteHealth = {
  state: 'starting' | 'sending' | 'away' | 'operator'
  sentence: string
  since: Instant | null
  waitingReadings: number
  droppedReadings: number
  /** Since when readings are being dropped for lack of room; null: none are. */
  droppingSince: Instant | null
}

/** The timekeeper looks once a second; later than this, deadlines are not being watched. */
const tickLateMax = seconds(10)

export function healthOf({ database, readings, influx, audit, timekeeper, lifeSign, dutyWatch, clock }: Watched): PlatformHealth {
  const { fullSince, slowSince } = database.health()
  const { refusedSince } = readings.health()
  const remote = influx?.health() ?? null
  const late = clock.elapsed() - (timekeeper.lastTickAt() ?? clock.elapsed()) > tickLateMax
  const reasons = [
    ...(fullSince ? [{ code: 'disk-full', message: 'The disk is full; calls for help are recorded on the reserve.' }] : []),
    ...(refusedSince ? [{ code: 'telemetry-refused', message: 'Readings are refused until the disk has room again.' }] : []),
    ...(slowSince ? [{ code: 'storage-slow', message: 'Commits take longer than a second.' }] : []),
    ...(late ? [{ code: 'timekeeper-late', message: 'Deadlines are not being watched.' }] : []),
    ...remoteReasons(remote),
    ...[lifeSign?.withheld() ?? []]
      .flat()
      .map(({ message }) => ({ code: 'life-sign-withheld', message: `The watcher gets no sign of life: ${message}` })),
    ...[...audit.findings(), ...(dutyWatch?.findings() ?? [])].map(({ kind, message }) => ({ code: kind, message })),
  ]
  const banner =
    (fullSince && ({ kind: 'disk-full', since: fullSince } as const)) ||
    (refusedSince && ({ kind: 'telemetry-refused', since: refusedSince } as const)) ||
    remoteBanner(remote) ||
    (slowSince && ({ kind: 'storage-slow', since: slowSince } as const)) ||
    null
  return { reasons, banner }
}

function remoteReasons(remote: RemoteHealth | null): PlatformHealth['reasons'] {
  if (!remote) return []
  const { state, sentence, waitingReadings, droppedReadings } = remote
  const waiting = `${sentence} ${waitingReadings} readings wait on this machine.`
  return [
    ...(state === 'away' ? [{ code: 'influx-away', message: waiting }] : []),
    ...(state === 'operator' ? [{ code: 'influx-refused', message: waiting }] : []),
    ...(droppedReadings > 0
      ? [{ code: 'telemetry-dropped', message: `${droppedReadings} readings were dropped because they could not be sent in time.` }]
      : []),
  ]
}

/** Away alone is no banner: nothing is lost and nobody need do anything yet. */
function remoteBanner(remote: RemoteHealth | null): PlatformHealth['banner'] {
  if (remote?.droppingSince) return { kind: 'telemetry-dropped', since: remote.droppingSince }
  return remote?.state === 'operator' && remote.since ? { kind: 'influx-refused', since: remote.since } : null
}
