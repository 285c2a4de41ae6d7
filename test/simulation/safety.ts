/** What must hold after every turn, whatever goes wrong meanwhile. */
import { stageOf, stageWait } from '../../alerts/rules/asking.ts'
import { type Alarm, type AlarmFact, dueAt, type OpenAlarm } from '../../domain/alarm.ts'
import { minutes } from '../../domain/time.ts'
import type { StoredFact } from '../../store/store.ts'
import type { World } from './parts.ts'
import { homes, terminalOf } from './town.ts'

export type Broken = { rule: string; detail: string }

export type Watchdog = { look(): Broken | null }

/** Longer than any wait of the town's plans. */
const waitMost = minutes(5)
/** A terminal is not called silent sooner than this after it was heard, or after the process that should hear it began. */
const silenceLeast = 145_000

type Seen = {
  seq: number
  resolved: Set<string>
  raised: Set<string>
  pressed: Map<string, number>
  lastAt: Map<string, number>
  /** When each resident was last named in a silent area; monotonic. */
  named: Map<string, number>
}

export function openWatchdog(world: World): Watchdog {
  const seen: Seen = { seq: 0, resolved: new Set(), raised: new Set(), pressed: new Map(), lastAt: new Map(), named: new Map() }
  return {
    look() {
      const news = world.view.catchUp()
      for (const stored of news) {
        const broken = aboutFact(world, seen, stored)
        if (broken) return broken
      }
      return aboutThanks(world, seen) ?? aboutOpen(world, seen) ?? aboutMistakes(world)
    },
  }
}

function aboutFact(world: World, seen: Seen, { seq, fact }: StoredFact): Broken | null {
  if (seq !== seen.seq + 1) return { rule: 'facts are numbered without gaps', detail: `${seen.seq} is followed by ${seq}` }
  seen.seq = seq
  const times = fact.pressId === undefined ? 0 : (seen.pressed.get(fact.pressId) ?? 0) + 1
  if (fact.pressId !== undefined) seen.pressed.set(fact.pressId, times)
  if (times > 1) return { rule: 'a resend is not a new call', detail: `${fact.pressId} led to ${times} facts` }
  return fact.kind === 'test-pressed' ? null : aboutAlarm(world, seen, fact)
}

function aboutAlarm(world: World, seen: Seen, fact: AlarmFact): Broken | null {
  const { alarm, kind } = fact
  const detail = `${kind} of ${alarm.id}, ${alarm.reason} of ${alarm.subjectId}`
  if (seen.resolved.has(alarm.id)) return { rule: 'nothing changes after resolve', detail }
  if (kind === 'alarm-raised' && seen.raised.has(alarm.id)) return { rule: 'an alarm is raised once', detail }
  if (kind !== 'alarm-raised' && !seen.raised.has(alarm.id)) return { rule: 'an alarm begins with being raised', detail }
  seen.raised.add(alarm.id)
  for (const id of alarm.residentIds) seen.named.set(id, world.clock.elapsed())
  seen.lastAt.set(alarm.id, fact.at)
  if (kind === 'alarm-raised' && alarm.reason === 'device-silent') return aboutSilence(world, seen, alarm)
  if (alarm.state !== 'resolved') return null
  seen.resolved.add(alarm.id)
  if (alarm.kind === 'technical' || world.closeAsked.has(alarm.id)) return null
  // A question is answered by any sign of life; what became of an unanswered one is not.
  if (alarm.reason === 'check-in' && alarm.by === 'system' && alarm.outcome === 'all-well') return null
  return { rule: 'only a person closes a call for help', detail }
}

function aboutSilence(world: World, seen: Seen, alarm: Alarm): Broken | null {
  const home = homes.find((each) => terminalOf(each) === alarm.causes[0]?.deviceId)
  if (home === undefined || world.turned) return null
  const noticedAt = world.clock.elapsed() - (world.clock.now() - alarm.raisedAt)
  const heardAt = lastBefore(noticedAt, world.heardAt.get(home) ?? [])
  const silent = noticedAt - Math.max(heardAt, lastBefore(noticedAt, world.startedAt))
  // Named with its area since it was heard, it may be named alone at once when the others are back.
  if (silent >= silenceLeast || (seen.named.get(alarm.subjectId) ?? 0) > heardAt) return null
  return { rule: 'who was just heard is not silent', detail: `${terminalOf(home)} after ${silent / 1_000} s` }
}

const lastBefore = (moment: number, moments: readonly number[]): number => Math.max(0, ...moments.filter((each) => each <= moment))

/** A thanked press is recorded, and it led to an alarm or rang one: a new press is never swallowed. */
function aboutThanks(world: World, seen: Seen): Broken | null {
  for (const { id, kind } of world.thanked.values()) {
    if (kind === 'other') continue
    if (!seen.pressed.has(id)) return { rule: 'a thanked press is recorded', detail: id }
    const meaning = world.view.tables.presses.get(id)
    if ((kind === 'test') !== (meaning === 'test')) return { rule: 'a press stays what it was', detail: `${id} is ${meaning}` }
  }
  return null
}

/** Nobody waits for nobody: each open alarm has a deadline somebody will meet, and each raised one is rung or owed. */
function aboutOpen(world: World, seen: Seen): Broken | null {
  const helpOf = new Set<string>()
  for (const alarm of world.view.tables.alarms.values()) {
    if (alarm.state === 'resolved') continue
    const wait = dueAt(alarm) - (seen.lastAt.get(alarm.id) ?? 0)
    if (!(wait <= longestWait(alarm)) && !world.turnedBack)
      return { rule: 'every open alarm has a deadline', detail: `${alarm.id} is due in ${wait} ms` }
    const unrung = alarm.state === 'raised' ? missingCall(world.view.tables.notices, alarm) : null
    if (unrung) return { rule: 'every raised alarm is rung or owed', detail: unrung }
    if (alarm.kind !== 'sos') continue
    if (helpOf.has(alarm.subjectId)) return { rule: 'one open call for help for each person', detail: alarm.subjectId }
    helpOf.add(alarm.subjectId)
  }
  return null
}

function longestWait(alarm: OpenAlarm): number {
  const stage = stageOf(alarm)
  return stage ? Math.max(waitMost, stageWait(stage)) : waitMost
}

/** A question of her terminal rings nobody; a call that is to be made is the centre's. */
function missingQuestionCall(notices: World['view']['tables']['notices'], alarm: OpenAlarm): string | null {
  const rung = [...notices.values()].filter(({ id, state }) => id.startsWith(`${alarm.id}/`) && state !== 'withdrawn')
  if (stageOf(alarm) === 'asked') return rung.length === 0 ? null : `${alarm.id} rings while her terminal asks`
  return rung.some(({ recipient }) => recipient.contactId === null) ? null : `${alarm.id} is nobody's call`
}

function missingCall(notices: World['view']['tables']['notices'], alarm: Extract<OpenAlarm, { state: 'raised' }>): string | null {
  if (stageOf(alarm)) return missingQuestionCall(notices, alarm)
  const calls = alarm.plan.steps[alarm.planStep]?.tell ?? []
  for (const [index, recipient] of calls.entries()) {
    // Who is only told hears of a step once, and not again when it repeats.
    if (recipient.part === 'told') continue
    const id = `${alarm.id}/${alarm.planStep}/${alarm.rings}/${index}`
    const notice = notices.get(id)
    if (!notice || notice.state === 'withdrawn') return `${id} is ${notice?.state ?? 'missing'}`
  }
  return null
}

function aboutMistakes({ mistakes }: World): Broken | null {
  return mistakes.length > 0 ? { rule: 'our own parts make no mistakes', detail: mistakes[0] ?? '' } : null
}
