/** Thousands of connections that speak mutated MQTT (seeded): the broker lives, forgets each of them, and thanks a press in between. */
import net from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { client, closeAll, type House, openHouse, until, wire } from './house.contract.ts'

afterEach(closeAll)

const connections = 4_000
const together = 50
const seed = 20_261_122

/** A small generator of chance that the seed determines. */
function chance(state: number): (below: number) => number {
  let x = state
  return (below) => {
    x = (x + 0x6d2b79f5) | 0
    let mixed = Math.imul(x ^ (x >>> 15), 1 | x)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function mutated(bytes: Buffer, roll: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes)
  for (let i = roll(4); i > 0; i--) copy[roll(copy.length)] = roll(256)
  if (roll(4) === 0) return copy.subarray(0, roll(copy.length))
  return roll(4) === 0 ? Buffer.concat([copy, Buffer.from(Array.from({ length: roll(40) }, () => roll(256)))]) : copy
}

/** A login that is often good, and then anything, in pieces that are sent one after each answer. */
function conversation(house: House, roll: (below: number) => number): Buffer[] {
  const id = `device${10 + roll(40)}`
  const login = wire.connect(id, house.tokenOf(id), {
    level: roll(8) ? 4 : roll(7),
    keepalive: roll(12) ? 60 : roll(70_000),
    clean: roll(2) === 0,
  })
  const own = `care/${id}/sos`
  const topics = [
    own,
    own,
    own,
    own,
    `care/${id}/reply`,
    '$SYS/x/new/clients',
    '#',
    'a/'.repeat(roll(200)),
    '__proto__',
    'constructor',
    '\u0000',
  ]
  const rest = Array.from({ length: roll(6) }, () => {
    const topic = topics[roll(topics.length)] ?? ''
    const good = () => wire.publish(own, 'p', { qos: roll(3), id: roll(9) })
    const packets = [
      good(),
      good(),
      good(),
      wire.publish(topic, 'x'.repeat(roll(100)), { qos: roll(20) ? roll(3) : 3, id: roll(4), dup: roll(2) === 0, retain: roll(2) === 0 }),
      wire.subscribe([topic, topics[roll(topics.length)] ?? '']),
      wire.packet(0xa2, Buffer.from([0, 1, 0, topic.length & 127, ...Buffer.from(topic.slice(0, 127))])),
      wire.pubrel(roll(4)),
      wire.packet(roll(256), Buffer.alloc(roll(20), roll(256))),
      wire.connect(id, house.tokenOf(id)),
      Buffer.from([0xc0, 0]),
      wire.disconnect,
    ]
    const packet = packets[roll(packets.length)] ?? wire.disconnect
    return roll(2) ? packet : mutated(packet, roll)
  })
  const first = roll(3) ? login : mutated(login, roll)
  return roll(3) ? [first, Buffer.concat(rest)] : [Buffer.concat([first, ...rest])]
}

function talk(port: number, pieces: Buffer[], endsEarly: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    const patience = setTimeout(() => socket.destroy(), 60)
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(patience)
      resolve()
    })
    const say = () => socket.write(pieces.shift() ?? Buffer.alloc(0))
    socket.on('data', say)
    say()
    if (endsEarly) socket.end()
  })
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test(`garbage on ${connections} connections (seed ${seed})`, { timeout: 120_000 }, async () => {
  const roll = chance(seed)
  const house = await openHouse({ accept: () => (roll(10) ? Promise.resolve() : Promise.reject(new Error('not now'))) })
  for (let i = 10; i < 50; i++) house.device(`device${i}`, { carries: [`device${i + 1}`], base: i % 2 ? 'zigbee2mqtt' : '' })
  const batch = () => Promise.all(Array.from({ length: together }, () => talk(house.port, conversation(house, roll), roll(3) === 0)))
  for (let i = 0; i < connections / 4; i += together) await batch()
  const before = heapAfterCollection()
  for (let i = connections / 4; i < connections; i += together) await batch()
  house.sweep(15)
  await until(() => house.counts().open === 0)
  expect(house.counts()).toMatchObject({ connected: 0, silent: 0, loginsNow: 0, atTheDoor: 0, underWay: 0, waiting: 0 })
  expect(house.accepted.length).toBeGreaterThan(50)
  house.accepted.splice(0)
  expect(heapAfterCollection() - before).toBeLessThan(10 * 1_024 * 1_024)
  house.device('button01')
  const button = await client(house, 'button01')
  button.publish('care/button01/heartbeat', 'still here', { qos: 0 })
  await until(() => house.accepted.length === 1)
})
