/** What must come about once the trouble stops: nobody waits in vain, nothing stays owed, and the journal tells the same story again. */

import { anyWay } from '../../alerts/outbox/ways.ts'
import { replayJournal } from '../../alerts/replay-journal.ts'
import { stageOf } from '../../alerts/rules/asking.ts'
import type { Alarm, Notice, OpenAlarm } from '../../domain/alarm.ts'
import { onDuty } from '../../domain/plans.ts'
import { type Span, seconds } from '../../domain/time.ts'
import { openAlarmsIn } from './memory-tables.ts'
import type { World } from './parts.ts'
import type { Broken, Watchdog } from './safety.ts'
import { homes, residentOf, terminalOf } from './town.ts'

/** The longest lease, every step of the longest plan, a back-off that was just set, and the silence of a device. */
const calm = seconds(420)
/** The hours of whoever lives fast, a start in between, and the beginning of a plan. */
const stillCalm = seconds(1_500)
/** Both stages of a question before it is an alarm, and the plan after them. */
const questionCalm = seconds(2_400)
/** The longest repetition and a little. */
const oneRound = seconds(126)

/** Ends all trouble, lets time pass without anybody answering, and looks. */
export async function expectLife(world: World, watchdog: Watchdog): Promise<Broken | null> {
  endTrouble(world)
  const asked = new Set(openOf(world).map((alarm) => alarm.id))
  const calmSince = world.clock.elapsed()
  const broken = await pass(world, watchdog, calmOf(world))
  if (broken) return broken
  const before = new Map(openOf(world).flatMap((alarm) => (asked.has(alarm.id) ? [[alarm.id, alarm.rings]] : [])))
  const lastRoundSince = world.clock.elapsed()
  const later = await pass(world, watchdog, oneRound)
  if (later) return later
  return (
    aboutPlans(openOf(world), before) ??
    aboutReach(
      world,
      openOf(world).filter(({ id }) => before.has(id)),
      { calmSince, lastRoundSince },
    ) ??
    aboutOwed(world) ??
    aboutDevices(world) ??
    aboutSilence(world) ??
    aboutStill(world) ??
    (await aboutAudit(world)) ??
    aboutReplay(world)
  )
}

/** Lets `span` pass in small steps and looks after each. */
export async function pass(world: World, watchdog: Watchdog, span: Span): Promise<Broken | null> {
  for (let left = span as number; left > 0; left -= 5_000) {
    await world.clock.advance(Math.min(left, 5_000) as Span)
    const broken = watchdog.look()
    if (broken) return broken
  }
  return null
}

/** Long enough for whatever is under way to reach people. */
function calmOf(world: World): Span {
  if (openOf(world).some((alarm) => stageOf(alarm) !== null)) return questionCalm
  return isStill(world) ? stillCalm : calm
}

const lastHome = homes.at(-1) ?? 0
const isStill = (world: World): boolean => world.still && world.heals(lastHome)

/** Nobody moves in a home that is seen: somebody is called, and goes on being called. */
function aboutStill(world: World): Broken | null {
  if (!isStill(world) || openOf(world).some(({ kind, subjectId }) => kind === 'silence' && subjectId === residentOf(lastHome))) return null
  return { rule: 'a silence that lasts is noticed', detail: residentOf(lastHome) }
}

const openOf = (world: World): readonly OpenAlarm[] => openAlarmsIn(world.view.tables)

function endTrouble({ trouble }: World): void {
  Object.assign(trouble, { failsUntil: 0, slowUntil: 0, nextCrash: null })
  trouble.channels.clear()
}

/** Unanswered alarms reach the end of their plan and ring on. */
function aboutPlans(open: readonly OpenAlarm[], before: ReadonlyMap<string, number>): Broken | null {
  for (const alarm of open) {
    const what = `${alarm.id}, ${alarm.reason} of ${alarm.subjectId}, ${alarm.state} at step ${alarm.planStep}`
    const rings = before.get(alarm.id)
    if (rings === undefined) continue
    if (alarm.state !== 'raised') return { rule: 'an acknowledgement without a next action comes back', detail: what }
    if (alarm.planStep !== alarm.plan.steps.length - 1) return { rule: 'an unanswered alarm reaches the end of its plan', detail: what }
    if (alarm.rings <= rings) return { rule: 'an unanswered alarm rings on for ever', detail: `${what}, ${alarm.rings} rings` }
  }
  return null
}

/**
 * What arrived, not what providers said. The last rung's place hears of it in each round, whoever else is deaf, gone or asleep; and whoever
 * the last rung names and can be reached by any way that works is reached.
 */
function aboutReach(world: World, open: readonly OpenAlarm[], since: { calmSince: number; lastRoundSince: number }): Broken | null {
  for (const alarm of open) {
    const came = world.arrived.filter(({ alarmId, step, at }) => alarmId === alarm.id && step === alarm.planStep && at >= since.calmSince)
    const what = `${alarm.id}, ${alarm.reason} of ${alarm.subjectId}, by the plan ${alarm.plan.id}`
    if (!came.some(({ to, at }) => to === null && at >= since.lastRoundSince))
      return { rule: 'every alarm reaches a human or the last rung', detail: what }
    const missing = reachableOf(world, alarm).find((person) => !came.some(({ to }) => to === person))
    if (missing) return { rule: 'whoever can be reached is reached', detail: `${missing}: ${what}` }
  }
  return null
}

/** People of the last rung who may be told any way, hear their telephone, and have a way that works. */
function reachableOf({ trouble, phonesOff, onDuty: officers }: World, { plan, planStep }: OpenAlarm): readonly string[] {
  if (waysToPeople.every((way) => trouble.dead.has(way))) return []
  const named = (plan.steps[planStep]?.tell ?? []).filter(({ channel, contactId }) => channel === anyWay && contactId !== null)
  const people = named.flatMap(({ contactId }) => (contactId === onDuty ? officers : [contactId ?? '']))
  return people.filter((person) => !phonesOff.has(person))
}

const waysToPeople = ['push', 'call'] as const

/** A call that may go any way hangs in a dead one this long, and waits behind others that do, before it goes another. */
const waysTried = seconds(45)

/** The office looks once a second: what became due a moment ago has not been looked at. */
const lookedAt = seconds(2)

function aboutOwed({ view, trouble, clock, refused }: World): Broken | null {
  const isHopeless = ({ id, recipient: { channel } }: Notice) =>
    trouble.dead.has(channel) || (channel === anyWay && waysToPeople.every((way) => trouble.dead.has(way) || refused.has(`${id} ${way}`)))
  const isOnItsWay = ({ recipient, dueAt }: Notice) => {
    const age = clock.now() - dueAt
    return age >= 0 && age < (recipient.channel === anyWay && trouble.dead.size > 0 ? waysTried : lookedAt)
  }
  for (const notice of view.tables.notices.values()) {
    if (notice.state === 'owed' && !isHopeless(notice) && !isOnItsWay(notice))
      return { rule: 'nothing stays owed', detail: `${notice.id} after ${notice.attempts} tries` }
  }
  return null
}

/** Whoever could send has been thanked. */
function aboutDevices(world: World): Broken | null {
  const waiting = world.sent.find(({ id, home }) => world.heals(home) && !world.thanked.has(id))
  return waiting ? { rule: 'every press is thanked in the end', detail: waiting.id } : null
}

/** Who is silent is named, by itself or with its area, unless a person closed that; who is heard is not. */
function aboutSilence(world: World): Broken | null {
  const alarms = [...world.view.tables.alarms.values()]
  for (const home of homes) {
    const about = alarms.filter((alarm) => isAbout(alarm, home))
    const open = about.filter((alarm) => alarm.state !== 'resolved')
    const closedByHand = about.some((alarm) => alarm.state === 'resolved' && world.closeAsked.has(alarm.id))
    if (!world.heals(home) && open.length === 0 && !closedByHand) {
      return { rule: 'a silent terminal is noticed', detail: terminalOf(home) }
    }
    if (world.heals(home) && open.length > 0)
      return { rule: 'a terminal that is heard is not called silent', detail: `${terminalOf(home)}: ${open[0]?.id}` }
  }
  return null
}

function isAbout(alarm: Alarm, home: number): boolean {
  if (alarm.reason === 'area-silent') return alarm.residentIds.includes(residentOf(home))
  return alarm.reason === 'device-silent' && alarm.causes.some(({ deviceId }) => deviceId === terminalOf(home))
}

async function aboutAudit({ process, trouble }: World): Promise<Broken | null> {
  if (!process) return { rule: 'the platform comes back', detail: 'it is not running' }
  const findings = await process.audit.look()
  // A dead way is what the audit is there to tell of.
  const finding = findings.find(({ kind }) => trouble.dead.size === 0 || !kind.startsWith('call-'))
  return finding ? { rule: 'the audit finds nothing', detail: `${finding.kind} ${finding.alarmId}: ${finding.message}` } : null
}

function aboutReplay({ view }: World): Broken | null {
  const lives = Map.groupBy(view.tables.journal, (entry) => entry.event.subjectId)
  for (const life of lives.values()) {
    for (const replayed of replayJournal(life)) {
      if (!replayed.same) return { rule: 'the journal gives the same facts again', detail: `entry ${replayed.seq}, ${replayed.event.kind}` }
    }
  }
  return null
}
