/** Rings sirens and beacons, and hushes those that rang as soon as somebody has the alarm. A siren that hears no hush falls silent by itself. */
import type { Alarm, Fact } from '../domain/alarm.ts'
import type { Reply } from '../domain/message.ts'
import type { Clock, Span } from '../domain/time.ts'

/** One order to a siren, as the channel gives it. */
export type Ring = { id: string; deviceId: string; alarmId: string; lasts: Span }

export type SirensNeeds = {
  post: {
    order: (reply: Reply, signal: AbortSignal) => Promise<boolean>
    owe: (reply: Reply) => void
  }
  clock: Pick<Clock, 'now'>
}

/** Alarms whose sirens are remembered; those of an older one fall silent by themselves. */
const ringingMost = 1_000

export function openSirens({ post, clock }: SirensNeeds) {
  /** Alarm → the sirens that were told to ring for it. */
  const ringing = new Map<string, Set<string>>()

  function hush(alarm: Alarm): void {
    for (const deviceId of ringing.get(alarm.id) ?? []) {
      const at = clock.now()
      post.owe({ id: `${alarm.id}:hush:${deviceId}:${at}`, deviceId, kind: 'hush', alarmId: alarm.id, at })
    }
    ringing.delete(alarm.id)
  }
  return {
    /** True when the siren acknowledged. */
    ring({ id, deviceId, alarmId, lasts }: Ring, signal: AbortSignal): Promise<boolean> {
      const devices = ringing.get(alarmId) ?? new Set()
      ringing.set(alarmId, devices.add(deviceId))
      if (ringing.size > ringingMost) ringing.delete(ringing.keys().next().value ?? '')
      const seconds = Math.ceil(lasts / 1_000)
      return post.order({ id: `${id}:ring:${deviceId}`, deviceId, kind: 'ring', alarmId, at: clock.now(), seconds }, signal)
    },
    tell(facts: readonly { fact: Fact }[]): void {
      for (const { fact } of facts) {
        if (fact.kind === 'alarm-acknowledged' || fact.kind === 'alarm-resolved') hush(fact.alarm)
      }
    },
  }
}
