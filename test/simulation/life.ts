/** Lives a life: does what its acts say, looks after each, and lets it end in peace. */
import { actions } from '../../domain/alarm.ts'
import { seconds } from '../../domain/time.ts'
import { type Act, carers, channels, lifeOf, onRota, outcomeOf, persons, told } from './acts.ts'
import { expectLife, pass } from './liveness.ts'
import { openAlarmsIn } from './memory-tables.ts'
import type { Message, World } from './parts.ts'
import { type Broken, openWatchdog, type Watchdog } from './safety.ts'
import { settle } from './sim-clock.ts'
import { openWorld, subjectOf, type WorldOptions } from './world.ts'

export type Ended = { broken: Broken | null; acts: number; facts: number; presses: number; restarts: number }

/** The life of this seed. */
export const live = (seed: number, options: WorldOptions = {}): Promise<Ended> => liveThrough(lifeOf(seed), options)

export async function liveThrough(life: readonly Act[], options: WorldOptions = {}): Promise<Ended> {
  const world = openWorld(options)
  const watchdog = openWatchdog(world)
  await settle()
  let broken: Broken | null = null
  for (const act of life) {
    broken ??= await doAndLook(world, watchdog, act)
  }
  broken ??= await expectLife(world, watchdog)
  const restarts = life.filter(({ kind }) => kind === 'crash').length
  return { broken, acts: life.length, facts: world.view.tables.facts.length, presses: world.sent.length, restarts }
}

/** The failing life as short as it gets by leaving out single acts, for people to read. */
export async function shortened(life: readonly Act[], options: WorldOptions = {}): Promise<readonly Act[]> {
  let shortest = life
  for (let index = life.length - 1; index >= 0; index -= 1) {
    const shorter = shortest.toSpliced(index, 1)
    if ((await liveThrough(shorter, options)).broken) shortest = shorter
  }
  return shortest
}

/** What is printed of a life that broke a rule. */
export async function report(seed: number, broken: Broken, options: WorldOptions = {}): Promise<string> {
  const short = await shortened(lifeOf(seed), options)
  const again = (await liveThrough(short, options)).broken ?? broken
  return `Seed ${seed} broke "${again.rule}": ${again.detail}\n${told(short)}\nAgain: npm run simulate -- --lives 1 --seed ${seed}`
}

async function doAndLook(world: World, watchdog: Watchdog, act: Act): Promise<Broken | null> {
  if (act.kind === 'wait') return pass(world, watchdog, seconds(act.seconds))
  if (act.kind === 'stall') {
    world.stalled = true
    await world.clock.stall(seconds(act.seconds))
    world.stalled = false
  } else if (!answer(world, act)) misfortune(world, act)
  await settle()
  return watchdog.look()
}

/** What people and their devices do. False for anything else. */
function answer(world: World, act: Act): boolean {
  switch (act.kind) {
    case 'press':
    case 'test':
    case 'fall':
    case 'smoke':
    case 'ask-her':
      send(world, act)
      return true
    case 'alive':
      world.ask({ ...subjectOf(act.home), kind: 'condition-cleared', at: world.clock.now(), reason: 'inactivity', deviceId: null })
      return true
    case 'resend': {
      const message = world.sent[act.which % Math.max(1, world.sent.length)]
      if (message) world.send(message)
      return true
    }
    case 'cancel':
      world.ask({ ...subjectOf(act.home), kind: 'cancel-pressed', at: world.clock.now(), deviceId: `pendant-${act.home}` })
      return true
    case 'unpainted':
    case 'acknowledge':
    case 'note':
    case 'hand-over':
    case 'resolve':
    case 'resolve-old':
      request(world, act)
      return true
    default:
      return false
  }
}

type Sending = Extract<Act, { kind: 'press' | 'test' | 'fall' | 'smoke' | 'ask-her' }>

function send(world: World, act: Sending): void {
  const { home } = act
  const causeId = `${act.kind}-${world.sent.length + 1}`
  if (act.kind === 'smoke' && act.over) {
    world.ask({ ...subjectOf(home), kind: 'condition-cleared', at: world.clock.now(), reason: 'smoke', deviceId: `smoke-${home}` })
    return
  }
  const message: Message = { id: causeId, home, ...draftOf(act, causeId) }
  world.sent.push(message)
  world.send(message)
}

function draftOf(act: Sending, causeId: string): Pick<Message, 'kind' | 'draftAt'> {
  const subject = subjectOf(act.home)
  const device = (name: string) => ({ ...subject, deviceId: `${name}-${act.home}`, causeId })
  const cause = { room: 'hall', claimedAt: null, unreadable: false, detail: {} }
  switch (act.kind) {
    case 'press':
      return { kind: 'sos', draftAt: (at) => ({ ...device('pendant'), ...cause, kind: 'sos-pressed', at }) }
    case 'test':
      return { kind: 'test', draftAt: (at) => ({ ...device('pendant'), kind: 'test-pressed', at }) }
    case 'fall':
      return { kind: 'other', draftAt: (at) => ({ ...device('radar'), ...cause, kind: 'fall-detected', level: 'possible', at }) }
    case 'smoke':
      return { kind: 'other', draftAt: (at) => ({ ...device('smoke'), ...cause, kind: 'environment-detected', hazard: 'smoke', at }) }
    case 'ask-her': {
      const deviceId = act.by === 'terminal' ? `term-${act.home}` : null
      return { kind: 'other', draftAt: (at) => ({ ...device(''), ...cause, deviceId, kind: 'check-in-due', because: 'silence', at }) }
    }
  }
}

type Request = Extract<Act, { kind: 'unpainted' | 'acknowledge' | 'note' | 'hand-over' | 'resolve' | 'resolve-old' }>

/** What a screen asks about one of the alarms it shows. */
function request(world: World, act: Request): void {
  const { tables } = world.view
  const shown = act.kind === 'resolve-old' ? [...tables.alarms.values()] : openAlarmsIn(tables)
  const alarm = shown[act.which % Math.max(1, shown.length)]
  if (!alarm) return
  const base = { subjectId: alarm.subjectId, siteId: alarm.siteId, at: world.clock.now(), alarmId: alarm.id }
  if (act.kind === 'unpainted') world.ask({ ...base, kind: 'unpainted-noticed' })
  else world.ask({ ...base, ...carerAsks(act) })
  if (act.kind === 'resolve' || act.kind === 'resolve-old') world.closeAsked.add(alarm.id)
}

function carerAsks(act: Exclude<Request, { kind: 'unpainted' }>) {
  const by = carers[act.by] ?? 'anna'
  switch (act.kind) {
    case 'acknowledge':
      return { kind: 'acknowledge-asked', by } as const
    case 'note':
      return { kind: 'note-asked', by, action: actions[act.action] ?? 'note', text: 'On it.' } as const
    case 'hand-over':
      return { kind: 'hand-over-asked', by, to: carers[act.to] ?? 'ben', text: '' } as const
    case 'resolve':
      return { kind: 'resolve-asked', by, outcome: outcomeOf(act), text: 'All is well.' } as const
    case 'resolve-old':
      return { kind: 'resolve-asked', by, outcome: 'help-given', text: 'All was well.' } as const
  }
}

/** Who is on duty, whose telephone is off, and which ways to people are gone for good. */
function changePeople(world: World, act: Act): void {
  const { trouble } = world
  if (act.kind === 'channel-dies') trouble.dead.set(channels[act.channel] ?? 'push', act.how)
  if (act.kind === 'channel-heals') trouble.dead.delete(channels[act.channel] ?? 'push')
  if (act.kind === 'duty') world.onDuty = onRota.slice(0, act.people)
  if (act.kind === 'phone') world.phonesOff[act.off ? 'add' : 'delete'](persons[act.person] ?? 'c-anna')
}

function misfortune(world: World, act: Act): void {
  const { trouble, clock } = world
  const until = 'seconds' in act ? clock.elapsed() + seconds(act.seconds) : 0
  if (act.kind === 'die') world.dead.add(act.home)
  if (act.kind === 'revive') world.dead.delete(act.home)
  if (act.kind === 'still' || act.kind === 'move') world.still = act.kind === 'still'
  if (act.kind === 'power-cut' || act.kind === 'power-back') world.powerCut = act.kind === 'power-cut'
  if (act.kind === 'store-fails') Object.assign(trouble, { failsUntil: until, readsFail: act.what === 'all' })
  if (act.kind === 'store-slow') Object.assign(trouble, { slowUntil: until, slowBy: act.milliseconds })
  if (act.kind === 'channel-fails') trouble.channels.set(channels[act.channel] ?? 'push', { how: act.how, until })
  changePeople(world, act)
  if (act.kind === 'clock-jumps') {
    clock.turn(act.seconds * 1_000)
    world.turned = true
    world.turnedBack ||= act.seconds < 0
  }
  if (act.kind === 'crash' && act.when === 'now') world.crash(act.seconds)
  if (act.kind === 'crash' && act.when !== 'now') trouble.nextCrash = { when: act.when, seconds: act.seconds }
}
