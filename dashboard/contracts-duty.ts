/** What the server and the screens say to each other about 值班: rotas, who is on duty, and what one shift tells the next. Types only. */
import type { Alarm, Reason } from '../domain/alarm.ts'
import type { DutyException, Shift, Turn } from '../domain/duty.ts'
import type { Instant } from '../domain/time.ts'

/*
 *   GET  /api/duty → DutyNow                                     POST /api/duty/:siteId/notes NoteText → ShiftNote
 *   GET  /api/duty/:siteId?from=2026-11-16 → DutyWeek            POST /api/duty/notes/:id/read → 204, 403 own-note, 409 already-read
 *   GET  /api/duty/:siteId/notes → ShiftNote[], newest first     PUT  /api/duty/:siteId/people/:id PersonReach → DutyPerson
 *   PUT  /api/duty/:siteId/shifts/:id ShiftDraft → Shift         DELETE /api/duty/:siteId/shifts/:id → 204, with its exceptions
 *   GET  /api/me/reach → OwnReach                                PUT  /api/me/reach OwnReach without `offered` → OwnReach
 *   PUT  /api/duty/:siteId/exceptions/:id ExceptionDraft → DutyException         DELETE /api/duty/:siteId/exceptions/:id → 204
 */

/** How far up somebody was found who looks after an unmanned site (`detail.level` of the alarm). */
export type Level = 'street' | 'district' | 'city' | 'elsewhere' | 'nobody'

/** An alarm that was open when the note was written, as it stands now. */
export type NotedAlarm = { alarmId: string; reason: Reason; state: Alarm['state']; title: string }
/** `callBacks`: calls owed at the site now. */
export type ShiftNote = {
  id: string
  siteId: string
  siteName: string
  timeZone: string
  byName: string
  at: Instant
  text: string
  alarms: readonly NotedAlarm[]
  callBacks: number
  /** This reader is of the shift it was written for. */
  mayRead: boolean
  readByName: string
  readAt: Instant | null
}
export type NoteText = { text: string }

/** Sites with a rota or with something unread. `people` are display names; `isMine`: whoever asks is one of them. */
export type DutyNow = {
  sites: readonly {
    siteId: string
    siteName: string
    timeZone: string
    hasRota: boolean
    turns: readonly { name: string; until: Instant; people: readonly string[]; isMine: boolean }[]
    notes: readonly ShiftNote[]
  }[]
}

/** Somebody who may be on duty here. `ways`: the channels that would reach them now, the first first. `mayEdit`: whoever asks may say how. */
export type DutyPerson = { id: string; name: string; phone: string; email: string; ways: readonly string[]; mayEdit: boolean }
export type PersonReach = { phone: string; email: string }
/** How somebody of the staff is reached on duty; minutes after midnight by the clock of the alarm's site. `offered`: the ways there are, only in answers. */
export type OwnReach = PersonReach & {
  day: readonly string[]
  night: readonly string[]
  nightHours: { from: number; until: number }
  quiet: { from: number; until: number } | null
  offered: readonly string[]
}

/** Seven local days from Monday. `now`: user ids. `isWatched`: a desk is on watch for this site and can ring. */
export type DutyWeek = {
  siteId: string
  timeZone: string
  today: string
  days: readonly string[]
  shifts: readonly Shift[]
  exceptions: readonly DutyException[]
  turns: readonly Turn[]
  people: readonly DutyPerson[]
  now: readonly string[]
  isWatched: boolean
}
export type ShiftDraft = Omit<Shift, 'id' | 'siteId'>
export type ExceptionDraft = Omit<DutyException, 'id' | 'siteId'>

/** To whom an alarm may be given; two of them may have one name. */
export type Colleague = { id: string; displayName: string }
/** By the id of the account, or by a name that only one of them has. */
export type HandOverRequest = ({ toId: string } | { to: string }) & { text?: string }
