/** One way to reach people. A channel says what became of a letter; when to try again is the outbox's decision. */
import type { Alarm, AlarmKind, Priority, Reason, Recipient } from '../../domain/alarm.ts'
import type { Instant, Span } from '../../domain/time.ts'
import type { StoredNotice } from '../../store/store.ts'

/** What a channel may tell. Ids and kinds only: a name or an address never leaves the platform by default. */
export type Letter = {
  /** The idempotency key: the same letter sent again has the same id. */
  id: string
  alarmId: string
  subjectId: string
  siteId: string
  kind: AlarmKind
  reason: Reason
  priority: Priority
  state: Alarm['state']
  presses: number
  raisedAt: Instant
  /** When this call became due. */
  dueAt: Instant
  /** 1 for the first try. */
  attempt: number
  recipient: Recipient
  /** The recipient works here: what it leads to is the wall. */
  isToStaff?: true
  /** No alarm at all: these very words. */
  plain?: Plain
}

/** An ordinary message. `pushId`: to this browser alone. */
export type Plain = { title: string; body: string; link: string; pushId?: string }

/** Channels that carry any words; the others speak by templates, or ring a bell. */
export const plainChannels: ReadonlySet<string> = new Set(['push', 'email', 'sms-twilio'])

export type Sent =
  /** `reference`: what the provider calls it, and will name in its receipts. */
  | { outcome: 'delivered'; why: ''; reference?: string }
  /**
   * It may work later; `retryAfter` is what the other side asked for. `busy`: it asked that of the whole channel, not of this letter
   * alone. `held`: our own limit kept it, and nothing was tried.
   */
  | { outcome: 'retry'; why: string; retryAfter?: Span; busy?: true; held?: true }
  /** It will not work later either. `broken`: not for anybody, until somebody mends the channel's key, template or address. */
  | { outcome: 'refused'; why: string; broken?: true }

export type Channel = {
  /** What plans call it. */
  name: string
  /** Never throws. When `signal` is aborted it ends soon, with `retry`. `why` holds no address, secret or name. */
  send(letter: Letter, signal: AbortSignal): Promise<Sent>
  /** Only on channels that reach one person: whether it can reach the letter's, as far as is known. Throws what the stores throw. */
  reaches?(letter: Letter): Promise<boolean>
}

export const delivered: Sent = { outcome: 'delivered', why: '' }

export function letterOf(notice: StoredNotice, alarm: Alarm): Letter {
  const { id: alarmId, subjectId, siteId, kind, reason, priority, state, presses, raisedAt } = alarm
  const { id, recipient, dueAt } = notice
  return {
    id,
    alarmId,
    subjectId,
    siteId,
    kind,
    reason,
    priority,
    state,
    presses,
    raisedAt,
    dueAt,
    attempt: notice.attempts + 1,
    recipient,
    ...(recipient.label === 'supervisor' && { isToStaff: true as const }),
  }
}
