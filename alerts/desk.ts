/** Where it is decided and recorded: load → step → commit → tell, strictly in order per resident. */
import type { Bus } from '../bus/bus.ts'
import type { AlarmKind, Plan } from '../domain/alarm.ts'
import type { CareEvent, CareEventDraft } from '../domain/event.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { builtInPlan, planWithin } from '../domain/plans.ts'
import type { Decision, Refusal, Situation } from '../domain/situation.ts'
import { type Clock, seconds } from '../domain/time.ts'
import { type AuditLine, type CareStore, type Directory, type StoredFact, StoreTrouble } from '../store/store.ts'
import { kindRaisedBy, pressIdOf, step } from './engine.ts'
import { openLines } from './line.ts'

export type { Refusal } from '../domain/situation.ts'

export type Handled = { facts: readonly StoredFact[]; refusal: Refusal | null }

export type Desk = {
  /**
   * Resolves when everything the event led to is durable and told. Rejects (StoreTrouble) when it is not: then nothing of it happened.
   * `line`: who did it, for the record; committed with it or not at all, and not when nothing came of it.
   */
  handle(draft: CareEventDraft, line?: AuditLine): Promise<Handled>
}

export type DeskNeeds = {
  store: Pick<CareStore, 'load' | 'commit' | 'alarm'>
  directory: Pick<Directory, 'planFor'>
  /** Names of the channels that are set up; a plan's calls by others are left out, for nobody could make them. Default: all are. */
  channels?: readonly string[]
  bus: Pick<Bus, 'publish'>
  clock: Pick<Clock, 'elapsed'>
  log: Log
  /** Our own mistake: the process should end and start again from what was committed. */
  onBroken(error: unknown): void
}

/** Events of one subject that may wait. Beyond it a flooding device gets no thanks and comes again; others are not held up. */
const deviceEventsMax = 48
/** The places above those are for carers and deadlines: a flood must not keep anybody from answering it. */
const eventsMax = 64
/** Another process wrote first: look again, this often. */
const triesMax = 5
const slowAfter = seconds(1)

/** The desk, and `idle`, which resolves when no event waits or is being decided. */
export function openDesk(needs: DeskNeeds): Desk & { idle(): Promise<void> } {
  const lines = openLines()
  return {
    async handle(draft, line) {
      const lengthMax = 'deviceId' in draft ? deviceEventsMax : eventsMax
      const turn = lines.join({ subject: draft.subjectId, lengthMax }, () => decideAndRecord(needs, draft, line))
      if (!turn) throw new StoreTrouble('busy', `Too many events of ${draft.subjectId} wait to be decided.`)
      return turn
    },
    idle: lines.idle,
  }
}

async function decideAndRecord(needs: DeskNeeds, draft: CareEventDraft, line?: AuditLine): Promise<Handled> {
  const began = needs.clock.elapsed()
  const event = await completed(needs, draft)
  const handled = await recorded(needs, event, line)
  const took = needs.clock.elapsed() - began
  if (took > slowAfter)
    needs.log('warn', 'A decision was slow', { subject: event.subjectId, kind: event.kind, milliseconds: Math.round(took) })
  return handled
}

/** The event with the plan now in force, so that the journal can be replayed without the directory. */
async function completed(needs: DeskNeeds, draft: CareEventDraft): Promise<CareEvent> {
  const kind = kindRaisedBy(draft)
  // A draft that raises nothing is a whole event already; the compiler cannot see that `kind` says so.
  if (kind === null) return draft as CareEvent
  return { ...draft, plan: await planFor(needs, draft, kind) } as CareEvent
}

/** A directory in trouble must not keep a press from being heard. */
async function planFor({ directory, log, channels }: DeskNeeds, draft: CareEventDraft, kind: AlarmKind): Promise<Plan> {
  try {
    return within(channels, await directory.planFor(draft.subjectId, draft.siteId, kind))
  } catch (error) {
    log('error', `The plan could not be read, so the built-in one is used: ${sentenceOf(error)}`, { subject: draft.subjectId, kind })
    return within(channels, builtInPlan(kind))
  }
}

const within = (channels: DeskNeeds['channels'], plan: Plan): Plan => (channels ? planWithin(plan, channels) : plan)

async function recorded(needs: DeskNeeds, event: CareEvent, line?: AuditLine): Promise<Handled> {
  for (let tries = 1; ; tries += 1) {
    const before = await needs.store.load(event.subjectId, pressIdOf(event))
    const decision = decided(needs, event, before)
    if (decision.facts.length === 0) return { facts: [], refusal: await explained(needs, event, decision.refusal) }
    const facts = await committed(needs, { event, before, decision, line }, tries)
    if (facts) return { facts: tell(needs, facts), refusal: decision.refusal }
  }
}

/** The platform's time of the event is the time of the decision: the same journal then always gives the same facts. */
function decided({ onBroken }: DeskNeeds, event: CareEvent, before: Situation): Decision {
  try {
    return step(before, event, event.at)
  } catch (error) {
    onBroken(error)
    throw error
  }
}

type Deciding = { event: CareEvent; before: Situation; decision: Decision; line: AuditLine | undefined }

/** Null when somebody else wrote first and it is worth looking again. */
async function committed(needs: DeskNeeds, turn: Deciding, tries: number) {
  const { event, before, decision, line } = turn
  const { situation: after, facts, notices, withdrawn } = decision
  try {
    return await needs.store.commit({ event, before, after, facts, notices, withdrawn, ...(line && { line }) })
  } catch (error) {
    if (error instanceof StoreTrouble && error.code === 'conflict' && tries < triesMax) return null
    throw error
  }
}

/** It is durable now: whatever goes wrong with telling must not undo the thanks. Whoever missed it asks the store. */
function tell({ bus, log }: DeskNeeds, facts: readonly StoredFact[]): readonly StoredFact[] {
  try {
    bus.publish(facts)
  } catch (error) {
    log('error', `Facts were recorded, but the bus did not take them: ${sentenceOf(error)}`)
  }
  return facts
}

/** "Unknown" or "already closed, by whom": the second carer deserves to know. */
async function explained({ store }: DeskNeeds, event: CareEvent, refusal: Refusal | null): Promise<Refusal | null> {
  if (refusal?.code !== 'unknown-alarm' || !('alarmId' in event)) return refusal
  const alarm = await store.alarm(event.alarmId)
  if (alarm?.state !== 'resolved' || alarm.subjectId !== event.subjectId) return refusal
  return { code: 'already-resolved', message: `${alarm.by} already closed this alarm.`, by: alarm.by }
}
