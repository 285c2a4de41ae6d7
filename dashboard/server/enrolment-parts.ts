/** What the dashboard is given for enrolment. */
import type { Silence } from '../../alerts/silence.ts'
import type { Role } from '../../domain/device.ts'
import type { ClockOff } from '../../domain/drift.ts'
import type { DeviceProof, NewDevice, TestWalk } from '../../domain/enrolment.ts'
import type { CarryOut, DeviceLife, DeviceNote, LifeLine } from '../../domain/enrolment-life.ts'
import type { ReminderStore } from '../../domain/enrolment-reminders.ts'
import type { VisitStore } from '../../domain/enrolment-visits.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { VendorLogin, VendorName } from '../../domain/vendor-login.ts'
import type { AuditLine, Directory, HistoryStore } from '../../store/store.ts'
import type { Audit } from './audit.ts'

/** What the life of devices needs besides. */
export type DeviceNeeds = EnrolmentNeeds & {
  silence: Silence
  history: HistoryStore
  newDeviceToken: (deviceId: string, line: AuditLine) => Promise<string>
  /** Where devices connect to; absent: nobody knows. */
  mqtt?: () => { port: number; secure: boolean }
}

export type EnrolmentNeeds = { enrolment: EnrolmentParts; directory: Directory; audit: Audit; clock: Clock }

/** Logins by other platforms' formulas. Who loses theirs is cut off. */
export type VendorDesk = {
  of(deviceId: string): VendorLogin | null
  /** Two secrets of one name are valid, the newest ones. False when the name is another device's. */
  put(login: VendorName & { deviceId: string; secret: Uint8Array }, line: AuditLine): Promise<boolean>
  /** False when there was none. */
  remove(deviceId: string, line: AuditLine): Promise<boolean>
}

type Of = Pick<NewDevice, 'gatewayId' | 'key'>

export type EnrolmentParts = {
  all(): readonly NewDevice[]
  find(of: Of): NewDevice | undefined
  /** What else its gateway calls it. */
  otherName(of: Of): string | undefined
  forget(of: Of): void
  /** Out of sight for a day. */
  hide(of: Of, at: Instant): void
  isHidden(of: Of, at: Instant): boolean
  guess(device: NewDevice): Role | null
  /** Durable when resolved: from now on this device must be proven before it is armed. */
  claimed(deviceId: string): Promise<void>
  proof(deviceId: string): DeviceProof | undefined
  /** Devices that were proven or owe a proof. */
  proofIds(): readonly string[]
  begin(walk: { residentId: string; by: string; minutes: number }): TestWalk
  end(residentId: string): boolean
  of(residentId: string): TestWalk | null
  life(deviceId: string): DeviceLife
  note(deviceId: string): DeviceNote
  clockOff(deviceId: string): ClockOff | null
  /** What changes of its life and the line that says why, with the one of the record: all are durable when resolved, or none. */
  live(deviceId: string, change: Partial<DeviceLife>, line: Omit<LifeLine, 'deviceId' | 'at'> & { record?: AuditLine }): Promise<DeviceLife>
  carryOut: CarryOut
  describe(deviceId: string, told: Partial<Pick<DeviceNote, 'vendor' | 'model' | 'firmware'>>): void
  historyOf(deviceId: string, limit: number): Promise<readonly LifeLine[]>
  historyIn(residentId: string, limit: number): Promise<readonly LifeLine[]>
  visits: VisitStore
  /** Who is asked once a week for a test press; absent: nobody is. */
  reminders?: ReminderStore
}
