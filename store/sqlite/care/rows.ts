/** From rows of the care tables to the words of the domain. */
import type { Alarm, AlarmFact, Fact, OpenAlarm } from '../../../domain/alarm.ts'
import { instant } from '../../../domain/time.ts'
import type { NoticeState, StoredNotice } from '../../store.ts'

/** A fact's body. What stands in it was written by `care.ts`, so it is trusted to have that form. */
export type Body = { body: string }

export const factOf = ({ body }: Body): Fact => JSON.parse(body)

export const alarmOf = ({ body }: Body): Alarm => (JSON.parse(body) as AlarmFact).alarm

/** The alarm of a row that was found by its deadline: only open ones have one. */
export const openAlarmOf = (row: Body): OpenAlarm => alarmOf(row) as OpenAlarm

export type NoticeRow = {
  id: string
  alarm_id: string
  subject_id: string
  site_id: string
  recipient: string
  due_at: number
  state: string
  attempts: number
  next_try_at: number
  last_error: string
}

export function noticeOf(row: NoticeRow): StoredNotice {
  return {
    id: row.id,
    alarmId: row.alarm_id,
    subjectId: row.subject_id,
    siteId: row.site_id,
    recipient: JSON.parse(row.recipient),
    dueAt: instant(row.due_at),
    state: row.state as NoticeState,
    attempts: row.attempts,
    nextTryAt: instant(row.next_try_at),
    lastError: row.last_error,
  }
}
