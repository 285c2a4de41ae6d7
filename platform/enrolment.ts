/** Enrolment, joined: devices that wait and what is proven, their lives, technicians' visits, and the end of each change of credentials. */
import { startEnrolment } from '../ingest/enrolment.ts'
import { startRotations } from '../ingest/enrolment-rotation.ts'
import { openEnrolmentStore } from '../store/sqlite/enrolment.ts'
import { openLifeStore } from '../store/sqlite/enrolment-life.ts'
import { openVisitStore } from '../store/sqlite/enrolment-visits.ts'
import type { Behind } from './devices.ts'
import type { PartOptions } from './options.ts'

export function openEnrolment(
  { clock, log }: Pick<PartOptions, 'clock' | 'log'>,
  { database, directory }: Pick<Behind, 'database' | 'directory'>,
) {
  const store = { ...openEnrolmentStore(database), ...openLifeStore(database) }
  const enrolment = startEnrolment({ store, visits: openVisitStore(database), clock, log })
  const rotations = startRotations({ lives: enrolment, directory, clock, log })
  const stop = async () => {
    await rotations.stop()
    await enrolment.stop()
  }
  return { enrolment, renewed: rotations.renewed, stop }
}
