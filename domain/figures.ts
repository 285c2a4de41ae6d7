/** 指标: what became of one alarm and when, from the press to the end, folded out of the journal's facts. docs/reports.md defines each moment. Pure. */
import type { Action, AlarmFact, AlarmKind, Fact, FactKind, Note, Outcome, Priority, Reason } from './alarm.ts'
import { isPlatform } from './owner.ts'
import type { Instant } from './time.ts'

/** One alarm's way. Null: not yet, or never. */
export type AlarmFigures = {
  alarmId: string
  siteId: string
  subjectId: string
  /** Of its first cause; null where no device spoke. */
  deviceId: string | null
  kind: AlarmKind
  reason: Reason
  priority: Priority
  /** By the device's own credible claim, else when we received it. */
  pressedAt: Instant
  storedAt: Instant
  paintedAt: Instant | null
  openedAt: Instant | null
  answeredAt: Instant | null
  contactedAt: Instant | null
  acceptedAt: Instant | null
  arrivedAt: Instant | null
  resolvedAt: Instant | null
  outcome: Outcome | null
  /** It took itself back: no person closed it. */
  bySystem: boolean
  presses: number
  /** When it rang the centre anew: raised, pressed again, came back. The first ones; `ringsAll` counts on. */
  ringsAt: readonly Instant[]
  ringsAll: number
  escalations: number
  /** How often somebody had it and let it fall. */
  returned: number
  /** No screen said "painted" within three seconds, and the plan did not wait. */
  unpainted: boolean
}

/** What a screen did first, and when. */
export type SeenMoment = { alarmId: string; what: 'painted' | 'opened'; at: Instant }

/** Where the figures are kept. They can be made again from the facts, but for what screens did. Throws StoreTrouble. */
export type FigureStore = {
  /** The last fact that is in them. */
  seq(): Promise<number>
  of(alarmIds: readonly string[]): Promise<ReadonlyMap<string, AlarmFigures>>
  /** All of it or nothing. */
  save(figures: readonly AlarmFigures[], seq: number): Promise<void>
  /** The first of each kind stays. */
  seen(moments: readonly SeenMoment[]): Promise<void>
  /** Stored in `[from, to)`, oldest first, with what screens did. */
  between(
    siteIds: readonly string[] | 'all',
    span: { from: Instant; to: Instant },
    page: { after: FigureCursor | null; limit: number },
  ): Promise<FigurePage>
  /** Open and stored before this moment. */
  standing(siteIds: readonly string[] | 'all', before: Instant): Promise<number>
}
/** `next`: pass it on as `after`; null when this was the last page. */
export type FigureCursor = { at: Instant; number: number }
export type FigurePage = { rows: readonly AlarmFigures[]; next: FigureCursor | null }

const ringsKept = 60
const ringing: ReadonlySet<FactKind> = new Set(['alarm-raised', 'alarm-repeated', 'alarm-returned'])
/** Her own voice, or somebody at her side. */
const contact: ReadonlySet<Action> = new Set(['spoke', 'arrived'])
const going: ReadonlySet<Action> = new Set(['on-my-way', 'dispatched', 'called-120'])

/** The figures after this fact; null for a fact that is no alarm's. */
export function figuresAfter(before: AlarmFigures | null, fact: Fact): AlarmFigures | null {
  if (fact.kind === 'test-pressed') return null
  const known = before ?? begun(fact)
  const { alarm, kind, at } = fact
  const rang = ringing.has(kind)
  const over = alarm.state === 'resolved' ? { resolvedAt: alarm.at, outcome: alarm.outcome, bySystem: isPlatform(alarm) } : {}
  return {
    ...known,
    ...over,
    ...{ kind: alarm.kind, reason: alarm.reason, priority: alarm.priority, presses: alarm.presses },
    answeredAt: known.answeredAt ?? (kind === 'alarm-acknowledged' ? at : null),
    contactedAt: known.contactedAt ?? firstOf(alarm.notes, contact),
    acceptedAt: known.acceptedAt ?? firstOf(alarm.notes, going),
    arrivedAt: known.arrivedAt ?? firstOf(alarm.notes, new Set(['arrived'])),
    ringsAt: rang && known.ringsAt.length < ringsKept ? [...known.ringsAt, at] : known.ringsAt,
    ringsAll: known.ringsAll + (rang ? 1 : 0),
    escalations: known.escalations + (kind === 'alarm-escalated' ? 1 : 0),
    returned: known.returned + (kind === 'alarm-returned' ? 1 : 0),
    unpainted: known.unpainted || alarm.detail.unpaintedAtPress !== undefined,
  }
}

function begun({ alarm }: AlarmFact): AlarmFigures {
  const first = alarm.causes[0]
  const claimed = first?.claimedAt ?? null
  const received = first?.receivedAt ?? alarm.raisedAt
  return {
    ...{ alarmId: alarm.id, siteId: alarm.siteId, subjectId: alarm.subjectId, deviceId: first?.deviceId ?? null },
    ...{ kind: alarm.kind, reason: alarm.reason, priority: alarm.priority },
    pressedAt: claimed !== null && claimed < received ? claimed : received,
    storedAt: alarm.raisedAt,
    ...{ paintedAt: null, openedAt: null, answeredAt: null, contactedAt: null, acceptedAt: null, arrivedAt: null, resolvedAt: null },
    ...{ outcome: null, bySystem: false, presses: 0, ringsAt: [], ringsAll: 0, escalations: 0, returned: 0, unpainted: false },
  }
}

const firstOf = (notes: readonly Note[], wanted: ReadonlySet<Action>): Instant | null =>
  notes.find(({ action }) => wanted.has(action))?.at ?? null
