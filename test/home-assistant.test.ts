/** Home Assistant on the whole platform, played by a real MQTT client: who hears of whom, whose word its button is, and how soon a consent that ended is felt. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readConfig } from '../config.ts'
import { pressOf, siteRows } from '../dashboard/server/world.contract.ts'
import { homeEvents } from '../domain/home-assistant.ts'
import { type Platform, startPlatform } from '../main.ts'

const patience = { timeout: 30_000 }

type Made = { id: string; user: string; password: string; elders: number }
type Session = { cookie: string; csrf: string }

async function open() {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-home-assistant-'))
  const config = readConfig({ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' })
  const platform = await startPlatform({ config, log: () => {}, write: () => {}, onFatal: () => {} })
  onTestFinished(async () => {
    await platform.close()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  await platform.directory.put(siteRows('a', 2))
  const admin = await sign(platform)
  return { platform, admin }
}

async function ask({ url }: Platform, { cookie, csrf }: Session, [method, path, body]: readonly [string, string, unknown?]) {
  const headers = { origin: url, cookie, 'x-csrf-token': csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await response.text()
  const set = response.headers.get('set-cookie')?.split(';', 1)[0]
  return { status: response.status, json: text === '' ? null : JSON.parse(text), cookie: set ?? cookie }
}

async function sign(platform: Platform) {
  const given = { code: platform.setupCode, name: 'limin', displayName: '李敏', password: 'a long enough sentence' }
  const { json, cookie } = await ask(platform, { cookie: '', csrf: '' }, ['POST', '/api/setup', given])
  const session = { cookie, csrf: json.csrfToken }
  return (method: string, path: string, body?: unknown) => ask(platform, session, [method, path, body])
}
type Admin = Awaited<ReturnType<typeof sign>>

const consentPath = (n: number) => `/api/residents/res-a-${n}/family/con-a-${n}/consent`
const consent = (admin: Admin, n: number) => admin('PUT', consentPath(n), { how: 'spoken', note: '' })

async function made(admin: Admin, n: number, body: object = { label: '女儿家', contactId: `con-a-${n}` }): Promise<Made> {
  const answer = await admin('POST', `/api/residents/res-a-${n}/home-assistants`, body)
  expect(answer.status, JSON.stringify(answer.json)).toBe(200)
  return answer.json
}

type Said = { topic: string; payload: string; retain: boolean }

/** As Home Assistant does: connects, says that it is there, asks for what may be discovered, and then for what was. */
async function homeAssistant(platform: Platform, { user, password }: Made) {
  const options = { clientId: user, username: user, password, reconnectPeriod: 0, keepalive: 60 }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, options, false)
  onTestFinished(() => void client.end(true))
  const said: Said[] = []
  client.on('error', () => {})
  // Home Assistant takes one retained message of a topic after it subscribed, and is deaf to any further one.
  const remembered = new Set<string>()
  client.on('message', (topic, payload, { retain }) => {
    if (retain && remembered.has(topic)) return
    if (retain) remembered.add(topic)
    said.push({ topic, payload: payload.toString(), retain })
  })
  await client.subscribeAsync(['homeassistant/+/+/config', 'homeassistant/+/+/+/config'])
  await client.publishAsync('homeassistant/status', 'online')
  const configs = () => said.filter(({ topic, payload }) => topic.endsWith('/config') && payload !== '')
  await vi.waitUntil(() => configs().length > 0, patience)
  const device = JSON.parse(configs()[0]?.payload ?? '{}')
  const key = String(device.device.identifiers[0]).slice('anling_'.length)
  const states = () => said.filter(({ topic }) => topic === device.state_topic).map(({ payload }) => JSON.parse(payload))
  const events = () => said.filter(({ topic }) => topic === `anling/${key}/alarm`).map(({ payload }) => JSON.parse(payload))
  return { client, said, device, key, states, events, configs }
}

const granted = async (client: MqttClient, topic: string): Promise<number> => {
  const [answer] = await client.subscribeAsync(topic).catch((error: { packet?: { granted: number[] } }) => [{ qos: 128, error }])
  return answer?.qos ?? 128
}

describe('Home Assistant', () => {
  test('an elder is one device; an alarm is told at once, and the button is her daughter’s word', { timeout: 60_000 }, async () => {
    const { platform, admin } = await open()
    expect((await admin('POST', '/api/residents/res-a-1/home-assistants', { label: 'x', contactId: 'con-a-1' })).json.code).toBe(
      'consent-needed',
    )
    await consent(admin, 1)
    const home = await homeAssistant(platform, await made(admin, 1))
    const { components, origin, device } = home.device
    expect(origin.name).toBe('Anling')
    expect(device.name).toContain('王秀英')
    // What Home Assistant demands of each: a platform and a unique id.
    for (const part of Object.values<Record<string, string>>(components)) expect([part.platform, part.unique_id]).not.toContain(undefined)
    expect(components.safe).toMatchObject({ platform: 'binary_sensor', device_class: 'safety', payload_on: 'ON', payload_off: 'OFF' })
    expect(components.activity).toMatchObject({ platform: 'sensor', device_class: 'timestamp' })
    expect(components.alarm).toMatchObject({ platform: 'event', event_types: [...homeEvents] })
    expect(components.know).toMatchObject({ platform: 'button', command_topic: `anling/${home.key}/answer`, payload_press: 'know' })

    await home.client.subscribeAsync([home.device.state_topic, components.alarm.state_topic])
    await vi.waitUntil(() => home.states().length > 0, patience)
    // Nobody ever saw her yet: that is not "safe".
    expect(home.states()[0]).toMatchObject({ safety: 'None', last_activity: 'None' })

    const { facts } = await platform.desk.handle({ ...pressOf('res-a-1', 'press-1'), siteId: 'a' })
    await vi.waitUntil(() => home.events().length > 0 && home.states().at(-1)?.safety === 'ON', patience)
    const alarmId = facts[0]?.fact.kind === 'alarm-raised' ? facts[0].fact.alarm.id : ''
    expect(home.events()[0]).toMatchObject({ event_type: 'raised', alarm_id: alarmId, reason: 'button', priority: 1 })
    // Home Assistant takes no event that a broker remembered.
    expect(home.said.filter(({ topic }) => topic.endsWith('/alarm')).every(({ retain }) => !retain)).toBe(true)

    await home.client.publishAsync(components.know.command_topic, 'know', { qos: 1, retain: true })
    await home.client.publishAsync(components.know.command_topic, 'anything', { qos: 1 })
    expect((await platform.store.alarm(alarmId))?.notes).toEqual([])
    await home.client.publishAsync(components.know.command_topic, components.know.payload_press, { qos: 1 })
    // Thanked means recorded.
    expect((await platform.store.alarm(alarmId))?.notes).toMatchObject([{ family: { contactId: 'con-a-1', answer: 'know' } }])
    await home.client.publishAsync(components.going.command_topic, components.going.payload_press, { qos: 1 })
    expect((await platform.store.alarm(alarmId))?.notes.at(-1)).toMatchObject({ family: { answer: 'going' }, coming: {} })

    await admin('POST', `/api/alarms/${alarmId}/acknowledge`, {})
    await admin('POST', `/api/alarms/${alarmId}/resolve`, { outcome: 'help-given', text: '' })
    await vi.waitUntil(() => home.events().at(-1)?.event_type === 'resolved' && home.states().at(-1)?.safety !== 'ON', patience)
    expect(home.events().map(({ event_type }) => event_type)).toEqual(['raised', 'acknowledged', 'resolved'])
  })

  test('each hears of its own elders alone, whatever it asks for, and may say nothing else', { timeout: 60_000 }, async () => {
    const { platform, admin } = await open()
    await consent(admin, 1)
    await consent(admin, 2)
    const one = await homeAssistant(platform, await made(admin, 1))
    const two = await homeAssistant(platform, await made(admin, 2))
    for (const filter of [
      '#',
      'anling/#',
      'anling/+/state',
      `anling/${two.key}/state`,
      `anling/${two.key}/#`,
      'care/#',
      '+/+/reply',
      '$SYS/#',
    ])
      expect([filter, await granted(one.client, filter)]).toEqual([filter, 128])
    for (const filter of ['homeassistant/#', `anling/${one.key}/#`]) expect(await granted(one.client, filter)).toBeLessThan(2)
    await one.client.subscribeAsync(two.configs()[0]?.topic ?? '')
    await platform.desk.handle({ ...pressOf('res-a-2', 'press-2'), siteId: 'a' })
    await platform.desk.handle({ ...pressOf('res-a-1', 'press-1'), siteId: 'a' })
    await vi.waitUntil(() => one.events().length > 0, patience)
    expect(one.said.filter(({ topic, payload }) => topic.includes(two.key) || payload.includes(two.key))).toEqual([])
    // Another's button: the connection ends and nothing is written.
    one.client.publish(`anling/${two.key}/answer`, 'know', { qos: 1 })
    await vi.waitUntil(() => !one.client.connected, patience)
    const [alarm] = (await platform.store.openAlarms('all')).filter(({ subjectId }) => subjectId === 'res-a-2')
    expect(alarm?.notes).toEqual([])
  })

  test("the elder's own home hears and answers nothing; its login needs her own consent", { timeout: 60_000 }, async () => {
    const { platform, admin } = await open()
    const own = { label: '她家里', contactId: null }
    expect((await admin('POST', '/api/residents/res-a-1/home-assistants', own)).status).toBe(400)
    const home = await homeAssistant(platform, await made(admin, 1, { ...own, consent: { how: 'written', note: '' } }))
    expect(Object.keys(home.device.components)).toEqual(['safe', 'activity', 'alarm'])
    home.client.publish(`anling/${home.key}/answer`, 'know', { qos: 1 })
    await vi.waitUntil(() => !home.client.connected, patience)
    const lines = await platform.accounts.auditLines(0, 100)
    expect(lines.find(({ action }) => action === 'home-assistant-made')).toMatchObject({ subjectId: 'res-a-1' })
  })

  test('a consent that ends is felt within seconds: the device is taken away, the line cut, the login void', {
    timeout: 60_000,
  }, async () => {
    const { platform, admin } = await open()
    await consent(admin, 1)
    const login = await made(admin, 1)
    const home = await homeAssistant(platform, login)
    await home.client.subscribeAsync([home.device.state_topic, `anling/${home.key}/alarm`])
    await vi.waitUntil(() => home.states().length > 0, patience)
    expect((await admin('DELETE', consentPath(1))).status).toBe(200)
    // From this very moment nothing is told any more.
    await platform.desk.handle({ ...pressOf('res-a-1', 'press-1'), siteId: 'a' })
    await vi.waitUntil(() => !home.client.connected, patience)
    expect(home.events()).toEqual([])
    expect(home.said.at(-1)).toMatchObject({ topic: `homeassistant/device/anling_${home.key}/config`, payload: '' })
    const again = mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, {
      ...{ clientId: login.user, username: login.user, password: login.password, reconnectPeriod: 0 },
    })
    await expect(again).rejects.toThrow(/Not authorized|Bad username/i)
    expect((await admin('GET', '/api/residents/res-a-1/home-assistants')).json).toEqual([])
  })

  test('a relative makes her own from her telephone, for all her elders, and ends it again', { timeout: 60_000 }, async () => {
    const { platform, admin } = await open()
    let family: Session = { cookie: '', csrf: '' }
    for (const n of [1, 2]) {
      await consent(admin, n)
      const { json } = await admin('POST', `/api/residents/res-a-${n}/family/con-a-${n}/invitations`)
      const token = String(json.url).split('#/join/')[1]
      const joined = await ask(platform, family, ['POST', '/api/family/join', { token, label: '' }])
      family = { cookie: joined.cookie, csrf: joined.json.csrfToken }
    }
    const path = '/api/family/home-assistants'
    const { json: login } = await ask(platform, family, ['POST', path, { label: '客厅' }])
    expect(login.elders).toBe(2)
    const home = await homeAssistant(platform, login)
    await vi.waitUntil(() => home.configs().length >= 2, patience)
    expect((await ask(platform, family, ['GET', path])).json).toMatchObject([{ id: login.id, label: '客厅' }])
    expect(JSON.stringify((await ask(platform, family, ['GET', path])).json)).not.toContain(login.password)
    expect((await ask(platform, family, ['DELETE', `${path}/${login.id}`])).status).toBe(204)
    await vi.waitUntil(() => !home.client.connected, patience)
    expect((await ask(platform, family, ['DELETE', `${path}/${login.id}`])).status).toBe(404)
  })
})
