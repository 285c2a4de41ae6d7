/** A screen that takes nothing any more holds nobody up, and is dropped within 5 seconds. */
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import { openPeopledWorlds, screenOf } from './peopled.contract.ts'
import { hearFacts, type Screen, siteRows, snapshotOf, until } from './world.contract.ts'

/** Nobody paints what is pressed here: with a clock that stands the platform never finds that it should have been by now. */
const peopled = openPeopledWorlds({ clock: { ...systemClock, elapsed: () => 0 } })

/** Takes nothing from the network any more, and says nothing of it. */
function freeze(screen: Screen): void {
  const transport = screen.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }
  transport.ws._socket.pause()
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

  test('that takes nothing of what waits for it is dropped before its third beat, and its wire with it', async () => {
    const world = await peopled({ rows: [siteRows('a', 10_000)] })
    const frozen = await screenOf(world, 'op-a')
    const healthy = await screenOf(world, 'op-a')
    await snapshotOf(healthy)
    freeze(frozen)
    let beats = 0
    healthy.on('beat', () => {
      beats += 1
    })
    const connections = () => new Promise((resolve) => world.dashboard.httpServer.getConnections((_error, count) => resolve(count)))
    // More than the buffers of the network hold.
    for (let n = 0; n < 40; n += 1) frozen.emit('hello', null, () => {})
    await until(() => world.dashboard.liveScreens().connected === 1)
    expect(beats).toBeLessThanOrEqual(3)
    await until(async () => (await connections()) === 1)
  })
})
