/** Three weeks of one person's life in the register, for the tests of the learned rule: what she does, quarter of an hour by quarter of an hour. */
import { hours, minutes } from '../../domain/time.ts'
import type { WatchedDevice, WatchedResident } from '../../store/store.ts'
import { morning, openWorld, type World, watchedDevice, watchedResident, words } from '../silence/examples.contract.ts'

export const hour = 3_600
const behind = { residentId: 'r1', residentNumber: 1, gatewayId: 'term-1', heartbeatSeconds: null, power: 'battery' } as const
export const [terminal, kitchen, bath, door] = [1, 2, 3, 4] as const
export const devices: readonly WatchedDevice[] = [
  watchedDevice(terminal),
  watchedDevice(kitchen, { ...behind, role: 'motion', room: 'kitchen' }),
  watchedDevice(bath, { ...behind, role: 'motion', room: 'bathroom' }),
  watchedDevice(door, { ...behind, role: 'front-door', room: 'hall' }),
]

export const sign = (world: World, device: number) => world.silence.active(1, device, world.now())

/** Three weeks of one person's days: up at seven, in the kitchen every quarter of an hour, out from ten to eleven, to bed at half past ten, up once at three. */
export function threeWeeks(given: Partial<WatchedResident> = {}): World {
  const world = openWorld({ devices, residents: [watchedResident(1, given)] })
  for (let quarter = 0; quarter < 21 * 96; quarter += 1) {
    // It begins at eight in the morning: no morning of hers, so she is not heard before the afternoon.
    if (quarter >= 24) live(world)
    world.stall(900)
  }
  // The first quarter of an hour with a watch that looks: after it nobody is new to it.
  live(world)
  world.run(900)
  return world
}

/** What she does in this quarter of an hour, by the clock in Shanghai. */
export function live(world: World): void {
  const minute = ((world.now() - morning) / minutes(1) + 8 * 60) % 1_440
  if (minute === 3 * 60) for (const device of [bath, kitchen]) sign(world, device)
  if (minute < 7 * 60 || minute > 22.5 * 60) return
  if (minute === 10 * 60 || minute === 11 * 60) sign(world, door)
  if (minute <= 10 * 60 - 15 || minute >= 11 * 60) sign(world, kitchen)
}

/** Lives on for so many hours, ticking. */
export function liveOn(world: World, many: number): ReturnType<World['run']> {
  const found = []
  for (let quarter = 0; quarter < many * 4; quarter += 1) {
    live(world)
    found.push(...world.run(900))
  }
  return found
}

export const clock = (world: World): number => ((world.now() - morning) / hours(1) + 8) % 24
/** Silence until something is found; returns what, and after how many hours. */
export function silentUntil(world: World, most = 24) {
  for (let second = 0; second < most * hour; second += 1) {
    const found = world.run(1)
    if (found.length > 0) return { found, words: words(found), after: second / hour }
  }
  return { found: [], words: [], after: most }
}
