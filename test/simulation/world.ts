/** Everything outside the platform: the homes with their devices, the disk, the network, the carers, and time. */
import { type Instant, milliseconds, type Span, seconds } from '../../domain/time.ts'
import type { CareStore } from '../../store/store.ts'
import { onRota } from './acts.ts'
import { emptyDisk } from './memory-store.ts'
import type { Body, Message, Process, World } from './parts.ts'
import { openProcess } from './process.ts'
import { openSimClock } from './sim-clock.ts'
import { devices, homes, residentOf, townStart } from './town.ts'
import { openView } from './view.ts'

export type WorldOptions = { lying?: boolean; mute?: boolean; mutate?: (store: CareStore) => CareStore }

const bootAgainAfter = seconds(1)
const sendAgainAfter = seconds(5)
const thanksWithin = seconds(8)
const heartbeatEvery = seconds(60)
const moveEvery = seconds(300)

export function openWorld({ lying = false, mute = false, mutate = (store) => store }: WorldOptions = {}): World {
  const clock = openSimClock(townStart)
  const disk = emptyDisk()
  const world: World = {
    ...{ clock, disk, pages: new Map(), view: openView(disk), process: null, lying, mute, mutate },
    trouble: { failsUntil: 0, readsFail: false, slowUntil: 0, slowBy: 0, channels: new Map(), dead: new Map(), nextCrash: null },
    ...{
      stalled: false,
      turned: false,
      turnedBack: false,
      powerCut: false,
      still: false,
      dead: new Set(),
      heardAt: new Map(),
      startedAt: [],
      onDuty: onRota,
      phonesOff: new Set(),
      arrived: [],
      refused: new Set(),
    },
    ...{ sent: [], thanked: new Map(), closeAsked: new Set(), complaints: [], mistakes: [] },
    crash: (after) => crash(after),
    send: (message) => post(world, message),
    ask: (draft) => void world.process?.desk.handle(draft).catch(() => undefined),
    heals: (home) => !world.powerCut && !world.dead.has(home),
  }
  let body: Body | null = null
  const boot = async () => {
    const newBody: Body = { clock: clock.process(), dead: false }
    body = newBody
    try {
      const process = await openProcess(world, newBody)
      if (!newBody.dead) world.process = process
      world.startedAt.push(clock.elapsed())
    } catch {
      newBody.dead = true
      newBody.clock.kill()
      if (body !== newBody) return
      body = null
      clock.later(bootAgainAfter, () => void boot())
    }
  }
  const crash = (after: number) => {
    if (body === null) return
    body.dead = true
    body.clock.kill()
    body = null
    world.process = null
    clock.later(seconds(after), () => void boot())
  }
  void boot()
  for (const home of homes) startHome(world, home)
  return world
}

function startHome(world: World, home: number): void {
  const [terminal, motion] = devices.filter((device) => device.residentNumber === home)
  const phase = milliseconds(home * 7_000)
  const heard = (work: (process: Process, at: Instant) => void) => {
    if (world.process && !world.stalled && world.heals(home)) work(world.process, world.clock.now())
  }
  const beat = () =>
    heard((process, at) => {
      if (terminal) process.silence.heard(terminal, at)
      noteHeard(world, home)
    })
  const move = () =>
    heard((process, at) => {
      if (!motion || (world.still && home === homes.length)) return
      process.silence.heard(motion, at)
      process.silence.active(home, motion.number, at)
      noteHeard(world, home)
    })
  world.clock.later(phase, () => {
    world.clock.every(heartbeatEvery, beat)
    world.clock.every(moveEvery, move)
  })
}

function noteHeard({ heardAt, clock }: World, home: number): void {
  const times = heardAt.get(home)
  if (times) times.push(clock.elapsed())
  else heardAt.set(home, [clock.elapsed()])
}

/** Tries until somebody thanks: the device's side of the promise. */
function post(world: World, message: Message): void {
  const { clock, thanked } = world
  const again = (span: Span) => clock.later(span, attempt)
  const attempt = () => {
    const { process } = world
    if (!process || world.stalled || !world.heals(message.home)) {
      again(sendAgainAfter)
      return
    }
    let open = true
    const giveUp = clock.later(thanksWithin, () => {
      open = false
      attempt()
    })
    const end = (work: () => void) => {
      if (!open) return
      open = false
      giveUp()
      work()
    }
    process.desk.handle(message.draftAt(clock.now())).then(
      () => end(() => thanked.set(message.id, message)),
      () => end(() => again(sendAgainAfter)),
    )
  }
  attempt()
}

export const subjectOf = (home: number) => ({ subjectId: residentOf(home), siteId: 'site-a' })
