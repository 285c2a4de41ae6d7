/** The server's own watchdog over the screens: if nobody has painted a priority-1 press within 3 seconds, the desk hears of it and the plan moves on. */
import type { Desk } from '../../alerts/desk.ts'
import type { Alarm } from '../../domain/alarm.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, milliseconds, seconds } from '../../domain/time.ts'
import type { WallAlarm } from '../contracts.ts'
import { covers, type Scope } from './access.ts'
import type { Told } from './stream.ts'

export type Receipt = { alarmId: string; presses: number }

export type Receipts = {
  /** After a start: every open priority-1 alarm nobody has answered must be painted again, once the screens had time to come back. */
  begin(): void
  /** Facts that are about to be sent to the screens. */
  told(facts: readonly Told[]): void
  painted(receipt: Receipt, scope: Scope): void
  sounded(receipt: Receipt, scope: Scope): void
  /** `waiting`: priority-1 presses that no screen has painted yet. */
  counts(): { painted: number; sounded: number; unpainted: number; waiting: number }
  stop(): void
}

export type ReceiptNeeds = {
  desk: Desk
  clock: Clock
  log: Log
  open: () => ReadonlyMap<string, WallAlarm>
  /** A screen that may see this alarm has painted it. */
  onPainted?: (alarmId: string) => void
}

export const paintWithin = seconds(3)
const afterStart = seconds(10)
const lookEvery = milliseconds(250)

/** One press (or its repetition) that a screen must paint. `noticed`: the desk knows that nobody did. */
type Expected = { alarm: Alarm; dueAt: number; noticed: boolean; asking: boolean }

export function openReceipts({ desk, clock, log, open, onPainted }: ReceiptNeeds): Receipts {
  const expected = new Map<string, Expected>()
  const counts = { painted: 0, sounded: 0, unpainted: 0 }
  const fresh = (alarm: Alarm, within: number): Expected => ({ alarm, dueAt: clock.elapsed() + within, noticed: false, asking: false })
  const notice = async (one: Expected) => {
    const { id, subjectId, siteId } = one.alarm
    one.asking = true
    try {
      await desk.handle({ kind: 'unpainted-noticed', subjectId, siteId, at: clock.now(), alarmId: id })
      one.noticed = true
      counts.unpainted += 1
      log('warn', 'No screen has painted a priority-1 alarm in time.', { alarmId: id, presses: one.alarm.presses })
    } catch (error) {
      log('error', 'The desk could not record that an alarm is unpainted; it is told again.', { alarmId: id, why: sentenceOf(error) })
    } finally {
      one.asking = false
    }
  }
  const look = () => {
    for (const one of expected.values()) if (!one.noticed && !one.asking && one.dueAt <= clock.elapsed()) void notice(one)
  }
  const stop = clock.every(lookEvery, look)
  return {
    stop,
    begin() {
      for (const { alarm } of open().values()) {
        // What the desk was told before the restart it need not be told again.
        const known = alarm.detail.unpaintedAtPress === alarm.presses
        if (alarm.priority === 1 && alarm.state === 'raised') expected.set(alarm.id, { ...fresh(alarm, afterStart), noticed: known })
      }
    },
    told(facts) {
      for (const { live } of facts) {
        const alarm = live.alarm?.alarm
        // A person has it: that somebody saw it is proven better than by any receipt.
        if (alarm && (alarm.state === 'resolved' || live.kind === 'alarm-acknowledged')) expected.delete(alarm.id)
        if (alarm?.priority === 1 && isPress(live.kind)) expected.set(alarm.id, fresh(alarm, paintWithin))
      }
    },
    painted({ alarmId, presses }, scope) {
      if (!mayReceipt(open(), alarmId, scope)) return
      counts.painted += 1
      onPainted?.(alarmId)
      if (presses >= (expected.get(alarmId)?.alarm.presses ?? Number.POSITIVE_INFINITY)) expected.delete(alarmId)
    },
    sounded({ alarmId }, scope) {
      if (mayReceipt(open(), alarmId, scope)) counts.sounded += 1
    },
    counts: () => ({ ...counts, waiting: expected.size }),
  }
}

const isPress = (kind: Told['live']['kind']): boolean => kind === 'alarm-raised' || kind === 'alarm-repeated'

/** Only a screen that may see the alarm can have painted it. */
function mayReceipt(open: ReadonlyMap<string, WallAlarm>, alarmId: string, scope: Scope): boolean {
  const known = open.get(alarmId)
  return known !== undefined && covers(scope, known.alarm.siteId)
}
