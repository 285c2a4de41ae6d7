/** Which conditions stand (battery low, smoke, mains lost …), so that only their beginning and end reach the desk, not every report between. */
import type { Reason } from '../domain/alarm.ts'
import { type Instant, minutes } from '../domain/time.ts'

/** A danger that is reported again is told again after this long: whoever closed the alarm meanwhile was too early. */
export const remindAfter = minutes(10)

export type Standing = { deviceId: string; reason: Reason }

export type Conditions = {
  /** True when this is news. `remind`: news again after `remindAfter`. */
  begin(standing: Standing, at: Instant, remind: boolean): boolean
  /** True when it stood until now. */
  end(standing: Standing): boolean
  stands(standing: Standing): boolean
}

/** `standing`: the conditions of alarms still open, so that a restart neither tells them again nor misses their end. */
export function openConditions(standing: readonly Standing[]): Conditions {
  const told = new Map<string, Instant>()
  const keyOf = ({ deviceId, reason }: Standing) => `${deviceId}\n${reason}`
  for (const entry of standing) told.set(keyOf(entry), 0 as Instant)
  return {
    begin(entry, at, remind) {
      const key = keyOf(entry)
      const former = told.get(key)
      if (former !== undefined && !(remind && at >= former + remindAfter)) return false
      told.set(key, at)
      return true
    },
    end: (entry) => told.size > 0 && told.delete(keyOf(entry)),
    stands: (entry) => told.size > 0 && told.has(keyOf(entry)),
  }
}
