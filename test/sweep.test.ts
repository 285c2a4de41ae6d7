/** The welfare sweep on the whole platform: an outage, its lists, who may see and tick them, and a real device whose sign of life ticks her off. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import mqtt from 'mqtt'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import { hashToken, newToken } from '../broker/credentials.ts'
import { readConfig } from '../config.ts'
import type { SweepPage, SweepRow } from '../dashboard/contracts.ts'
import { siteRows } from '../dashboard/server/world.contract.ts'
import type { SweepTick } from '../domain/sweep.ts'
import { minutes } from '../domain/time.ts'
import { type Platform, startPlatform } from '../main.ts'

const password = 'a long enough sentence'

async function start(dataDir: string): Promise<Platform> {
  const config = readConfig({ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' })
  return startPlatform({ config, log: () => {}, write: () => {}, onFatal: () => {} })
}

/** The platform was away for twenty minutes, as far as it can know. */
async function afterOutage() {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-sweep-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const before = await start(dataDir)
  for (const site of ['site-a', 'site-b']) await before.directory.put(siteRows(site, 3))
  const token = newToken()
  await before.directory.putCredential('btn-site-a-2', hashToken(before.pepper, token))
  await before.close()
  const file = new DatabaseSync(join(dataDir, 'care.db'))
  file.prepare('update alive set at = at - ?').run(minutes(20))
  file.close()
  const platform = await start(dataDir)
  onTestFinished(() => platform.close())
  await platform.sweepDesk.look()
  return { platform, token }
}

async function people({ url, setupCode }: Platform) {
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
    return { ...session, ask: (method: string, path: string, body?: unknown) => ask(session, [method, path], body) }
  }
  const admin = await signed(ask(nobody, ['POST', '/api/setup'], { code: setupCode, name: 'limin', displayName: '李敏', password }))
  const operator = async (name: string, siteId: string) => {
    const made = await admin.ask('POST', '/api/users', { name, displayName: name, role: 'operator', siteIds: [siteId], password })
    expect(made.status).toBeLessThan(300)
    return signed(ask(nobody, ['POST', '/api/sign-in'], { name, password }))
  }
  return { admin, anna: await operator('anna', 'site-a'), ben: await operator('ben', 'site-b') }
}

test('own sites only, with a note, to the record, live; and a press of her own ticks her off', { timeout: 60_000 }, async () => {
  const { platform, token } = await afterOutage()
  const { admin, anna, ben } = await people(platform)
  expect((await admin.ask('GET', '/api/sweeps')).json.map(({ siteId }: SweepRow) => siteId).sort()).toEqual(['site-a', 'site-b'])
  const [own, ...others] = (await anna.ask('GET', '/api/sweeps')).json as SweepRow[]
  expect([own?.siteId, own?.cause, own?.total, others.length]).toEqual(['site-a', 'platform', 3, 0])
  const path = `/api/sweeps/${encodeURIComponent(own?.id ?? '')}`

  expect((await ben.ask('GET', path)).status).toBe(404)
  expect((await ben.ask('POST', `${path}/tick`, { residentIds: ['res-site-a-1'], note: '平安' })).status).toBe(404)
  expect((await fetch(`${platform.url}${path}`)).status).toBe(401)
  expect((await anna.ask('POST', `${path}/tick`, { residentIds: ['res-site-a-1'], note: '  ' })).status).toBe(400)

  const heard: (SweepTick | null)[] = []
  const foreign: unknown[] = []
  for (const [who, into] of [
    [anna, heard],
    [ben, foreign],
  ] as const) {
    const socket = io(platform.url, { transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: platform.url } })
    onTestFinished(() => void socket.disconnect())
    socket.on('sweep', (tick) => into.push(tick))
    await new Promise<void>((resolve) => socket.on('connect', () => socket.emit('hello', null, () => resolve())))
  }

  // Ids that are not on this list are nobody's here.
  const ticked = await anna.ask('POST', `${path}/tick`, { residentIds: ['res-site-a-1', 'res-site-b-1'], note: '电话确认，平安' })
  expect(ticked.json).toEqual({ residentIds: ['res-site-a-1'] })
  expect((await anna.ask('POST', `${path}/tick`, { residentIds: ['res-site-a-1'], note: '又一次' })).json).toEqual({ residentIds: [] })
  await expect.poll(() => heard[0]?.residentIds).toEqual(['res-site-a-1'])

  const button = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, {
    ...{ clientId: 'btn-site-a-2', username: 'btn-site-a-2', password: token, reconnectPeriod: 0 },
  })
  onTestFinished(() => void button.end(true))
  await button.publishAsync('care/btn-site-a-2/test', '{"id":"t1"}', { qos: 1 })
  await platform.sweepDesk.look()
  await expect.poll(() => heard[1]).toMatchObject({ residentIds: ['res-site-a-2'], done: { by: '' } })

  const { sweep, homes } = (await anna.ask('GET', path)).json as SweepPage
  expect(sweep).toMatchObject({ total: 3, heard: 1, called: 1, closedAt: null })
  expect(homes.find(({ residentId }) => residentId === 'res-site-a-1')?.done).toMatchObject({ by: 'anna', note: '电话确认，平安' })
  expect(homes.every(({ person, label }) => person !== '' && label !== '')).toBe(true)
  await anna.ask('POST', `${path}/tick`, { residentIds: ['res-site-a-3'], note: '上门' })
  expect((await anna.ask('GET', path)).json.sweep.closedAt).toEqual(expect.any(Number))
  expect((await admin.ask('GET', '/api/sweeps')).json.find(({ siteId }: SweepRow) => siteId === 'site-b')).toMatchObject({
    heard: 0,
    called: 0,
  })
  expect(foreign).toEqual([])

  const actions = (await platform.accounts.auditLines(0, 1_000)).map(({ action, subjectId }) => `${action} ${subjectId}`)
  expect(actions.filter((line) => line.startsWith('sweep-ticked'))).toEqual(['sweep-ticked res-site-a-1', 'sweep-ticked res-site-a-3'])
  expect(actions).toContain('look-sweep site-a')
})
