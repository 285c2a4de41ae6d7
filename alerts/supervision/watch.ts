/** All that supervision remembers beside the register. */
import type { SilenceRegister } from '../silence.ts'
import type { Scope } from './groups.ts'

export type Watch = {
  silence: SilenceRegister
  /** Overdue devices not announced yet, and since when, by the monotonic clock. */
  overdue: Map<number, number>
  announced: Map<number, Announced>
  areas: Map<string, Area>
  /** Alarms (subject and device, or area) that a person closed since the last tick. */
  closed: Set<string>
}

/** What was said of a device: its end must go to the same subject, also when the device has moved since. */
export type Announced = { subjectId: string; siteId: string; deviceId: string; remindAt: number }

export type Area = {
  /** `area:<gateway, building or site>` */
  subjectId: string
  siteId: string
  deviceId: string | null
  level: Scope['level']
  /** Device numbers still silent. */
  members: Set<number>
  /** Most homes it ever held: what "most are back" is measured by. */
  peak: number
  homesLeft: number
  /** Read by the monotonic clock, in milliseconds: when it last gained, when it last lost a member, when it was last told. */
  grownAt: number
  returnedAt: number
  toldAt: number
  change: 'none' | 'shrunk' | 'grown'
  /** Since when, by the wall clock, and whether somebody was asked to call its homes. */
  since: number
  isCallAsked: boolean
  /** When a person closed the alarm although homes are still silent: when to say so again. */
  remindAt: number
}
