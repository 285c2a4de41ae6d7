/** Enrolment on the whole platform: a Zigbee gateway speaks for a button nobody knows; it is claimed, proven in a test walk, and then it rings. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { hashToken, newToken } from '../broker/credentials.ts'
import { readConfig } from '../config.ts'
import { siteRows } from '../dashboard/server/world.contract.ts'
import { type Platform, startPlatform } from '../main.ts'

const password = 'a long enough sentence'

async function start(dataDir: string): Promise<Platform> {
  const config = readConfig({ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' })
  return startPlatform({ config, log: () => {}, write: () => {}, onFatal: () => {} })
}

async function open() {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-enrolment-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const platform = await start(dataDir)
  for (const site of ['site-a', 'site-b']) await platform.directory.put(siteRows(site, 1))
  const own = { siteId: 'site-a', residentId: null, gatewayId: null, family: 'zigbee2mqtt', key: 'gateway-a', base: 'zigbee2mqtt' } as const
  await platform.directory.put({
    devices: [{ ...own, id: 'gateway-a', role: 'gateway', room: '', power: 'mains', heartbeatSeconds: null }],
  })
  const token = newToken()
  await platform.directory.putCredential('gateway-a', hashToken(platform.pepper, token))
  return { dataDir, platform, token }
}

async function gatewayOf({ mqttPort }: Platform, password: string) {
  const names = { clientId: 'gateway-a', username: 'gateway-a' }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { ...names, password, reconnectPeriod: 0 })
  onTestFinished(() => void client.end(true))
  let count = 0
  return {
    say: (topic: string, body: object, retain = false) =>
      client.publishAsync(`zigbee2mqtt/${topic}`, JSON.stringify(body), { qos: 1, retain }),
    press() {
      count += 1
      return this.say('0xa1b2', { action: 'single', linkquality: 100 + count })
    },
  }
}

async function peopleOf({ url, setupCode }: Platform) {
  const ask = async (session: { cookie: string; csrf: string }, [method, path]: readonly [string, string], body?: unknown) => {
    const headers = { origin: url, cookie: session.cookie, 'x-csrf-token': session.csrf, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await response.text()
    const cookie = response.headers.get('set-cookie')?.split(';', 1)[0]
    return { status: response.status, json: text === '' ? null : JSON.parse(text), cookie: cookie ?? session.cookie }
  }
  const nobody = { cookie: '', csrf: '' }
  const signed = async (answer: ReturnType<typeof ask>) => {
    const { json, cookie } = await answer
    const session = { cookie, csrf: String(json?.csrfToken) }
    return (method: string, path: string, body?: unknown) => ask(session, [method, path], body)
  }
  const admin = await signed(ask(nobody, ['POST', '/api/setup'], { code: setupCode, name: 'limin', displayName: '李敏', password }))
  const person = async (name: string, role: string, siteId: string) => {
    await admin('POST', '/api/users', { name, displayName: name, role, siteIds: [siteId], password })
    return signed(ask(nobody, ['POST', '/api/sign-in'], { name, password }))
  }
  const [anna, ben] = [await person('anna', 'supervisor', 'site-a'), await person('ben', 'supervisor', 'site-b')]
  return { admin, anna, ben, operator: await person('otto', 'operator', 'site-a') }
}

const asked = { gatewayId: 'gateway-a', key: '0xa1b2', residentId: 'res-site-a-1', room: '卧室', role: 'sos-button', power: 'battery' }

test('an unknown button is listed, claimed, proven in a walk that rings nobody, and rings from then on', { timeout: 30_000 }, async () => {
  const { dataDir, platform, token } = await open()
  const { admin, anna, ben, operator } = await peopleOf(platform)
  const gateway = await gatewayOf(platform, token)
  const rings = async () => (await platform.store.openAlarms('all')).filter(({ kind }) => kind === 'sos')
  const definition = { vendor: 'Heiman', model: 'SS-EF', description: 'SOS button' }
  await gateway.say('bridge/devices', [{ ieee_address: '0xa1b2', friendly_name: '0xa1b2', type: 'EndDevice', definition }], true)
  await gateway.press()

  const [waits, ...others] = (await anna('GET', '/api/new-devices')).json
  expect(waits).toMatchObject({
    ...{ gatewayId: 'gateway-a', key: '0xa1b2' },
    siteId: 'site-a',
    vendor: 'Heiman',
    guess: 'sos-button',
    kinds: expect.arrayContaining(['button']),
  })
  expect(others).toEqual([])
  expect((await ben('GET', '/api/new-devices')).json).toEqual([])
  expect((await operator('GET', '/api/new-devices')).status).toBe(403)
  expect((await ben('POST', '/api/new-devices/claim', asked)).status).toBe(404)
  expect((await anna('POST', '/api/new-devices/claim', { ...asked, residentId: 'res-site-b-1' })).status).toBe(400)
  expect((await anna('POST', '/api/new-devices/claim', { ...asked, key: '0xffff' })).status).toBe(404)

  const twice = await Promise.all([anna('POST', '/api/new-devices/claim', asked), admin('POST', '/api/new-devices/claim', asked)])
  expect(twice.map(({ status }) => status).sort()).toEqual([200, 409])
  const { id } = twice.find(({ status }) => status === 200)?.json ?? {}
  expect(id).toMatch(/^sos-button-[0-9a-f]{8}$/)
  expect((await anna('GET', '/api/new-devices')).json).toEqual([])
  const isIt = ({ deviceId }: { deviceId: string }) => deviceId === id
  const owes = async () => (await anna('GET', '/api/device-proofs')).json.never.find(isIt)
  expect(await owes()).toMatchObject({ armed: false, residentId: 'res-site-a-1' })

  const path = '/api/test-walks/res-site-a-1'
  expect((await ben('POST', path, {})).status).toBe(404)
  expect((await operator('POST', path, {})).status).toBe(403)
  expect((await anna('POST', path, { minutes: 600 })).status).toBe(400)
  expect((await anna('POST', path, {})).json.until).toEqual(expect.any(Number))
  await gateway.press()
  expect(await rings()).toEqual([])
  const row = (await anna('GET', path)).json.devices.find(isIt)
  expect(row).toMatchObject({ armed: true, tickedAt: expect.any(Number), provenAt: expect.any(Number) })
  expect(await owes()).toBeUndefined()

  await gateway.press()
  expect((await rings()).map(({ subjectId, causes }) => [subjectId, causes[0]?.deviceId])).toEqual([['res-site-a-1', id]])
  expect((await anna('DELETE', path, {})).json.until).toBeNull()

  const lines = (await platform.accounts.auditLines(0, 1_000)).map(({ action, subjectId }) => `${action} ${subjectId}`)
  expect(lines.filter((line) => line.startsWith('claim-device'))).toEqual([`claim-device ${id}`])
  const walked = lines.filter((line) => /^(begin|end)-test-walk/.test(line))
  expect(walked).toEqual(['begin-test-walk res-site-a-1', 'end-test-walk res-site-a-1'])
  await platform.close()

  const again = await start(dataDir)
  onTestFinished(() => again.close())
  expect((await again.directory.device(id))?.key).toBe('0xa1b2')
})
