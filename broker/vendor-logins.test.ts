/** Terminals made for other platforms log in by those platforms' own formulas, on the topics that are theirs there, and are answered when all is recorded. */
import { createHmac } from 'node:crypto'
import mqtt from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../domain/clock.ts'
import { type VendorName, vendorBase, vendorKey, vendorSecret } from '../domain/vendor-login.ts'
import { openIngest } from '../ingest/ingest.ts'
import { aDevice, record } from '../ingest/recorder.ts'
import { afterwards, closeAll, openHouse, until } from './house.contract.ts'
import { proves, vendorClaim } from './vendor-claims.ts'

afterEach(closeAll)

const base64 = Buffer.from('a secret of this terminal').toString('base64')
const text = 'b2f9c1d0e8a7465390aa'
const hmac = (hash: string, key: string | Buffer, said: string) => createHmac(hash, key).update(said)
type Login = { clientId: string; username: string; password: string }
const hourOf = (at: number): string => new Date(at).toISOString().replaceAll(/[-T]/g, '').slice(0, 10)
const secondsOf = (at: number): string => String(Math.floor(at / 1_000))

/** Each formula written here once more, from the platforms' own words; `at` is the terminal's clock. */
type Terminal = {
  name: VendorName
  secret: string
  login(secret: string, at: number): Login
  press: { topic: string; body: unknown }
  answer: string | null
}
const terminals: Readonly<Record<string, Terminal>> = {
  'Alink with SHA-1': {
    name: { scheme: 'alink', product: 'a1BcDeFgH', device: 'sos_07' },
    secret: text,
    login: (secret) => ({
      clientId: '356566078910111|securemode=3,signmethod=hmacsha1,timestamp=789|',
      username: 'sos_07&a1BcDeFgH',
      password: hmac('sha1', secret, 'clientId356566078910111deviceNamesos_07productKeya1BcDeFgHtimestamp789').digest('hex'),
    }),
    press: {
      topic: '/sys/a1BcDeFgH/sos_07/thing/event/property/post',
      body: { id: '1', version: '1.0', params: { sos: 1 }, method: 'thing.event.property.post' },
    },
    answer: '/sys/a1BcDeFgH/sos_07/thing/event/property/post_reply',
  },
  'Alink with SHA-256, as newer kits write it': {
    name: { scheme: 'alink', product: 'a1BcDeFgH', device: 'sos.08' },
    secret: text,
    login: (secret) => ({
      clientId: 'a1BcDeFgH.sos.08|timestamp=2524608000000,_ss=1,securemode=2,signmethod=hmacsha256,ext=3,|',
      username: 'sos.08&a1BcDeFgH',
      password: hmac('sha256', secret, 'clientIda1BcDeFgH.sos.08deviceNamesos.08productKeya1BcDeFgHtimestamp2524608000000')
        .digest('hex')
        .toUpperCase(),
    }),
    press: { topic: '/sys/a1BcDeFgH/sos.08/thing/event/sos/post', body: { id: 2, params: { value: {} } } },
    answer: '/sys/a1BcDeFgH/sos.08/thing/event/sos/post_reply',
  },
  OneNET: {
    name: { scheme: 'onenet', product: 'Qw3rTyUiOp', device: 'button-1' },
    secret: base64,
    login(secret, at) {
      const [res, et] = ['products/Qw3rTyUiOp/devices/button-1', String(Math.floor(at / 1_000) + 3_600)]
      const sign = hmac('sha1', Buffer.from(secret, 'base64'), `${et}\nsha1\n${res}\n2018-10-31`).digest('base64')
      const words = { version: '2018-10-31', res, et, method: 'sha1', sign }
      const password = Object.entries(words)
        .map(([word, value]) => `${word}=${encodeURIComponent(value)}`)
        .join('&')
      return { clientId: 'button-1', username: 'Qw3rTyUiOp', password }
    },
    press: { topic: '$sys/Qw3rTyUiOp/button-1/thing/property/post', body: { id: '3', version: '1.0', params: { sos: { value: true } } } },
    answer: '$sys/Qw3rTyUiOp/button-1/thing/property/post/reply',
  },
  Huawei: {
    name: { scheme: 'huawei', product: '', device: '6a5f0c_watch9' },
    secret: text,
    login: (secret, at) => ({
      clientId: `6a5f0c_watch9_0_1_${hourOf(at)}`,
      username: '6a5f0c_watch9',
      password: hmac('sha256', hourOf(at), secret).digest('hex'),
    }),
    press: {
      topic: '$oc/devices/6a5f0c_watch9/sys/properties/report',
      body: { services: [{ service_id: 'Alarm', properties: { sos: 1 }, event_time: '20260701T104112Z' }] },
    },
    answer: null,
  },
  Tencent: {
    name: { scheme: 'tencent', product: 'ABCDE12345', device: 'pendant1' },
    secret: base64,
    login(secret, at) {
      const username = `ABCDE12345pendant1;12010126;k3J9x;${Math.floor(at / 1_000) + 600}`
      return {
        clientId: 'ABCDE12345pendant1',
        username,
        password: `${hmac('sha256', Buffer.from(secret, 'base64'), username).digest('hex')};hmacsha256`,
      }
    },
    press: { topic: '$thing/up/property/ABCDE12345/pendant1', body: { method: 'report', clientToken: 't-1', params: { sos: 1 } } },
    answer: '$thing/down/property/ABCDE12345/pendant1',
  },
  TuyaLink: {
    name: { scheme: 'tuya', product: '', device: '6c828cba434ff40c074wF2' },
    secret: text,
    login(secret, at) {
      const words = `timestamp=${secondsOf(at)},secureMode=1,accessType=1`
      return {
        clientId: 'tuyalink_6c828cba434ff40c074wF2',
        username: `6c828cba434ff40c074wF2|signMethod=hmacSha256,${words}`,
        password: hmac('sha256', secret, `deviceId=6c828cba434ff40c074wF2,${words}`).digest('hex'),
      }
    },
    press: {
      topic: 'tylink/6c828cba434ff40c074wF2/thing/property/report',
      body: { msgId: '9', time: 1, data: { sos_state: { value: true, time: 1 } } },
    },
    answer: 'tylink/6c828cba434ff40c074wF2/thing/property/report_response',
  },
}

/** A broker before a real ingest; one vendor login each for `term-1` and `term-2`. */
async function openDoor(terminal: Terminal) {
  const its = aDevice({
    id: 'term-1',
    number: 1,
    family: 'thing-model',
    base: vendorBase(terminal.name),
    key: 'term-1',
    role: 'sos-button',
  })
  const it = record([its])
  const order: string[] = []
  const ingest = openIngest({
    ...it.needs,
    clock: systemClock,
    answer: (deviceId, reply) => {
      order.push(`answered ${it.events.length}`)
      house.broker.answer(deviceId, reply)
    },
  })
  const secrets = new Map([[vendorKey(terminal.name), { deviceId: 'term-1', secrets: [bytesOf(terminal, terminal.secret)] }]])
  const stored = { deviceId: 'term-1', tokenHashes: [], carries: [], base: vendorBase(terminal.name), byVendor: true, certifiedAfter: null }
  const house = await openHouse({
    accept: ingest.accept,
    credential: async (id) => (id === 'term-1' && secrets.size > 0 ? stored : null),
    vendors: { find: (scheme, name) => (scheme === terminal.name.scheme ? (secrets.get(name) ?? null) : null) },
  })
  return { house, it, order, secrets }
}

const bytesOf = ({ name }: Terminal, secret: string): Uint8Array => {
  const found = vendorSecret(name, secret)
  if ('problem' in found) throw new Error(found.problem)
  return found.bytes
}

async function connect(port: number, login: Login) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { ...login, reconnectPeriod: 0 }, false)
  client.on('error', () => {})
  afterwards(() => client.endAsync(true))
  return client
}
const refusal = (port: number, login: Login) =>
  connect(port, login).then(
    () => 'let in',
    (error: { code?: number }) => error.code,
  )

for (const [name, terminal] of Object.entries(terminals)) {
  test(`${name}: logs in, presses on its own topic, is answered after the press is recorded`, async () => {
    const { house, it, order } = await openDoor(terminal)
    const client = await connect(house.port, terminal.login(terminal.secret, Date.now()))
    const heard: string[] = []
    client.on('message', (topic) => void heard.push(topic))
    if (terminal.answer) await client.subscribeAsync(terminal.answer, { qos: 1 })
    await client.publishAsync(terminal.press.topic, JSON.stringify(terminal.press.body), { qos: 1 })
    expect(it.events).toMatchObject([{ kind: 'sos-pressed', deviceId: 'term-1' }])
    if (terminal.answer) {
      await until(() => heard.length > 0)
      expect(heard).toEqual([terminal.answer])
      expect(order).toEqual(['answered 1'])
    }
    // Nobody else's topics, native ones of others included.
    client.publish(terminal.press.topic.replace(terminal.name.device, 'other-1'), '{}', { qos: 1 }, () => {})
    await until(() => !client.connected)
    expect(it.events).toHaveLength(1)
  })

  test(`${name}: a wrong secret, another device's name and an old moment are refused; an ended login is cut`, async () => {
    const { house, secrets } = await openDoor(terminal)
    const { login, secret } = terminal
    const now = Date.now()
    const good = login(secret, now)
    expect(await refusal(house.port, login(base64.replace('a', 'b'), now))).toBe(4)
    const other = (text: string) => text.replace(terminal.name.device, 'other-1')
    expect(await refusal(house.port, { ...good, username: other(good.username), clientId: other(good.clientId) })).not.toBe('let in')
    expect(await refusal(house.port, { ...good, clientId: 'term-1' })).not.toBe('let in')
    expect(await refusal(house.port, { ...good, password: '' })).not.toBe('let in')
    if (['onenet', 'huawei', 'tencent'].includes(terminal.name.scheme))
      expect(await refusal(house.port, login(secret, now - 3 * 3_600_000))).toBe(4)
    const client = await connect(house.port, good)
    // A second secret is good beside the first.
    const second = `${secret.slice(0, 16)}MjM0NTY3ODk=`
    secrets.get(vendorKey(terminal.name))?.secrets.push(bytesOf(terminal, second))
    expect(await house.broker.recheck()).toBe(0)
    expect(await refusal(house.port, login(second, now))).toBe('let in')
    secrets.clear()
    await house.broker.recheck()
    await until(() => !client.connected)
    expect(await refusal(house.port, good)).toBe(4)
  })
}

test('no CONNECT, however odd, makes a claim throw, and none is good under no secret', () => {
  const odd = [
    '',
    '|',
    'a|b|',
    '%',
    'version=%E0%A4%A&res=%&et=9&method=sha1&sign=%',
    'x;1;y;99999999999',
    'a_0_0_9999999999',
    'é'.repeat(300),
    'version=&res=products/b/devices/a&et=99999999999&method=sha256&sign=',
  ]
  for (const clientId of odd)
    for (const username of odd)
      for (const password of odd) {
        const claim = vendorClaim({ clientId, username, password }, systemClock.now())
        expect(claim !== null && proves(claim, undefined)).toBe(false)
        expect(claim !== null && proves(claim, [])).toBe(false)
      }
})
