/** Hostile pushes at `/in/…`, before a real ingest: what is too large, odd, nested, foreign, unproven or sent again is counted or refused with a code; nothing is thrown, and no press is made up. */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { aDevice, type Recorder, record } from '../../ingest/recorder.ts'
import { openWorld, type World } from './world.contract.ts'

const ways = ['traccar', 'tts', 'ctwing', 'json'] as const
const families = { traccar: 'traccar', tts: 'lorawan', ctwing: 'ctwing', json: 'generic' } as const
type Way = (typeof ways)[number]

let world: World
let it: Recorder
afterEach(() => world.close())

const senders = ways.map((way, place) => aDevice({ id: `${way}-gw`, number: place + 1, family: families[way], role: 'gateway', key: '' }))
const foreign = aDevice({
  id: 'sos-9999',
  number: 9,
  family: 'traccar',
  gatewayId: 'another-gw',
  key: '86',
  role: 'sos-button',
  residentId: 'resident-9',
})

async function begin(): Promise<void> {
  it = record([...senders, foreign])
  const settings = { host: '127.0.0.1', port: 0, publicOrigin: '', webRoot: '/nowhere' }
  const admits = async (deviceId: string, token: string) => token === 'right' && senders.some(({ id }) => id === deviceId)
  world = await openWorld({ settings, wayIn: { admits, accept: it.accept } })
}

type Answer = { status: number; code: unknown; text: string }

async function push(path: string, body: string | Buffer, authorization?: string): Promise<Answer> {
  const [way = '', type = 'application/json'] = path.split(' as ')
  const { port } = world.dashboard.httpServer.address() as { port: number }
  const headers = { host: `127.0.0.1:${port}`, 'content-type': type, ...(authorization && { authorization }) }
  const sent = request({ host: '127.0.0.1', port, path: `/in/${way}`, method: 'POST', headers })
  sent.on('error', () => {})
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const text = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode ?? 0, code: text === '' ? null : JSON.parse(text).code, text }
}
const proof = (way: Way) => `Basic ${Buffer.from(`${way}-gw:right`).toString('base64')}`

const odd: readonly string[] = [
  '',
  'null',
  'true',
  '-0',
  '1e999',
  '""',
  '[]',
  '{}',
  '{',
  '\u{feff}{"a":1}',
  '[[[[1]]]]',
  `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  `${'{"event":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  '{"event":[],"device":5,"position":"x"}',
  '{"event":{"type":"alarm","attributes":{"alarm":{"sos":true}}},"device":{"uniqueId":["86"]}}',
  '{"event":{"type":"alarm","attributes":{"alarm":["sos"]},"deviceId":1e400},"device":{"uniqueId":""}}',
  '{"event":{"type":["alarm"],"attributes":null},"device":{"uniqueId":"86"}}',
  '{"end_device_ids":{"device_id":"x"},"uplink_message":[]}',
  '{"end_device_ids":{"device_id":"x"},"uplink_message":{"f_port":"85","frm_payload":{"a":1},"decoded_payload":"sos"}}',
  '{"end_device_ids":{"device_id":"../../care/x/sos"},"uplink_message":{"frm_payload":"/y4B"}}',
  '{"end_device_ids":{"device_id":"x","dev_eui":{}},"uplink_message":{"version_ids":7,"rx_metadata":[[]],"f_cnt":-1}}',
  '{"IMEI":{"a":1},"messageType":["dataReport"],"payload":[1]}',
  '{"IMEI":"86","messageType":"eventReport","eventContent":null,"payload":"sos"}',
  '{"IMEI":"86","payload":{"serviceData":{"Alarm_Status":"soon"}}}',
  '[{"bn":{},"n":[],"v":"sos","bt":"1e999"},null,7]',
  '{"__proto__":{"kind":"sos"},"constructor":{"prototype":{"sos":1}}}',
]

describe.each(ways)('/in/%s', (way) => {
  test('nobody without the right token of that device, whatever is said', async () => {
    await begin()
    const press = '{"event":{"type":"alarm","attributes":{"alarm":"sos"}},"device":{"uniqueId":"86"}}'
    for (const wrong of [
      undefined,
      'Basic',
      'Basic !!!',
      `Bearer ${way}-gw:wrong`,
      `Bearer ${way}-gw:`,
      'Bearer :right',
      'Bearer sos-9999:right',
      `Basic ${'A'.repeat(5_000)}`,
    ])
      expect(await push(way, press, wrong), String(wrong).slice(0, 40)).toMatchObject({ status: 401, code: 'bad-token' })
    for (const path of [
      `${way}/${way}-gw/wrong`,
      `${way}/sos-9999/right`,
      `${way}/${'x'.repeat(65)}/right`,
      `${way}/..%2f..%2fcare/right`,
    ]) {
      const { status, code } = await push(path, press)
      expect([400, 401, 404, 414], path).toContain(status)
      expect(code, path).toBeTruthy()
    }
    expect(it.ingest.counts().messages).toBe(0)
    expect(it.events).toEqual([])
  })

  test('odd, broken and nested bodies are taken, counted and mean nothing', async () => {
    await begin()
    for (const body of odd) {
      const answer = await push(way, body, proof(way))
      expect(answer.status, body.slice(0, 60)).toBe(204)
    }
    const { messages, decoders } = it.ingest.counts()
    const { ok, empty, error } = decoders[families[way]]
    expect([messages, ok + empty + error]).toEqual([odd.length, odd.length])
    expect(error).toBeGreaterThan(odd.length / 3)
    expect(it.events).toEqual([])
    expect(it.active).toEqual([])
    expect(it.logged).toEqual([])
    expect(it.quarantine.every(({ payload }) => payload.length <= 4_096)).toBe(true)
  })
})

describe.each(ways)('/in/%s, bytes', (way) => {
  test('bytes that are no text, of any content type, are taken and counted', async () => {
    await begin()
    for (const type of ['application/octet-stream', 'text/plain', 'multipart/form-data; boundary=x', 'image/png'])
      expect((await push(`${way} as ${type}`, Buffer.from([0xff, 0, 0xfe, 0x7b]), proof(way))).status).toBe(204)
    expect(it.ingest.counts().decoders[families[way]].error).toBe(4)
  })

  test('too much is refused before it is read to its end', async () => {
    await begin()
    const { status, code, text } = await push(way, `{"a":"${'x'.repeat(300 * 1_024)}"}`, proof(way))
    expect(status).toBe(413)
    expect(code).toBeTruthy()
    expect(text).not.toMatch(/\n\s+at |node_modules/)
    expect(it.ingest.counts().messages).toBe(0)
  })
})

test('the device of another gateway does not press for its resident; pushed again it is one call of this gateway’s home', async () => {
  await begin()
  const press = '{"event":{"id":7,"type":"alarm","attributes":{"alarm":"sos"}},"device":{"uniqueId":"86"}}'
  for (let times = 0; times < 3; times += 1) expect((await push('traccar', press, proof('traccar'))).status).toBe(204)
  expect(new Set(it.events.map((event) => `${event.subjectId} ${'causeId' in event && event.causeId}`))).toEqual(
    new Set(['resident-1 traccar-gw:event-7']),
  )
  expect(it.quarantine[0]).toMatchObject({ senderId: 'traccar-gw', reason: 'unknown-device' })
})
