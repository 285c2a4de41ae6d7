/** Pushed messages: only with the gateway's own token, 204 only when recorded, and each under the topic its family reads. */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { InboundMessage } from '../../domain/message.ts'
import { openWorld, type World } from './world.contract.ts'

let world: World
const taken: InboundMessage[] = []
let failing = false
afterEach(async () => {
  taken.length = 0
  failing = false
  await world.close()
})

async function begin(): Promise<void> {
  const settings = { host: '127.0.0.1', port: 0, publicOrigin: '', webRoot: '/nowhere' }
  const admits = async (deviceId: string, token: string) => deviceId === 'traccar-1' && token === 'right'
  const accept = async (message: InboundMessage) => {
    if (failing) throw new Error('no room')
    taken.push(message)
  }
  world = await openWorld({ settings, wayIn: { admits, accept } })
}

async function push(path: string, body: unknown, authorization?: string): Promise<number> {
  const { port } = world.dashboard.httpServer.address() as { port: number }
  const headers = { host: `127.0.0.1:${port}`, 'content-type': 'application/json', ...(authorization && { authorization }) }
  const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers })
  sent.end(typeof body === 'string' ? body : JSON.stringify(body))
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode ?? 0
}
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const event = { event: { id: 1, type: 'alarm', attributes: { alarm: 'sos' } }, device: { uniqueId: '86' } }

test('with the token of the gateway, in a header or in the address', async () => {
  await begin()
  expect(await push('/in/traccar', event, basic('traccar-1:right'))).toBe(204)
  expect(await push('/in/traccar', event, 'Bearer traccar-1:right')).toBe(204)
  expect(await push('/in/ctwing/traccar-1/right', event)).toBe(204)
  expect(taken.map(({ topic, senderId }) => `${senderId} ${topic}`)).toEqual([
    'traccar-1 events',
    'traccar-1 events',
    'traccar-1 in/ctwing',
  ])
  expect(JSON.parse(Buffer.from(taken[0]?.payload ?? []).toString())).toEqual(event)
})

test('without it nothing is taken', async () => {
  await begin()
  for (const wrong of [
    undefined,
    basic('traccar-1:wrong'),
    basic('traccar-2:right'),
    basic('traccar-1'),
    'Bearer right',
    'Digest traccar-1:right',
  ])
    expect(await push('/in/traccar', event, wrong), String(wrong)).toBe(401)
  expect(await push('/in/traccar/traccar-1/wrong', event)).toBe(401)
  expect(await push('/in/unknown', event, basic('traccar-1:right'))).toBe(400)
  expect(taken).toEqual([])
})

test('what could not be recorded is to be sent again', async () => {
  await begin()
  failing = true
  expect(await push('/in/traccar', event, basic('traccar-1:right'))).toBe(503)
  failing = false
  expect(await push('/in/traccar', event, basic('traccar-1:right'))).toBe(204)
  expect(taken).toHaveLength(1)
})

test('The Things Stack tells by its body what it is, and what is no JSON is taken as it comes', async () => {
  await begin()
  const ids = { end_device_ids: { device_id: 'sos-7' } }
  for (const body of [{ ...ids, uplink_message: {} }, { ...ids, join_accept: {} }, { end_device_ids: { device_id: '../x' } }, 'not json'])
    expect(await push('/in/tts', body, basic('traccar-1:right'))).toBe(204)
  expect(taken.map(({ topic }) => topic)).toEqual(['v3/webhook/devices/sos-7/up', 'v3/webhook/devices/sos-7/join', 'in/tts', 'in/tts'])
})
