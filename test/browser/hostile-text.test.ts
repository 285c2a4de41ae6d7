/** Text of people is text: markup and formulas in every field of every route, and in what devices say, run on no page and in no spreadsheet. */

import mqtt from 'mqtt'
import type { APIRequestContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Me, Snapshot } from '../../dashboard/contracts.ts'
import type { DirectoryRows } from '../../store/store.ts'
import { openCentre } from './family-phones.ts'
import { formulasIn, outage } from './hostile-page.ts'
import { openTour } from './hostile-tour.ts'
import { type Ask, openPoison, type Poison, textsOfRoutes } from './poison.ts'
import * as recipes from './poison-recipes.ts'
import { type Home, openStage, password, press, type Stage, type Window, withoutMosquitto } from './stage.ts'
import type { Stop } from './stops.ts'

const missing = withoutMosquitto()
if (missing) console.log(`skipped: ${missing}`)
const patience = { timeout: 120_000 }
const homeAt = (index: number): Home => stage.homes[index] as Home
const allowed = { timeout: 30_000 }

let stage: Stage
let origin = ''
beforeAll(async () => {
  if (missing) return
  // Browsers make passkeys for a name alone.
  stage = await openStage({ ANLING_PUSH_CONTACT: 'mailto:care@example.org' }, 'localhost')
  origin = stage.victim.origin
})
afterAll(async () => {
  await stage?.close()
})

/** Asks as whoever is signed in there; null: as a stranger. */
async function askOf(request: APIRequestContext, path: string | null = '/api/me'): Promise<Ask> {
  const { csrfToken }: Pick<Me, 'csrfToken'> = path ? await (await request.get(`${origin}${path}`)).json() : { csrfToken: '' }
  const headers = { origin, 'x-csrf-token': csrfToken }
  return async (method, to, data) => {
    const answer = await request.fetch(`${origin}${to}`, { method, headers, ...(data && { data }) })
    return { ok: answer.ok(), body: await answer.text() }
  }
}

/** A signed-in person whose own name is markup. */
async function signIn(name: string): Promise<Window & { ask: Ask }> {
  const made = await stage.window({ signedIn: false })
  const answer = await made.context.request.post(`${origin}/api/sign-in`, { headers: { origin }, data: { name, password } })
  expect(answer.ok()).toBe(true)
  await made.page.addInitScript({ content: 'globalThis.hacked = (mark) => { globalThis.hackedBy = String(mark) }' })
  return { ...made, ask: await askOf(made.context.request) }
}

type Eve = { id: string; displayName: string }
type Made = { poison: Poison; viewer: Window & { ask: Ask }; phone: Window; place: recipes.Place; stops: Stop[]; eve: Eve }
let made: Made

/** An admin whose name is markup; everything else is done by her. */
async function mallory(routes: ReturnType<typeof textsOfRoutes>): Promise<{ poison: Poison; viewer: Made['viewer'] }> {
  const { context } = await stage.window()
  const poison = openPoison(await askOf(context.request), routes, new Set(recipes.leftOut.keys()))
  const displayName = poison.next('the name of who is signed in', 60)
  const user = { name: 'mallory', displayName, role: 'admin', siteIds: [], areas: [], password }
  expect(await poison.ask('POST', '/api/users', user)).toMatchObject({ ok: true })
  const viewer = await signIn('mallory')
  poison.by(viewer.ask)
  return { poison, viewer }
}

async function placeOf(ask: Ask): Promise<recipes.Place> {
  const rows: DirectoryRows = JSON.parse((await ask('GET', '/api/rows')).body)
  const residents = stage.homes.map(({ button }) => rows.devices.find(({ id }) => id === button)?.residentId ?? '')
  return { rows, residents, siteId: rows.sites[0]?.id ?? '', terminals: stage.homes.map(({ terminal }) => terminal) }
}

async function poisonSweep({ poison, viewer }: Pick<Made, 'poison' | 'viewer'>, residents: readonly string[]): Promise<void> {
  // It is made after the start, when everybody who may have called in vain has been looked up.
  const newest = async () => (JSON.parse((await viewer.ask('GET', '/api/sweeps')).body) as { id: string }[])[0]?.id ?? ''
  await expect.poll(newest).not.toBe('')
  const body = { residentIds: [residents[3]], note: 'x' }
  await poison.route('POST /api/sweeps/{id}/tick', body, { path: { id: await newest() } })
}

const gateway = 'bridge-hostile'
const connect = (id: string, token: string) =>
  mqtt.connectAsync(`mqtt://127.0.0.1:${stage.victim.mqttPort}`, { clientId: id, username: id, password: token, reconnectPeriod: 0 })

/** A bridge whose devices are called, made and described by markup, and what nobody can read. */
async function devicesSay({ poison, viewer }: Pick<Made, 'poison' | 'viewer'>, place: recipes.Place): Promise<void> {
  const { residents, siteId } = place
  const row = { id: gateway, siteId, residentId: residents[4], gatewayId: null, family: 'zigbee2mqtt', key: gateway, base: 'zigbee2mqtt' }
  const body = { ...row, role: 'gateway', room: '', power: 'mains', heartbeatSeconds: 60 }
  expect((await viewer.ask('PUT', `/api/rows/devices/${gateway}`, body)).ok).toBe(true)
  const { token } = JSON.parse((await viewer.ask('POST', `/api/devices/${gateway}/credential`, {})).body)
  const client = await connect(gateway, token)
  const say = (topic: string, payload: unknown) =>
    client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 })
  const [vendor, model, description, build] = ['vendor', 'model', 'description', 'firmware'].map((what) => poison.next(`device: ${what}`))
  // A topic cannot hold every sign.
  const keys = [1, 2, 3].map((n) => `<img src=x onerror=hacked(90${n})>`)
  const definition = { vendor, model, description, exposes: [{ type: 'enum', name: 'action', property: 'action', values: ['single'] }] }
  const common = { type: 'EndDevice', supported: true, power_source: 'Battery', interview_completed: true, software_build_id: build }
  const devices = keys.map((key, n) => ({ ieee_address: `0x00158d00000000a${n}`, friendly_name: key, ...common, definition }))
  for (const [n, key] of keys.entries()) {
    const joining = { friendly_name: key, ieee_address: `0x00158d00000000a${n}` }
    await say('zigbee2mqtt/bridge/event', { type: 'device_joined', data: joining })
    await say(`zigbee2mqtt/${key}`, { battery: 97 + n, linkquality: 80, words: poison.next('device: a word of a message') })
  }
  await say(`zigbee2mqtt/${keys[0]}`, poison.next('device: what nobody can read'))
  // Once more after they were heard: what joins says nothing of its maker.
  await say('zigbee2mqtt/bridge/devices', devices)
  const waiting = async () =>
    JSON.parse((await viewer.ask('GET', '/api/new-devices')).body) as { gatewayId: string; key: string; vendor: string }[]
  await expect.poll(async () => (await waiting()).filter(({ vendor }) => vendor !== '').length, allowed).toBe(3)
  const own = (await waiting()).filter(({ gatewayId }) => gatewayId === gateway)
  await poison.route('POST /api/new-devices/hide', { gatewayId: gateway, key: own[0]?.key }, {})
  const claimed = { gatewayId: gateway, key: own[1]?.key, residentId: residents[4], room: '', role: 'sos-button', power: 'battery' }
  const { id } = await poison.route<{ id: string }>('POST /api/new-devices/claim', claimed)
  // Heard as a device of the list, and told of again: now its firmware is noted too.
  const firmware = async () => {
    await say(`zigbee2mqtt/${own[1]?.key}`, { battery: 96, linkquality: 80 })
    await say('zigbee2mqtt/bridge/devices', devices)
    return JSON.parse((await viewer.ask('GET', `/api/devices/${id}`)).body).firmware as string
  }
  await expect.poll(firmware, allowed).not.toBe('')
  await client.endAsync()
  made.stops.push({ name: 'claimed', path: `/#/admin/devices/${id}`, ready: '.device-facts' })
}

/** The second home calls, and people do all that can be done; a third home's battery is low and put off; the first one's call stays. */
async function alarms({ poison, viewer }: Pick<Made, 'poison' | 'viewer'>, eve: { displayName: string }): Promise<void> {
  const wall = async () => (JSON.parse((await viewer.ask('GET', '/api/wall')).body) as Snapshot).alarms.map(({ alarm }) => alarm)
  const found = async (subject: string | undefined, kind: string) =>
    (await wall()).find(({ subjectId, kind: its }) => subjectId === subject && its === kind)?.id ?? ''
  const { residents } = made.place
  expect(press(stage, homeAt(1), { id: 'hostile-one' })).toBe(true)
  expect(press(stage, homeAt(5), { id: 'hostile-five' })).toBe(true)
  await recipes.poisonAlarm(poison, await found(residents[1], 'sos'), eve)
  await recipes.poisonCalled(poison, await found(residents[5], 'sos'))
  const { terminal, token, button } = homeAt(2)
  const client = await connect(terminal, token)
  await client.publishAsync(`care/${button}/battery`, JSON.stringify({ percent: 4, low: true }), { qos: 1 })
  await client.publishAsync(`care/${terminal}/sos`, poison.next('device: an unreadable press'), { qos: 1 })
  await client.endAsync()
  const low = await found(residents[2], 'technical')
  const until = Date.now() + 3_600_000
  await poison.route('POST /api/alarms/{id}/shelve', { until, text: '' }, { path: { id: low } })
}

test.skipIf(missing !== '')('every text of every route takes markup as text, or refuses it', patience, async () => {
  const routes = textsOfRoutes(await (await fetch(`${origin}/api/openapi.json`)).json())
  const { poison, viewer } = await mallory(routes)
  const centre = await openCentre(stage)
  const [contact] = centre.contactsOf(homeAt(0))
  const invitation = await centre.invite(homeAt(0), contact?.id ?? '')
  await recipes.poisonTables(poison, await placeOf(viewer.ask))
  const place = await placeOf(viewer.ask)
  made = {
    poison,
    viewer,
    place,
    phone: await stage.window({ signedIn: false }),
    eve: { id: '', displayName: '' },
    stops: [
      { name: 'wall', path: '/#/wall', ready: 'main' },
      { name: 'her-relatives', path: `/#/admin/residents/${place.residents[0]}`, ready: 'main .tools h2' },
      { name: 'retired', path: '/#/admin/devices/labelled-01', ready: '.device-facts' },
    ],
  }
  await poison.route(
    'POST /api/family/join',
    { token: invitation.split('#/join/')[1], label: '' },
    { ask: await askOf(made.phone.context.request, null) },
  )
  await recipes.poisonFamily(poison, await askOf(made.phone.context.request, '/api/family/me'), place.residents[0] ?? '')
  const { eve } = await recipes.poisonStaff(poison, place)
  made.eve = eve
  await recipes.poisonSettings(poison, place)
  await recipes.poisonResident(poison, place)
  await recipes.poisonDevices(poison, place)
  await passkey(made)
  await outage(stage)
  await poisonSweep(made, place.residents)
  // After the outage: what devices told of themselves is written down within seconds, and a kill may take it.
  await devicesSay(made, place)
  await alarms(made, eve)
  const all = [...routes].flatMap(([route, fields]) => fields.map(({ path }) => `${route} ${path}`))
  const known = new Set([...poison.taken.keys(), ...poison.refused, ...recipes.leftOut.keys()])
  expect(poison.broken).toEqual([])
  expect(all.filter((field) => !known.has(field))).toEqual([])
  expect([...poison.refused].sort()).toEqual([...recipes.refusedFields].sort())
  expect(recipes.columnsOfNoRow()).toEqual([])
})

/** A passkey of an authenticator inside Chromium, with a label. */
async function passkey({ poison, viewer }: Made): Promise<void> {
  const { page, context } = viewer
  const wire = await page.context().newCDPSession(page)
  await wire.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true } as const
  await wire.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, isUserVerified: true, automaticPresenceSimulation: true } })
  await page.goto(`${origin}/#/account`)
  await page.getByLabel('名称（例如：值班室电脑）').fill(poison.next('POST /api/me/passkeys .label'))
  await page.getByRole('button', { name: '添加通行密钥' }).click()
  await page.locator('.codes li').nth(9).waitFor(allowed)
  // It is another session now, as after each change of what guards an account.
  viewer.ask = await askOf(context.request)
  poison.by(viewer.ask)
  const { passkeys }: { passkeys: { id: string }[] } = JSON.parse((await viewer.ask('GET', '/api/me/account')).body)
  await poison.route('PATCH /api/me/passkeys', { id: passkeys[0]?.id, label: 'x' })
}

test.skipIf(missing !== '')('nothing of it runs on any page or in any spreadsheet', patience, async () => {
  const { viewer, phone, place, poison } = made
  const formulas = formulasIn(viewer.context.request, origin, place)
  const tour = openTour({ ...made, stage, origin, ask: viewer.ask })
  await Promise.all([tour.onStaffPages(viewer.page), tour.onPhone(phone.page)])
  expect(tour.wrong).toEqual([])
  const faults = [...viewer.faults, ...phone.faults].filter((fault) => !fault.includes("'localStorage' property"))
  expect(faults).toEqual([])
  expect(await formulas).toEqual([])
  // Otherwise nothing was proved: these texts are kept and stand on no page.
  expect([...poison.taken.keys()].filter((field) => !tour.seen.has(field) && !recipes.unseenFields.has(field))).toEqual([])
  // And whoever shows one of them to somebody takes it off that list.
  expect([...recipes.unseenFields.keys()].filter((field) => tour.seen.has(field))).toEqual([])
})
