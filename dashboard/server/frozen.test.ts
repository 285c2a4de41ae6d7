/** A screen that takes nothing any more holds nobody up, and is dropped within 5 seconds. */
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import type { Clock } from '../../domain/time.ts'
import { beatEvery } from './beat.ts'
import { openPeopledWorlds, screenOf } from './peopled.contract.ts'
import { hearFacts, type Screen, siteRows, snapshotOf, until } from './world.contract.ts'

/** Nobody paints what is pressed here: with a clock that stands the platform never finds that it should have been by now. */
const peopled = openPeopledWorlds({ clock: { ...systemClock, elapsed: () => 0 } })

/** Takes nothing from the network any more, and says nothing of it. */
function freeze(screen: Screen): void {
  const transport = screen.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }
  transport.ws._socket.pause()
}

/** A clock whose beats come when they are struck: how long they take says nothing here. */
function beatsByHand(): { clock: Clock; strike(): void } {
  const beats: (() => void)[] = []
  const every: Clock['every'] = (span, work) => {
    if (span !== beatEvery) return systemClock.every(span, work)
    beats.push(work)
    return () => {}
  }
  return { clock: { ...systemClock, elapsed: () => 0, every }, strike: () => beats.forEach((beat) => void beat()) }
}

describe('a frozen screen', () => {
  test('delays nobody, and is dropped', async () => {
    const world = await peopled()
    const frozen = await screenOf(world, 'op-a')
    const healthy = await screenOf(world, 'op-a')
    const facts = hearFacts(healthy)
    for (const screen of [frozen, healthy]) await snapshotOf(screen)
    freeze(frozen)
    for (let n = 0; n < 20; n += 1) await world.press('res-a-1', `p-${n}`)
    await until(() => facts.length === 20)
    expect(world.dashboard.liveScreens().connected).toBe(2)
    await until(() => world.dashboard.liveScreens().connected === 1)
    expect(healthy.connected).toBe(true)
  })

  test('is missed within 5 seconds, as the server says in its first words', async () => {
    const world = await peopled()
    const { io } = await screenOf(world, 'op-a')
    const { _pingInterval, _pingTimeout } = io.engine as unknown as { _pingInterval: number; _pingTimeout: number }
    expect(_pingInterval + _pingTimeout).toBeLessThanOrEqual(5_000)
  })

  test('that takes nothing of what waits for it is dropped at the third beat that finds it so, and its wire with it', async () => {
    const { clock, strike } = beatsByHand()
    const world = await peopled({ rows: [siteRows('a', 10_000)], clock })
    const wires: Socket[] = []
    world.dashboard.httpServer.on('connection', (wire) => wires.push(wire))
    const frozen = await screenOf(world, 'op-a')
    const [wire] = wires
    const healthy = await screenOf(world, 'op-a')
    await snapshotOf(healthy)
    freeze(frozen)
    // More than the buffers of the network hold.
    for (let n = 0; n < 40; n += 1) frozen.emit('hello', null, () => {})
    // On a slow machine the unanswered ping is sooner.
    await until(() => wire?.destroyed === true || (wire?.writableLength ?? 0) > 0)
    const left = () => (wire?.bytesWritten ?? 0) - (wire?.writableLength ?? 0)
    for (let before = -1; before !== left(); await new Promise((resolve) => setTimeout(resolve, 100))) before = left()
    for (let n = 0; n < 3; n += 1) strike()
    expect(wire?.destroyed).toBe(true)
    await until(() => world.dashboard.liveScreens().connected === 1)
    expect(healthy.connected).toBe(true)
    const connections = () => new Promise((resolve) => world.dashboard.httpServer.getConnections((_error, count) => resolve(count)))
    await until(async () => (await connections()) === 1)
  })
})
