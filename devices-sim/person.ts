/** One day after another of somebody who lives alone: sleep, meals, outings, the bathroom at night. Pure: a seed and a day make the day. */
import { openRandom, type Random } from './random.ts'

/** Where the person is seen or heard, at `minute` of the local day (may have a fraction). */
export type Happening = { minute: number } & (
  | { kind: 'motion'; room: Room; active: boolean }
  | { kind: 'door'; open: boolean }
  | { kind: 'bed'; occupied: boolean }
)
export type Room = 'bedroom' | 'bathroom' | 'kitchen' | 'living'

/** What does not change from day to day. Minutes of the day. */
export type Habit = { seed: number; wake: number; sleep: number; nightTrips: number; naps: boolean; outings: number }

const minutesPerDay = 1_440
/** A motion sensor says "nobody" this many minutes after the last movement. */
const motionHold = 1.5

export function habitOf(seed: number): Habit {
  const random = openRandom(seed, 1)
  return {
    seed,
    wake: random.about(375, 35),
    sleep: random.about(1_290, 35),
    nightTrips: random.whole(0, 3),
    naps: random.chance(0.7),
    outings: random.pick([0.4, 0.8, 1.2, 1.6]),
  }
}

/** All that happens on this day, in order. `day` counts local days since 1970. */
export function dayOf(habit: Habit, day: number): Happening[] {
  const random = openRandom(habit.seed, 1_000 + day)
  const wake = habit.wake + random.about(0, 15)
  const sleep = Math.min(minutesPerDay - 20, habit.sleep + random.about(0, 20))
  const happenings: Happening[] = []
  const out = outingsOf(habit, random, { wake, sleep })
  nightTrips(happenings, habit, { random, wake })
  happenings.push({ minute: wake, kind: 'bed', occupied: false })
  waking(happenings, random, { from: wake, to: sleep, out, naps: habit.naps })
  for (const outing of out) goOut(happenings, outing)
  happenings.push({ minute: sleep, kind: 'bed', occupied: true })
  return happenings.filter(({ minute }) => minute >= 0 && minute < minutesPerDay).sort((a, b) => a.minute - b.minute)
}

type Spell = { from: number; to: number }

function outingsOf(habit: Habit, random: Random, day: { wake: number; sleep: number }): Spell[] {
  const spells: Spell[] = []
  const morning = random.about(day.wake + 130, 30)
  const afternoon = random.about(930, 40)
  if (random.chance(Math.min(0.9, habit.outings * 0.6))) spells.push({ from: morning, to: morning + random.whole(25, 100) })
  if (random.chance(Math.min(0.8, habit.outings * 0.4)))
    spells.push({ from: afternoon, to: Math.min(day.sleep - 60, afternoon + random.whole(20, 90)) })
  return spells
}

function seen(happenings: Happening[], room: Room, minute: number): void {
  happenings.push({ minute, kind: 'motion', room, active: true }, { minute: minute + motionHold, kind: 'motion', room, active: false })
}

function nightTrips(happenings: Happening[], habit: Habit, { random, wake }: { random: Random; wake: number }): void {
  for (let trip = 0; trip < habit.nightTrips; trip += 1) {
    const minute = random.about(wake * ((trip + 1) / (habit.nightTrips + 1)), 20)
    happenings.push({ minute, kind: 'bed', occupied: false })
    seen(happenings, 'bedroom', minute + 0.3)
    seen(happenings, 'bathroom', minute + 1.5)
    seen(happenings, 'bedroom', minute + random.whole(4, 9))
    happenings.push({ minute: minute + 10, kind: 'bed', occupied: true })
  }
}

function waking(happenings: Happening[], random: Random, day: Spell & { out: readonly Spell[]; naps: boolean }): void {
  let minute = day.from + 1
  while (minute < day.to) {
    const away = day.out.some(({ from, to }) => minute >= from && minute <= to)
    const napping = day.naps && minute > 765 && minute < 830
    if (!away && !napping) seen(happenings, roomAt(minute, random), minute)
    minute += napping ? random.whole(8, 25) : Math.max(0.7, random.about(6, 4))
  }
}

/** Meals draw people into the kitchen, the evening into the living room. */
function roomAt(minute: number, random: Random): Room {
  const meal = [435, 690, 1_050].some((at) => Math.abs(minute - at) < 35)
  if (meal && random.chance(0.65)) return 'kitchen'
  if (random.chance(0.12)) return 'bathroom'
  return random.chance(0.22) ? 'bedroom' : 'living'
}

function goOut(happenings: Happening[], { from, to }: Spell): void {
  for (const minute of [from, to])
    happenings.push({ minute, kind: 'door', open: true }, { minute: minute + 0.4, kind: 'door', open: false })
}
