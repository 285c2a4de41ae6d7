/** What must come about once the trouble stops: nobody waits in vain, nothing stays owed, and the journal tells the same story again. */

import { replayJournal } from '../../alerts/replay-journal.ts'
import { stageOf } from '../../alerts/rules/asking.ts'
import type { Alarm, OpenAlarm } from '../../domain/alarm.ts'
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
  const broken = await pass(world, watchdog, calmOf(world))
  if (broken) return broken
  const before = new Map(openOf(world).flatMap((alarm) => (asked.has(alarm.id) ? [[alarm.id, alarm.rings]] : [])))
  const later = await pass(world, watchdog, oneRound)
  if (later) return later
  return (
    aboutPlans(openOf(world), before) ??
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

function aboutOwed({ view }: World): Broken | null {
  for (const notice of view.tables.notices.values()) {
    if (notice.state === 'owed') return { rule: 'nothing stays owed', detail: `${notice.id} after ${notice.attempts} tries` }
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

async function aboutAudit({ process }: World): Promise<Broken | null> {
  if (!process) return { rule: 'the platform comes back', detail: 'it is not running' }
  const [finding] = await process.audit.look()
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
