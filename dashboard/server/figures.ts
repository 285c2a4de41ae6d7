/** The figures of the day, learned from the stream of facts and, after a restart, from the store. */
import type { Outcome } from '../../domain/alarm.ts'
import type { DeviceProof } from '../../domain/enrolment.ts'
import { before, type Clock, days, hours, type Instant, latest } from '../../domain/time.ts'
import type { CareStore, StoredFact } from '../../store/store.ts'
import type { Snapshot } from '../contracts.ts'
import { covers, type Scope } from './access.ts'

export type Zones = (siteId: string) => string

export type Figures = {
  /** Reads back the day so far: at most the last 20,000 facts. */
  recall(): Promise<void>
  learn(fact: StoredFact): void
  /** Today in each site's own time zone. */
  today(scope: Scope, zoneOf: Zones): Snapshot['today']
  /** How many of these SOS buttons were pressed, tested or otherwise proven in the last 30 days: everywhere the same number. */
  proven(deviceIds: readonly string[]): number
}

const lookBack = hours(36)
const provenFor = days(30)
const resolvedMax = 5_000
const recallPage = 1_000
const recallPages = 20

type Closed = { siteId: string; at: Instant; outcome: Outcome }
type Answered = { siteId: string; at: Instant; seconds: number }

export type FiguresNeeds = {
  store: CareStore
  clock: Clock
  /** When a device last showed that it does its duty, as the device board has it; absent: only presses are counted. */
  proofOf?: (deviceId: string) => DeviceProof | undefined
}

export function openFigures({ store, clock, proofOf }: FiguresNeeds): Figures {
  const closed = new Map<string, Closed>()
  const answered = new Map<string, Answered>()
  const pressed = new Map<string, Instant>()
  const press = (deviceId: string, at: Instant) => void pressed.set(deviceId, latest(at, pressed.get(deviceId) ?? at))
  const learn = ({ fact }: StoredFact) => {
    if (fact.kind === 'test-pressed') return press(fact.deviceId, fact.at)
    const { alarm } = fact
    const button = alarm.kind === 'sos' ? alarm.causes.at(-1)?.deviceId : null
    if (button && (fact.kind === 'alarm-raised' || fact.kind === 'alarm-repeated')) press(button, fact.at)
    if (alarm.state === 'resolved') closed.set(alarm.id, { siteId: alarm.siteId, at: alarm.at, outcome: alarm.outcome })
    if (fact.kind === 'alarm-acknowledged' && !answered.has(alarm.id)) {
      answered.set(alarm.id, { siteId: alarm.siteId, at: fact.at, seconds: (fact.at - alarm.raisedAt) / 1_000 })
    }
  }
  const forget = () => {
    const limit = before(clock.now(), lookBack)
    for (const kept of [closed, answered]) for (const [id, { at }] of kept) if (at < limit) kept.delete(id)
  }
  return {
    learn,
    async recall() {
      const last = await store.lastSeq()
      const since = before(clock.now(), lookBack)
      for (const fact of await pagesBack(store, last, before(clock.now(), provenFor))) learn(fact)
      for (const alarm of await store.resolvedSince('all', since, resolvedMax)) {
        if (alarm.state === 'resolved') closed.set(alarm.id, { siteId: alarm.siteId, at: alarm.at, outcome: alarm.outcome })
      }
    },
    today(scope, zoneOf) {
      forget()
      const now = clock.now()
      const isToday = ({ siteId, at }: { siteId: string; at: Instant }) =>
        covers(scope, siteId) && dayIn(zoneOf(siteId), at) === dayIn(zoneOf(siteId), now)
      const done = [...closed.values()].filter(isToday)
      const byOutcome: Partial<Record<Outcome, number>> = {}
      for (const { outcome } of done) byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1
      return { resolved: done.length, byOutcome, acknowledgeSecondsMedian: median([...answered.values()].filter(isToday)) }
    },
    proven(deviceIds) {
      const limit = before(clock.now(), provenFor)
      return deviceIds.filter((id) => Math.max(pressed.get(id) ?? 0, proofOf?.(id)?.provenAt ?? 0) > limit).length
    },
  }
}

/** The newest facts until `since`, oldest first, and never more than the named limit. */
async function pagesBack(store: CareStore, last: number, since: Instant): Promise<readonly StoredFact[]> {
  let facts: readonly StoredFact[] = []
  for (let page = 1; page <= recallPages; page += 1) {
    const from = last - page * recallPage
    facts = [...(await store.factsSince(Math.max(0, from), recallPage)), ...facts]
    if (from <= 0 || (facts[0]?.fact.at ?? 0) < since) break
  }
  return facts
}

function median(answered: readonly Answered[]): number | null {
  const sorted = answered.map(({ seconds }) => seconds).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()
function dayIn(timeZone: string, at: Instant): string {
  let format = dayFormats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormats.set(timeZone, format)
  }
  return format.format(at)
}
