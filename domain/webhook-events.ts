/**
 * What other systems are told by webhook, as CloudEvents: of alarms, devices in trouble and days. Nobody is named: an elder is a pseudonym that
 * differs from webhook to webhook, and her address is there only where an agreement was written down. Pure.
 */
import type { AlarmFact, Fact, FactKind } from './alarm.ts'
import type { DayFacts } from './daily.ts'
import type { Home, Site } from './people.ts'
import { type ScaipCode, scaipOf } from './scaip.ts'
import type { Instant } from './time.ts'
import type { Webhook, WebhookKind } from './webhooks.ts'

/** An event that is owed to one webhook. Those of one `orderKey` arrive in the order in which they happened. */
export type NewWebhookEvent = {
  webhookId: string
  /** The CloudEvent's id; the same event derived twice is one event. */
  eventId: string
  kind: WebhookKind
  orderKey: string
  body: string
  madeAt: Instant
}
export type OwedWebhookEvent = NewWebhookEvent & { number: number; attempts: number }

/** What an admin wrote down before an address may go out: with whom it was agreed, and where that stands. */
export type WebhookAgreement = { webhookId: string; text: string; by: string; at: Instant }

type Line = { at: Instant; userId: string; action: string; subjectId: string; detail: string }

/** Events on their way: durable, until they were taken or given up. */
export type WebhookQueue = {
  /** The last fact whose events are here; null before the first. */
  cursor(): Promise<number | null>
  /** All of it or nothing; events that are here already stay as they are. `day`: this site's day was told to this webhook. */
  add(given: {
    events: readonly NewWebhookEvent[]
    cursor?: number
    day?: { webhookId: string; siteId: string; day: string }
  }): Promise<void>
  /** Of one webhook what may be tried now: of each order key only the oldest that is not settled. */
  due(webhookId: string, now: Instant, limit: number): Promise<readonly OwedWebhookEvent[]>
  retry(number: number, nextTryAt: Instant): Promise<void>
  /** `dead`: given up; kept to be looked at and sent again by hand. */
  settle(number: number, how: 'delivered' | 'dead', at: Instant): Promise<void>
  /** Newest first. */
  dead(webhookId: string, limit: number): Promise<readonly OwedWebhookEvent[]>
  /** Owed again from now on. False when it was not given up. */
  again(webhookId: string, eventId: string, line: Line): Promise<boolean>
  counts(webhookId: string): Promise<{ owed: number; dead: number; oldestOwedAt: Instant | null }>
  /** Nothing that was owed to a webhook that was switched off is made up for. */
  drop(webhookId: string): Promise<void>
  /** Delivered ones that were settled, and dead ones that were given up, before these moments. */
  forget(before: { delivered: Instant; dead: Instant }): Promise<void>
  /** The last day of this site that this webhook was told. */
  lastDay(webhookId: string, siteId: string): Promise<string | null>
  agreement(webhookId: string): Promise<WebhookAgreement | null>
  putAgreement(agreement: WebhookAgreement, line: Line): Promise<void>
  /** False when there was none. */
  removeAgreement(webhookId: string, line: Line): Promise<boolean>
}

const alarmKinds: Readonly<Partial<Record<FactKind, WebhookKind>>> = {
  'alarm-raised': 'alarm-raised',
  'alarm-repeated': 'alarm-repeated',
  'alarm-escalated': 'alarm-escalated',
  'alarm-acknowledged': 'alarm-acknowledged',
  'alarm-returned': 'alarm-returned',
  'alarm-resolved': 'alarm-resolved',
}
const deviceKinds: Readonly<Partial<Record<FactKind, WebhookKind>>> = {
  'alarm-raised': 'device-trouble',
  'alarm-resolved': 'device-well',
}

/** Which event a fact is; null for most of them. Who holds a broken device is the centre's own affair. */
export function webhookKindOf(fact: Fact): WebhookKind | null {
  if (fact.kind === 'test-pressed') return null
  return (fact.alarm.kind === 'technical' ? deviceKinds : alarmKinds)[fact.kind] ?? null
}

/** Whether this webhook is to be told: it is on, asked for it, of this site, and was there when it happened. */
export const wants = (
  { enabled, kinds, siteIds, madeAt }: Webhook,
  kind: WebhookKind,
  { siteId, at }: Pick<Fact, 'siteId' | 'at'>,
): boolean => enabled && kinds.includes(kind) && (siteIds === 'all' || siteIds.includes(siteId)) && at >= madeAt

/** `reference`: the pseudonym of a resident, or of an area, for this webhook. `home`: only under an agreement. */
export type Told = { source: string; site: Site | null; reference: (subjectId: string) => string; home: Home | null }

export type CloudEvent = {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject: string
  time: string
  datacontenttype: 'application/json'
  data: Record<string, unknown>
}

const isoOf = (at: Instant): string => new Date(at).toISOString()
const placeOf = (site: Site | null) => site && { name: site.name, street: site.street, district: site.district, city: site.city }
const addressOf = ({ address, building, unit, door }: Home) => ({ address, building, unit, door })

/** One alarm's news. The id of the alarm is a hash and names nobody; the centre finds the alarm by it. */
export function alarmEvent(kind: WebhookKind, { seq, fact }: { seq: number; fact: AlarmFact }, told: Told): CloudEvent {
  const { alarm, at, siteId } = fact
  const { id, reason, priority, state, presses, raisedAt, subjectId, residentIds, clearedAt } = alarm
  const scaip: ScaipCode = scaipOf(alarm)
  return {
    ...{ specversion: '1.0', id: `fact-${seq}`, source: told.source, type: `anling.${kind}`, subject: id, time: isoOf(at) },
    datacontenttype: 'application/json',
    data: {
      ...{ alarmId: id, kind: alarm.kind, reason, priority, state, presses, raisedAt: isoOf(raisedAt) },
      ...{ resident: told.reference(subjectId), siteId, site: placeOf(told.site), scaip },
      ...(residentIds.length > 0 && { homes: residentIds.length }),
      ...(clearedAt !== null && { clearedAt: isoOf(clearedAt) }),
      ...(alarm.state === 'resolved' && { outcome: alarm.outcome, resolvedAt: isoOf(alarm.at) }),
      ...(told.home && { address: addressOf(told.home) }),
    },
  }
}

export type ToldDay = { site: Site; day: string; part: number; people: readonly { residentId: string; facts: DayFacts }[]; at: Instant }

/** What a day came to, for elders of one site: estimates, `null` where nobody can say. Of long lists each part is one event. */
export function dayEvent({ site, day, part, people, at }: ToldDay, { source, reference }: Pick<Told, 'source' | 'reference'>): CloudEvent {
  const residents = people.map(({ residentId, facts: { day: _, ...facts } }) => ({ resident: reference(residentId), ...timed(facts) }))
  return {
    ...{ specversion: '1.0', id: `day-${site.id}-${day}-${part}`, source, type: 'anling.daily-facts', subject: site.id, time: isoOf(at) },
    datacontenttype: 'application/json',
    data: { day, timeZone: site.timeZone, siteId: site.id, site: placeOf(site), part, residents },
  }
}

const timed = ({ asleepAt, wokeAt, firstUpAt, ...facts }: Omit<DayFacts, 'day'>) => ({
  ...facts,
  asleepAt: asleepAt && isoOf(asleepAt),
  wokeAt: wokeAt && isoOf(wokeAt),
  firstUpAt: firstUpAt && isoOf(firstUpAt),
})
