/** Enrolment, joined: devices that wait and what is proven, their lives, technicians' visits, and the end of each change of credentials. */
import { startTestReminders } from '../alerts/supervision/test-reminders.ts'
import { startEnrolment } from '../ingest/enrolment.ts'
import { startClockWatch } from '../ingest/enrolment-clock.ts'
import { startRotations } from '../ingest/enrolment-rotation.ts'
import { openEnrolmentStore } from '../store/sqlite/enrolment.ts'
import { openLifeStore } from '../store/sqlite/enrolment-life.ts'
import { openReminderStore } from '../store/sqlite/enrolment-reminders.ts'
import { openVisitStore } from '../store/sqlite/enrolment-visits.ts'
import type { Alerts } from './alerts.ts'
import type { PartOptions } from './options.ts'
import type { Storage } from './storage.ts'

type Needs = Pick<PartOptions, 'clock' | 'log' | 'config'>
type Parts = Pick<Storage, 'database' | 'directory'> & Pick<Alerts, 'desk' | 'openAlarms' | 'post'>

export function openEnrolment({ clock, log, config }: Needs, { database, directory, desk, openAlarms, post }: Parts) {
  const store = { ...openEnrolmentStore(database), ...openLifeStore(database) }
  const enrolment = startEnrolment({ store, visits: openVisitStore(database), clock, log })
  const rotations = startRotations({ lives: enrolment, directory, clock, log })
  const wrong = openAlarms.filter(({ reason }) => reason === 'clock-wrong')
  const told = wrong.flatMap(({ causes }) => causes[0]?.deviceId ?? [])
  const clocks = startClockWatch({ lives: enrolment, directory, desk, clock, log, told })
  const reminders = openReminderStore(database)
  const hour = config.ANLING_TEST_REMINDER_HOUR < 0 ? null : config.ANLING_TEST_REMINDER_HOUR
  const provenAt = (deviceId: string) => enrolment.proof(deviceId)?.provenAt ?? null
  const weekly = startTestReminders({ directory, store: reminders, provenAt, owe: post.owe, hour, clock, log })
  const stop = async () => {
    await weekly.stop()
    await clocks.stop()
    await rotations.stop()
    await enrolment.stop()
  }
  return { enrolment: { ...enrolment, reminders }, renewed: rotations.renewed, stop }
}
