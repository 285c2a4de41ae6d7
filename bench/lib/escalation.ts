/** One run of the proof: so many calls for help that nobody answers, and a list of troubles at fixed moments of their lives. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan, Recipient } from '../../domain/alarm.ts'
import { minutes, type Span, seconds } from '../../domain/time.ts'
import { type EscalationVerdict, openJudge } from './escalation-judge.ts'
import { type EscalationWorld, type Mutate, openEscalationWorld } from './escalation-world.ts'

type Trouble = { at: number; what: string; make: (world: EscalationWorld) => Promise<void> | void }

export type EscalationRun = EscalationVerdict & {
  restarts: number
  clockJumps: number
  busiestMs: number
  complaints: number
  virtualSeconds: number
}

const centre: Recipient = { contactId: null, label: 'centre', channel: 'wall' }
const person = (n: number): Recipient => ({ contactId: `c${n}`, label: `relative ${n}`, channel: n % 2 ? 'push' : 'call' })

const family: Plan = {
  ...{ id: 'family', name: 'family', repeatEvery: minutes(1), lease: seconds(90) },
  steps: [
    { wait: seconds(0), tell: [centre, person(1)] },
    { wait: seconds(60), tell: [person(2)] },
    { wait: seconds(60), tell: [person(3)] },
    { wait: seconds(60), tell: [centre, person(1)] },
  ],
}
const quick: Plan = {
  ...{ id: 'quick', name: 'quick', repeatEvery: seconds(90), lease: seconds(90) },
  steps: [
    { wait: seconds(0), tell: [person(1)] },
    { wait: seconds(20), tell: [person(2)] },
    { wait: seconds(45), tell: [centre] },
  ],
}
const patient: Plan = {
  ...{ id: 'patient', name: 'patient', repeatEvery: minutes(4), lease: seconds(90) },
  steps: [{ wait: seconds(0), tell: [centre] }],
}
const plans = [family, quick, patient] as const
const planOf = (subjectId: string): Plan => plans[Number(subjectId.slice(1)) % plans.length] ?? family

/** People press within this time from the start. */
const pressingSeconds = 100
const endsAfter = 600

const back = (from: number) => ({ at: from, what: 'starts again', make: (world: EscalationWorld) => world.start() })

/** Seconds from the start. Presses come until 100 s, so the first troubles meet plans at their beginning and the later ones the last rungs. */
const troubles: readonly Trouble[] = [
  { at: 40, what: 'ends in order for 5 s', make: (world) => world.stop() },
  back(45),
  { at: 75.3, what: 'is cut off for 20 s', make: (world) => world.cut() },
  back(95.45),
  { at: 130.37, what: 'the clock goes 45 s forward', make: (world) => world.turn(45_000) },
  { at: 155.71, what: 'the clock goes 30 s back', make: (world) => world.turn(-30_000) },
  { at: 210.2, what: 'is cut off in the middle of its work for 3 s', make: cutInWork },
  back(213.5),
  { at: 250.13, what: 'the clock goes 2 h back', make: (world) => world.turn(-7_200_000) },
  { at: 300.09, what: 'the clock goes 2 h forward', make: (world) => world.turn(7_200_000) },
  { at: 340.6, what: 'is cut off for 90 s', make: (world) => world.cut() },
  back(430.05),
  { at: 433.1, what: 'is cut off in the middle of its work for 4 s', make: cutInWork },
  back(437.5),
  { at: 470, what: 'is cut off for 10 s, and the clock goes 40 s back meanwhile', make: cutAndTurn },
  back(480.66),
  { at: 510.83, what: 'the clock goes a day forward', make: (world) => world.turn(86_400_000) },
  { at: 530.4, what: 'the clock goes 7 s back', make: (world) => world.turn(-7_000) },
]

async function cutInWork(world: EscalationWorld): Promise<void> {
  world.cutAfter(37)
  await world.clock.advance(seconds(0.5))
  world.cut()
}

function cutAndTurn(world: EscalationWorld): void {
  world.cut()
  world.turn(-40_000)
}

/** Lives through it. `mutate`: see Mutate; `say` hears of each trouble. */
export async function runEscalation({ alarms, mutate, say = () => {} }: { alarms: number; mutate?: Mutate; say?: (line: string) => void }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-escalation-'))
  const judge = openJudge()
  const world = openEscalationWorld({ dataDir, judge, planOf, channels: ['wall', 'push', 'call'], ...(mutate && { mutate }) })
  const passTo = (second: number) => world.clock.advance(Math.max(0, second * 1_000 - world.clock.elapsed()) as Span)
  try {
    await world.start()
    for (let n = 0; n < alarms; n += 1) world.clock.later(momentOf(n, alarms), () => press(world, n))
    for (const { at, what, make } of troubles) {
      await passTo(at)
      say(`${at} s: ${what}`)
      await make(world)
    }
    await passTo(endsAfter)
    const verdict = judge.verdict(world.clock.elapsed())
    await world.stop()
    const run: EscalationRun = {
      ...{ ...verdict, restarts: troubles.filter(({ what }) => what === 'starts again').length },
      clockJumps: troubles.filter(({ what }) => what.includes('clock goes')).length,
      ...{ busiestMs: world.busiestMs(), complaints: world.complaints.length, virtualSeconds: endsAfter },
    }
    return run
  } finally {
    await rm(dataDir, { recursive: true })
  }
}

/** Spread over the pressing time and over the parts of a second, the same in every run. */
const momentOf = (n: number, of: number): Span => Math.round(((n + ((n * 7_919) % 1_000) / 1_000) / of) * pressingSeconds * 1_000) as Span

/** A button sends again until it is thanked. */
function press(world: EscalationWorld, n: number): void {
  const desk = world.desk()
  const again = () => void world.clock.later(seconds(1), () => press(world, n))
  if (!desk) {
    again()
    return
  }
  const thanked = desk.handle({
    ...{ kind: 'sos-pressed', subjectId: `r${n}`, siteId: 'site-a', at: world.clock.now(), deviceId: `pendant-${n}` },
    ...{ room: 'hall', causeId: `press-${n}`, claimedAt: null, unreadable: false, detail: {} },
  })
  let open = true
  const giveUp = world.clock.later(seconds(8), () => {
    if (open) press(world, n)
    open = false
  })
  const end = (work: () => void) => {
    giveUp()
    if (open) work()
    open = false
  }
  thanked.then(
    () => end(() => {}),
    () => end(again),
  )
}
