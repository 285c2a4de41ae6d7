/** Whether readings are accepted: on a nearly full disk telemetry is refused first, counted, and taken up again by itself. */
import type { Log } from '../../../domain/log.ts'
import type { Clock, Instant } from '../../../domain/time.ts'
import { StoreTrouble } from '../../store.ts'
import type { Space } from './messages.ts'

export type Gate = {
  /** The same rejected promise for everyone while the disk is full, else null: a flood must not cost an error each. */
  refusal(): Promise<never> | null
  /** The worker looked at the disk. */
  look(space: Space): void
  dropped(readings: number): void
  state(): { refusedSince: Instant | null; freeBytes: number; droppedReadings: number; damagedParts: number }
}

export function openGate({ clock, log }: { clock: Clock; log: Log }): Gate {
  let refusal: Promise<never> | null = null
  let refusedSince: Instant | null = null
  let freeBytes = 0
  let droppedReadings = 0
  let droppedBefore = 0
  let damagedParts = 0

  function shut(): void {
    refusedSince = clock.now()
    droppedBefore = droppedReadings
    refusal = Promise.reject(
      new StoreTrouble('disk-full', 'The disk is nearly full: telemetry is refused so that calls for help find room.'),
    )
    refusal.catch(() => {})
    log('error', 'the disk is nearly full: telemetry is refused', { freeMiB: Math.floor(freeBytes / 2 ** 20) })
  }

  function reopen(): void {
    refusal = null
    refusedSince = null
    log('info', 'there is room on the disk again: telemetry is accepted', { droppedReadings: droppedReadings - droppedBefore })
  }

  return {
    refusal: () => refusal,
    look(space) {
      freeBytes = space.freeBytes
      if (space.damaged > damagedParts)
        log('error', 'the disk has changed what telemetry wrote; those readings are lost', { parts: space.damaged })
      damagedParts = space.damaged
      if (space.full && !refusal) shut()
      if (!space.full && refusal) reopen()
    },
    dropped(readings) {
      droppedReadings += readings
    },
    state: () => ({ refusedSince, freeBytes, droppedReadings, damagedParts }),
  }
}
