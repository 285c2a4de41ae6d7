/** Which conditions stand (battery low, smoke, mains lost …), so that only their beginning and end reach the desk, not every report between. */
import type { Reason } from '../domain/alarm.ts'
import { days, type Instant, minutes, type Span } from '../domain/time.ts'

/** What is still reported after this long is told again: whoever closed its alarm meanwhile was too early. An open alarm takes no notice. */
export const remindOfDangerAfter = minutes(10)
export const remindOfTroubleAfter = days(1)

export type Standing = { deviceId: string; reason: Reason }

export type Conditions = {
  /** True when this is news; news again when it still stands after `remindAfter`. */
  begin(standing: Standing, at: Instant, remindAfter: Span): boolean
  /** True when it stood until now. */
  end(standing: Standing): boolean
  stands(standing: Standing): boolean
}

/** `standing`: the conditions of alarms still open at `at`, so that a restart neither tells them again nor misses their end. */
export function openConditions(standing: readonly Standing[], at: Instant): Conditions {
  const told = new Map<string, Instant>()
  const keyOf = ({ deviceId, reason }: Standing) => `${deviceId}\n${reason}`
  for (const entry of standing) told.set(keyOf(entry), at)
  return {
    begin(entry, at, remindAfter) {
      const key = keyOf(entry)
      const former = told.get(key)
      if (former !== undefined && at < former + remindAfter) return false
      told.set(key, at)
      return true
    },
    end: (entry) => told.size > 0 && told.delete(keyOf(entry)),
    stands: (entry) => told.size > 0 && told.has(keyOf(entry)),
  }
}
