/** A technician's visit on the whole platform: a code opens one home, devices of other makers are claimed and proven, and their life goes on. */
import mqtt from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { simFamilies } from '../devices-sim/families/index.ts'
import { alink } from '../devices-sim/families/thing-model.ts'
import { zigbee2mqtt } from '../devices-sim/families/zigbee2mqtt.ts'
import type { Platform } from '../main.ts'
import { type Ask, gatewayId, gatewayOf, openPlatform, peopleOf, playerOf, until } from './enrolment-stage.ts'

const slow = { timeout: 60_000 }
const home = 'res-site-a-1'
const flatPath = `/api/flats/${home}`

const alarmsOf = async (platform: Platform) =>
  (await platform.store.openAlarms('all'))
    .filter(({ kind }) => kind === 'sos')
    .map(({ subjectId, causes }) => [subjectId, causes[0]?.deviceId])

/** `stranger`: of another site, who tries the right code first: refused as often as they like, then made to wait, and the code is not used up. */
async function enterHome(supervisor: Ask, technician: Ask, stranger?: Ask): Promise<string> {
  const given = (await supervisor('POST', '/api/visit-codes', { residentId: home })).json
  expect(given.link).toContain(`#/technician/${given.code.replace('-', '')}`)
  const tried: number[] = []
  for (let tries = 0; stranger && tries < 6; tries += 1) tried.push((await stranger('POST', '/api/visits', { code: given.code })).status)
  expect(tried).toEqual(stranger ? [404, 404, 404, 404, 404, 429] : [])
  // As people type it: small letters and a blank for the dash.
  expect((await technician('POST', '/api/visits', { code: given.code.toLowerCase().replace('-', ' ') })).status).toBe(200)
  return given.code
}

test('a code opens one home, once, to one technician, and five wrong ones close the door for a while', slow, async () => {
  const platform = await openPlatform()
  const { admin, person } = await peopleOf(platform)
  const supervisor = await person('anna', 'supervisor', 'site-a')
  const [tom, tim] = [await person('tom', 'technician', 'site-a'), await person('tim', 'technician', 'site-a')]
  const stranger = await person('sam', 'technician', 'site-b')
  expect((await tom('GET', flatPath)).status).toBe(404)
  for (const path of ['/api/new-devices', '/api/device-facts', '/api/rows', '/api/device-proofs', '/api/wall'])
    expect([path, (await tom('GET', path)).status]).toEqual([path, 403])
  expect((await tom('POST', '/api/visit-codes', { residentId: home })).status).toBe(403)

  const code = await enterHome(supervisor, tom, stranger)
  expect((await tim('POST', '/api/visits', { code })).json.code).toBe('wrong-visit-code')
  expect((await tim('GET', flatPath)).status).toBe(404)
  expect((await tom('GET', flatPath)).json).toMatchObject({ home: '3-2-site-a-1', people: [{ residentId: home }], owed: 1, proven: 0 })
  // The neighbour, her devices and another site stay closed.
  expect((await tom('GET', '/api/flats/res-site-a-2')).status).toBe(404)
  expect((await tom('GET', '/api/devices/btn-site-a-2')).status).toBe(404)
  expect((await tom('POST', '/api/devices/btn-site-a-2/retire', {})).status).toBe(404)
  expect((await tom('POST', '/api/devices/btn-site-a-1/move', { residentId: 'res-site-a-2', room: '' })).status).toBe(404)
  expect((await tom('GET', '/api/devices/btn-site-a-1')).status).toBe(200)
  expect((await tom('GET', '/api/visits')).json).toHaveLength(1)

  for (let tries = 0; tries < 4; tries += 1) expect((await tim('POST', '/api/visits', { code: 'WRONGONE' })).status).toBe(404)
  const fresh = (await supervisor('POST', '/api/visit-codes', { residentId: home })).json
  expect((await tim('POST', '/api/visits', { code: fresh.code })).status).toBe(429)

  const [visit] = (await tom('GET', '/api/visits')).json
  expect((await supervisor('DELETE', `/api/visit-codes/${visit.id}`)).status).toBe(204)
  expect((await tom('GET', flatPath)).status).toBe(404)
  const lines = (await platform.accounts.auditLines(0, 1_000)).map(({ action }) => action)
  expect(lines).toEqual(expect.arrayContaining(['give-visit-code', 'begin-visit', 'wrong-visit-code', 'end-visit']))
  expect((await admin('GET', '/api/visit-codes')).status).toBe(200)
})

/** Presses, and hears from the platform that the test has arrived, and nothing else. */
async function thankedFor({ mqttPort }: Platform, { deviceId, token }: { deviceId: string; token: string }, kind: 'test' | 'sos') {
  const names = { clientId: deviceId, username: deviceId, password: token }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { ...names, reconnectPeriod: 0 })
  onTestFinished(() => void client.end(true))
  const heard: string[] = []
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString()).kind))
  await client.subscribeAsync(`care/${deviceId}/reply`, { qos: 1 })
  await client.publishAsync(`care/${deviceId}/${kind}`, JSON.stringify({ id: `walk-${deviceId}` }), { qos: 1 })
  await until(() => expect(heard).toEqual(['test-ok']))
}

test('in the flat: join, claim, walk, every button proven, the presser thanked, nobody rung; afterwards it rings', slow, async () => {
  const platform = await openPlatform()
  const { person } = await peopleOf(platform)
  const [supervisor, tom] = [await person('anna', 'supervisor', 'site-a'), await person('tom', 'technician', 'site-a')]
  const bridge = await playerOf(platform, zigbee2mqtt, await gatewayOf(platform, zigbee2mqtt))
  await enterHome(supervisor, tom)
  await bridge.play('join')
  for (const deed of ['press', 'motion', 'door'] as const) await bridge.play(deed)
  const flat = async () => (await tom('GET', flatPath)).json
  const waiting = (await flat()).waiting
  expect(new Set(waiting.map(({ guess }: { guess: string }) => guess))).toEqual(new Set(['sos-button', 'motion', 'front-door']))
  const claim = async (key: string | undefined, role: string) => {
    const body = { gatewayId: gatewayId(zigbee2mqtt), key, residentId: home, room: '卧室', role, power: 'battery', heartbeatSeconds: null }
    return (await tom('POST', '/api/new-devices/claim', body)).json.id
  }
  const { keys } = zigbee2mqtt
  const button = await claim(keys.press, 'sos-button')
  const [motion, door] = [await claim(keys.motion, 'motion'), await claim(keys.door, 'front-door')]
  expect(await flat()).toMatchObject({ waiting: [], owed: 4, proven: 0 })

  expect((await tom('POST', `/api/test-walks/${home}`, {})).status).toBe(200)
  // Anling's own pendant of this home, over a connection of its own: it hears that its test has arrived.
  const own = (await supervisor('POST', '/api/devices/btn-site-a-1/credential', {})).json
  expect(own.qr).toContain(own.token)
  await thankedFor(platform, own, 'test')
  // A terminal claimed by its label in this very walk: even a real press of it is its test.
  const label = { deviceId: 'LABEL-7', role: 'terminal', room: '客厅', power: 'mains', heartbeatSeconds: 60 }
  await thankedFor(platform, (await tom('POST', `${flatPath}/devices`, label)).json, 'sos')
  for (const deed of ['press', 'motion', 'door', 'door'] as const) await bridge.play(deed)
  const done = (await tom('POST', `${flatPath}/finish`, {})).json
  expect(done).toMatchObject({ owed: 5, proven: 5 })
  expect(await alarmsOf(platform)).toEqual([])
  expect((await platform.store.openAlarms('all')).map(({ kind }) => kind)).not.toContain('environment')

  // The bridge tells of its devices again now and then: by then they are in the list.
  await bridge.play('join')
  await bridge.play('press')
  expect(await alarmsOf(platform)).toEqual([[home, button]])
  const facts = (await supervisor('GET', `/api/device-facts?siteId=site-a&residentId=${home}`)).json.devices
  const factsOf = (id: string) => facts.find(({ deviceId }: { deviceId: string }) => deviceId === id)
  expect(factsOf(button)).toMatchObject({
    vendor: 'HEIMAN',
    firmware: '2.4.1',
    armed: true,
    standing: 'unsupervised',
    battery: { percent: 98 },
  })
  expect([factsOf(motion).armed, factsOf(door).armed]).toEqual([true, true])
})

test(
  'a terminal made for another platform signs in by that platform’s formula, rings, and is answered in its own words',
  slow,
  async () => {
    const platform = await openPlatform()
    const { admin } = await peopleOf(platform)
    await gatewayOf(platform, alink)
    const { product, device } = alink.login ?? { product: '', device: '' }
    const login = { scheme: 'alink', product, device, secret: 'the-secret-it-was-made-with' }
    expect((await admin('POST', `/api/devices/${gatewayId(alink)}/vendor-login`, login)).status).toBe(200)
    const answers: string[] = []
    const onAnswer = (topic: string, payload: string) => void answers.push(`${topic} ${JSON.parse(payload).code}`)
    await expect(playerOf(platform, alink, { token: '', secret: 'another-secret' })).rejects.toThrow(/authorized|Bad/i)
    const terminal = await playerOf(platform, alink, { token: '', secret: login.secret, onAnswer })
    await terminal.play('press')
    expect(await alarmsOf(platform)).toEqual([[home, gatewayId(alink)]])
    await until(() => expect(answers).toEqual([`${alink.base}/thing/event/sos/post_reply 200`]))
  },
)

test('a press of each family, in its own words and over its own way, is a call for help', slow, async () => {
  const platform = await openPlatform()
  for (const family of simFamilies) {
    const player = await playerOf(platform, family, await gatewayOf(platform, family))
    const key = family.keys.press
    if (key) {
      const own = {
        siteId: 'site-a',
        residentId: 'res-site-a-2',
        gatewayId: gatewayId(family),
        family: family.family,
        key,
        base: '',
      } as const
      const row = { ...own, id: `btn-${family.name}`, role: 'sos-button', room: '', power: 'battery', heartbeatSeconds: null } as const
      await platform.directory.put({ devices: [row] })
    }
    await player.play('join')
    await player.play('press')
    const open = await platform.store.openAlarms('all')
    const pressed = open.filter(({ kind }) => kind === 'sos').flatMap(({ causes }) => causes.map(({ deviceId }) => deviceId))
    expect(pressed, family.name).toContain(key ? `btn-${family.name}` : gatewayId(family))
  }
})
