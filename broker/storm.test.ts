/** A street loses power and comes back: everybody is let in again, by every door, in small slices, and whoever is connected is served. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { certificate } from './certificate.contract.ts'
import { afterwards, client, closeAll, type House, openHouse, raw, rawLogin, until, wire } from './house.contract.ts'

afterEach(closeAll)

const names = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}-device${i}`)

test('everybody is back after a storm, at the smallest slices, and presses go through meanwhile', async () => {
  const house = await openHouse({ limits: { unitsPerTurn: 1, loginsAtOnce: 2 } })
  const street = names('tcp', 300)
  for (const id of [...street, 'button01']) house.device(id)
  const button = await client(house, 'button01')
  for (let round = 1; round <= 3; round++) {
    const back = Promise.all(street.map((id) => rawLogin(house, id)))
    for (let i = 0; i < 10; i++) await button.publishAsync('care/button01/sos', `${round} ${i}`, { qos: 1 })
    const sockets = await back
    await until(() => house.counts().connected === street.length + 1)
    // Half of them end, half are reset; the last round they are taken over without having ended.
    if (round < 3) for (const [i, { socket }] of sockets.entries()) i % 2 ? socket.end() : socket.resetAndDestroy()
    if (round === 1) await until(() => house.counts().connected === 1)
  }
  expect(house.accepted).toHaveLength(30)
  await until(() => house.counts().open === street.length + 1)
  expect(house.counts()).toMatchObject({ loginsNow: 0, atTheDoor: 0, turnedAway: 0 })
  // Each is known as here, once, and so can be cut off.
  for (const id of street) expect(house.broker.disconnect(id)).toBe(true)
  await until(() => house.counts().connected === 1)
})

test('a crowd at one door does not shut the others', async () => {
  const house = await openHouse({ tls: certificate, limits: { unitsPerTurn: 1, loginsAtOnce: 1 } })
  for (const id of [...names('tcp', 200), ...names('tls', 10), ...names('ws', 10)]) house.device(id)
  const securePort = await house.broker.listenTls('127.0.0.1', 0)
  const webPort = await webServer(house)
  const crowd = Promise.all(names('tcp', 200).map((id) => rawLogin(house, id)))
  await Promise.all([
    ...names('tls', 10).map((id) => overTls(house, securePort, id)),
    ...names('ws', 10).map((id) => overWeb(house, webPort, id)),
  ])
  await crowd
  expect(house.counts()).toMatchObject({ connected: 220, loginsNow: 0 })
})

async function overTls(house: House, port: number, id: string): Promise<void> {
  const socket = await raw(port, { secure: true })
  socket.send(wire.connect(id, house.tokenOf(id)))
  await until(() => socket.hex() === '20020000')
}

async function overWeb(house: House, port: number, id: string): Promise<void> {
  const web = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
  afterwards(() => web.terminate())
  await new Promise((resolve) => web.once('open', resolve))
  web.send(wire.connect(id, house.tokenOf(id)))
  await new Promise((resolve) => web.once('message', resolve))
}

async function webServer(house: House): Promise<number> {
  const server = createServer()
  server.on('upgrade', house.broker.handleWebSocket)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(() => server.close())
  return (server.address() as AddressInfo).port
}
