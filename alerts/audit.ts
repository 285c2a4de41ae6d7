/** Proves every few seconds, from the store alone, that nobody waits in vain. What it finds is our fault or our machine's, and is said aloud. */
import { dueAt, type OpenAlarm } from '../domain/alarm.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { after, between, type Clock, type Instant, milliseconds, minutes, seconds } from '../domain/time.ts'
import type { CareStore, StoredNotice } from '../store/store.ts'
import { leaseOf, waitOf } from './rules/ring.ts'
import { within } from './within.ts'

export type AuditNeeds = { store: Pick<CareStore, 'openAlarms' | 'owedNotices'>; clock: Clock; log: Log }

/** One person, or one call, that may be waiting in vain. */
export type Finding = {
  kind: 'deadline-missed' | 'deadline-out-of-reach' | 'call-not-tried' | 'call-not-delivered' | 'store-not-answering'
  message: string
  alarmId: string | null
}

export type Audit = {
  /** What the last look found; empty is good. */
  findings(): readonly Finding[]
  /** Looks now. */
  look(): Promise<readonly Finding[]>
  stop(): void
}

const lookEvery = seconds(10)
const patience = seconds(10)
/** The timekeeper looks once a second; this is how late it may be in a storm. */
const deadlineLateMax = seconds(10)
/** A try that is due is made at once, or when its channel has room. */
const tryLateMax = seconds(60)
/** A call that still was not delivered by then is not a hiccup any more. */
const callAgeMax = minutes(5)
/** Longest wait between two tries that the outbox sets. */
const retryWaitMax = minutes(5)
const callsLookedAt = 5_000
const findingsKept = 100

/** Starts looking every ten seconds. */
export function startAudit(needs: AuditNeeds): Audit {
  let found: readonly Finding[] = []
  let looking: Promise<readonly Finding[]> | null = null
  const look = () => {
    looking ??= lookOnce(needs).then((now) => {
      report(needs, found, now)
      found = now
      looking = null
      return now
    })
    return looking
  }
  const stop = needs.clock.every(lookEvery, () => void look())
  return { findings: () => found, look, stop }
}

async function lookOnce({ store, clock }: AuditNeeds): Promise<readonly Finding[]> {
  try {
    const now = clock.now()
    const [alarms, calls] = await within({ clock, limit: patience, what: 'The store' }, () =>
      Promise.all([store.openAlarms('all'), store.owedNotices(after(now, retryWaitMax), callsLookedAt)]),
    )
    return [...alarms.flatMap((alarm) => aboutAlarm(alarm, now)), ...calls.flatMap((call) => aboutCall(call, now))].slice(0, findingsKept)
  } catch (error) {
    return [{ kind: 'store-not-answering', message: `The store did not answer: ${sentenceOf(error)}`, alarmId: null }]
  }
}

/** Every open alarm must be looked at again, soon enough: raised ones climb, acknowledged ones come back. */
function aboutAlarm(alarm: OpenAlarm, now: Instant): readonly Finding[] {
  const late = between(dueAt(alarm), now)
  const set = alarm.state === 'raised' ? waitOf(alarm) : leaseOf(alarm.plan)
  if (late > deadlineLateMax) {
    return [{ kind: 'deadline-missed', message: `Nobody looked after its deadline, ${Math.round(late / 1_000)} s ago.`, alarmId: alarm.id }]
  }
  // `!(…)` also catches a deadline that is not a number at all.
  if (!(-late <= milliseconds(set + deadlineLateMax))) {
    return [{ kind: 'deadline-out-of-reach', message: 'Its deadline lies further ahead than any is ever set.', alarmId: alarm.id }]
  }
  return []
}

function aboutCall({ alarmId, recipient, dueAt: owedSince, nextTryAt }: StoredNotice, now: Instant): readonly Finding[] {
  if (between(nextTryAt, now) > tryLateMax) {
    return [{ kind: 'call-not-tried', message: `A call by ${recipient.channel} is due and nobody makes it.`, alarmId }]
  }
  if (between(owedSince, now) > callAgeMax) {
    return [{ kind: 'call-not-delivered', message: `A call by ${recipient.channel} could not be delivered for minutes.`, alarmId }]
  }
  return []
}

/** Says each finding once when it appears, and once that all is well again. */
function report({ log }: AuditNeeds, before: readonly Finding[], now: readonly Finding[]): void {
  const said = new Set(before.map(keyOf))
  for (const finding of now.filter((each) => !said.has(keyOf(each)))) {
    log('error', `Somebody may be waiting in vain: ${finding.message}`, { kind: finding.kind, alarm: finding.alarmId ?? '' })
  }
  if (before.length > 0 && now.length === 0) log('info', 'Nobody is waiting in vain any more')
}

const keyOf = (finding: Finding): string => `${finding.kind} ${finding.alarmId}`
