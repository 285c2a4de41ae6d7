/** The life of devices on the whole platform: replaced, moved, retired, reset; credentials that overlap and end; a revoked device is cut. */
import mqtt from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import type { Platform } from '../main.ts'
import { type Ask, openPlatform, peopleOf, until } from './enrolment-stage.ts'

const slow = { timeout: 60_000 }
const device = '/api/devices/btn-site-a-1'

async function open() {
  const platform = await openPlatform()
  const { person } = await peopleOf(platform)
  return { platform, anna: await person('anna', 'supervisor', 'site-a'), ben: await person('ben', 'supervisor', 'site-b') }
}

const credential = async (ask: Ask, id = 'btn-site-a-1'): Promise<{ deviceId: string; token: string }> =>
  (await ask('POST', `/api/devices/${id}/credential`, {})).json

async function connect({ mqttPort }: Platform, { deviceId, token }: { deviceId: string; token: string }) {
  const names = { clientId: deviceId, username: deviceId, password: token }
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { ...names, reconnectPeriod: 0 })
  onTestFinished(() => void client.end(true))
  let presses = 0
  return {
    client,
    press: () => client.publishAsync(`care/${deviceId}/sos`, JSON.stringify({ id: `press-${deviceId}-${presses++}-x` }), { qos: 1 }),
  }
}

test('two credentials are valid until the new one is used; a revoked device is cut within seconds and not let in again', slow, async () => {
  const { platform, anna, ben } = await open()
  expect((await ben('POST', `${device}/credential`, {})).status).toBe(404)
  const first = await credential(anna)
  const line = await connect(platform, first)
  const second = await credential(anna)
  expect((await anna('GET', device)).json).toMatchObject({
    credentials: 2,
    rotatedAt: expect.any(Number),
    rotationEndsAt: expect.any(Number),
  })
  // The terminal was not reached yet: it goes on with what it has.
  await line.client.endAsync()
  const again = await connect(platform, first)
  await again.press()
  await again.client.endAsync()
  const renewed = await connect(platform, second)
  await until(async () => expect((await anna('GET', device)).json).toMatchObject({ credentials: 1, rotatedAt: null }))
  await expect(connect(platform, first)).rejects.toThrow(/authorized|Bad/i)
  await renewed.press()

  const cut = new Promise<void>((resolve) => void renewed.client.once('close', () => resolve()))
  expect((await ben('POST', `${device}/revoke`, {})).status).toBe(404)
  expect((await anna('POST', `${device}/revoke`, {})).status).toBe(204)
  await cut
  await expect(connect(platform, second)).rejects.toThrow(/authorized|Bad/i)
  const deeds = (await anna('GET', device)).json.history.map(({ deed }: { deed: string }) => deed)
  expect(deeds).toEqual(['revoked', 'rotation-ended', 'rotated', 'rotated'])
})

test(
  'a pendant left in the drawer rings the home it was in, marked; its history stays with that home; brought back it must be proven',
  slow,
  async () => {
    const { platform, anna } = await open()
    const line = await connect(platform, await credential(anna))
    expect((await anna('POST', `${device}/retire`, { why: 'cracked' })).status).toBe(204)
    expect((await anna('POST', `${device}/retire`, {})).json.code).toBe('already-retired')
    expect((await anna('GET', device)).json).toMatchObject({ standing: 'retired', residentId: null, home: '' })
    expect((await platform.directory.card('res-site-a-1'))?.devices).toEqual([])
    await line.press()
    const [alarm] = await platform.store.openAlarms('all')
    expect(alarm).toMatchObject({ kind: 'sos', subjectId: 'res-site-a-1', detail: { retired: 1 } })

    expect((await anna('POST', `${device}/restore`)).status).toBe(204)
    const back = (await anna('GET', device)).json
    expect(back).toMatchObject({ residentId: 'res-site-a-1', state: 'in-use', armed: false })
    expect(back.history.map(({ deed, home }: { deed: string; home: string }) => `${deed} ${home}`)).toEqual([
      'restored 3-2-site-a-1',
      'retired 3-2-site-a-1',
      'rotated 3-2-site-a-1',
    ])
  },
)

test(
  'a replacement stands in the old one’s place; a moved device owes a proof; a reset one starts anew with nothing of the old home',
  slow,
  async () => {
    const { platform, anna, ben } = await open()
    const claimed = await anna('POST', '/api/flats/res-site-a-1/devices', {
      ...{ deviceId: 'LABEL-0001', role: 'other', power: 'battery', heartbeatSeconds: 3_600 },
    })
    expect(claimed.json).toMatchObject({ deviceId: 'LABEL-0001', token: expect.stringMatching(/^[\w-]{43}$/) })
    expect(
      (await anna('POST', '/api/flats/res-site-a-2/devices', { deviceId: 'LABEL-0001', role: 'terminal', power: 'mains' })).status,
    ).toBe(409)
    expect((await ben('POST', `${device}/replace`, { by: 'LABEL-0001' })).status).toBe(404)
    expect((await anna('POST', `${device}/replace`, { by: 'LABEL-0001' })).status).toBe(204)
    expect((await anna('GET', '/api/devices/LABEL-0001')).json).toMatchObject({
      ...{ role: 'sos-button', residentId: 'res-site-a-1', replaces: 'btn-site-a-1', armed: false, standing: 'never-heard' },
      silentAfterSeconds: 9_000,
    })
    expect((await anna('GET', device)).json).toMatchObject({ state: 'retired', replacedBy: 'LABEL-0001' })

    const { press, client } = await connect(platform, claimed.json)
    await press()
    const path = '/api/devices/LABEL-0001'
    await until(async () => expect((await anna('GET', path)).json.armed).toBe(true))
    expect((await anna('POST', `${path}/move`, { residentId: 'res-site-b-1', room: '' })).status).toBe(404)
    expect((await anna('POST', `${path}/move`, { residentId: 'res-site-a-2', room: '卧室' })).status).toBe(204)
    expect((await anna('GET', path)).json).toMatchObject({ residentId: 'res-site-a-2', room: '卧室', armed: false })
    const moved = (await anna('GET', path)).json.history[0]
    expect(moved).toMatchObject({ deed: 'moved', residentId: 'res-site-a-1', home: '3-2-site-a-1' })

    const cut = new Promise<void>((resolve) => void client.once('close', () => resolve()))
    expect((await anna('POST', `${path}/reset`)).status).toBe(204)
    await cut
    expect((await anna('GET', path)).json).toMatchObject({ state: 'stock', residentId: null, credentials: 0, armed: false })
    const anew = await anna('POST', '/api/flats/res-site-a-2/devices', { deviceId: 'LABEL-0001', role: 'sos-button', power: 'battery' })
    expect(anew.status).toBe(200)
    expect((await anna('GET', path)).json).toMatchObject({
      state: 'in-use',
      residentId: 'res-site-a-2',
      credentials: 1,
      replaces: 'btn-site-a-1',
    })

    // At another site nobody reads where it stood before.
    const row = (await platform.directory.rows(['site-a'])).devices.find(({ id }) => id === 'LABEL-0001')
    if (row) await platform.directory.put({ devices: [{ ...row, siteId: 'site-b', residentId: 'res-site-b-1' }] })
    const { history } = (await ben('GET', path)).json
    expect(history.map(({ deed }: { deed: string }) => deed)).toEqual(expect.arrayContaining(['moved', 'reset', 'claimed']))
    expect(JSON.stringify(history)).not.toContain('site-a-')
  },
)

test('the end of a mains terminal’s connection is noted at once, and forgotten when it is back', slow, async () => {
  const { platform, anna } = await open()
  const label = { deviceId: 'LABEL-0002', role: 'terminal', power: 'mains', heartbeatSeconds: 300 }
  const terminal = (await anna('POST', '/api/flats/res-site-a-1/devices', label)).json
  const { client } = await connect(platform, terminal)
  expect(platform.silence.departures.size).toBe(0)
  client.stream.destroy()
  await until(() => expect(platform.silence.departures.size).toBe(1))
  await connect(platform, terminal)
  await until(() => expect(platform.silence.departures.size).toBe(0))
})
