/** What the dashboard is given for enrolment. */
import type { Role } from '../../domain/device.ts'
import type { DeviceProof, NewDevice, TestWalk } from '../../domain/enrolment.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { Audit } from './audit.ts'

export type EnrolmentNeeds = { enrolment: EnrolmentParts; directory: Directory; audit: Audit; clock: Clock }

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
  begin(walk: { residentId: string; by: string; minutes: number }): TestWalk
  end(residentId: string): boolean
  of(residentId: string): TestWalk | null
}
