/** A bridge against a real broker: thanked only after our commit, sent again when it failed, kept for us while we or the other broker are away. */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../domain/clock.ts'
import type { InboundMessage } from '../domain/message.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { readBridges } from './bridge-settings.ts'
import { afterwards, closeAll, until } from './house.contract.ts'

afterEach(closeAll)

/** Another broker, plain, with sessions in memory; its port can be closed and opened again. */
async function openOther() {
  const aedes = await Aedes.createBroker()
  const servers = new Set<Server>()
  const connections = new Set<{ destroy(): void }>()
  let port = 0
  const listen = () =>
    new Promise<void>((resolve) => {
      const server = createServer((socket) => {
        connections.add(socket)
        aedes.handle(socket)
      })
      servers.add(server)
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as { port: number }).port
        resolve()
      })
    })
  const cut = () => {
    for (const server of servers) server.close()
    servers.clear()
    for (const connection of connections) connection.destroy()
    connections.clear()
  }
  await listen()
  afterwards(() => {
    cut()
    return new Promise<void>((resolve) => aedes.close(() => resolve()))
  })
  return { listen, cut, url: () => `mqtt://127.0.0.1:${port}` }
}

async function publisher(url: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 })
  afterwards(() => client.endAsync(true))
  return client
}

function bridged(url: string, accept: (message: InboundMessage) => Promise<void>): { bridge: Bridge; said: string[] } {
  const said: string[] = []
  const log = (_level: string, sentence: string) => void said.push(sentence)
  const bridge = openBridge({ deviceId: 'lora-001', url, topics: ['application/#'] }, { accept, clock: systemClock, log })
  afterwards(() => bridge.close())
  return { bridge, said }
}

const topic = 'application/1/device/1/event/up'

test('a message that could not be recorded is sent again, until it is', async () => {
  const other = await openOther()
  const taken: string[] = []
  let failures = 2
  const { bridge } = bridged(other.url(), async ({ payload, senderId }) => {
    if (failures-- > 0) throw new Error('no room')
    taken.push(`${senderId} ${Buffer.from(payload).toString()}`)
  })
  await until(() => bridge.connected())
  const device = await publisher(other.url())
  await device.publishAsync(topic, 'press', { qos: 1 })
  await until(() => taken.length > 0)
  expect(taken).toEqual(['lora-001 press'])
  expect(failures).toBe(-1)
})

test('what comes while the line is cut waits over there; a kept message is told to be one', async () => {
  const other = await openOther()
  const taken: string[] = []
  const { bridge, said } = bridged(
    other.url(),
    async ({ payload, retain }) => void taken.push(`${Buffer.from(payload).toString()} ${retain}`),
  )
  await until(() => bridge.connected() && said.includes('The bridge is connected'))
  const first = await publisher(other.url())
  await first.publishAsync(topic, 'one', { qos: 1 })
  await until(() => taken.length === 1)
  other.cut()
  await until(() => !bridge.connected())
  await other.listen()
  const second = await publisher(other.url())
  await second.publishAsync(topic, 'two', { qos: 1 })
  await second.publishAsync('application/kept', 'old', { qos: 1, retain: true })
  await until(() => taken.includes('two false'))
  await until(() => taken.some((each) => each.startsWith('old')))
  expect(taken.filter((each) => each.startsWith('two'))).toHaveLength(1)
  await bridge.close()
  const { bridge: late } = bridged(
    other.url(),
    async ({ payload, retain }) => void taken.push(`late ${Buffer.from(payload).toString()} ${retain}`),
  )
  await until(() => late.connected())
  await until(() => taken.includes('late old true'))
})

test('a mistake in the list of bridges is a sentence that says where', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'anling-bridges-')), 'bridges.json')
  const refused = (content: string) => {
    writeFileSync(file, content)
    return () => readBridges(file)
  }
  expect(refused('[{')).toThrow(/cannot be read as JSON/)
  expect(refused('[{"deviceId":"lora-001","url":"http://x","topics":["a"]}]')).toThrow(/0\.url/)
  expect(refused('[{"deviceId":"lora-001","url":"mqtt://x","topics":[]}]')).toThrow(/0\.topics/)
  expect(readBridges('')).toEqual([])
  writeFileSync(file, '[{"deviceId":"lora-001","url":"mqtts://x:8883","topics":["application/#"]}]')
  expect(readBridges(file)).toHaveLength(1)
})
