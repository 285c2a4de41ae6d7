/** Random organisations on the whole platform: sites in streets, districts and cities, staff of every role, one elder's family, one program's key. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { readConfig } from '../config.ts'
import { openPasswords } from '../dashboard/server/passwords.ts'
import { cookieOf, siteRows } from '../dashboard/server/world.contract.ts'
import type { Plan } from '../domain/alarm.ts'
import { systemClock } from '../domain/clock.ts'
import { minutes } from '../domain/time.ts'
import { type Platform, startPlatform } from '../main.ts'
import type { Area, User } from '../store/store.ts'

const password = 'a long enough sentence'
export const scopedRoles = ['operator', 'supervisor', 'technician', 'auditor'] as const

type Staff = { role: (typeof scopedRoles)[number]; sites: readonly number[]; areas: readonly { of: number; level: number }[] }
export type Organisation = { places: readonly Area[]; staff: readonly Staff[] }

const place = fc.record({
  city: fc.constantFrom('江城', '海城'),
  district: fc.constantFrom('东区', '西区'),
  street: fc.constantFrom('一街', '二街'),
})
const someone = (role: Staff['role'], sites: number): fc.Arbitrary<Staff> =>
  fc.record({
    role: fc.constant(role),
    sites: fc.uniqueArray(fc.nat(sites - 1), { maxLength: 2 }),
    areas: fc.array(fc.record({ of: fc.nat(sites - 1), level: fc.nat(2) }), { maxLength: 2 }),
  })

/** Names of streets come again in other districts, as they do; one of each role, and one more supervisor. */
export const organisation: fc.Arbitrary<Organisation> = fc.array(place, { minLength: 3, maxLength: 5 }).chain((places) =>
  fc.record({
    places: fc.constant(places),
    staff: fc.tuple(...[...scopedRoles, 'supervisor' as const].map((role) => someone(role, places.length))),
  }),
)

/** In every id of a site stands its mark, in every text of it `SECRET-` and the mark in capitals. */
export const markOf = (index: number): string => `s${index}x`

const areaOf = ({ places }: Organisation, { of, level }: Staff['areas'][number]): Area => {
  const { city = '', district = '', street = '' } = places[of] ?? {}
  return { city, district: level > 0 ? district : '', street: level > 1 ? street : '' }
}

/** By the plain meaning of areas, not by the code that is under test: which sites this person may know of. */
export const seenBy = (organisation: Organisation, { sites, areas }: Staff): ReadonlySet<number> =>
  new Set(
    organisation.places.flatMap(({ city, district, street }, index) => {
      const isIn = (area: Area) =>
        area.city === city && (area.district === '' || area.district === district) && (area.street === '' || area.street === street)
      return sites.includes(index) || areas.some((area) => isIn(areaOf(organisation, area))) ? [index] : []
    }),
  )

export type Actor = { name: string; headers: Record<string, string>; sees: ReadonlySet<number>; role: Staff['role'] | 'family' | 'key' }
export type Town = Awaited<ReturnType<typeof openTown>>

let hash: Promise<string> | null = null
let addresses = 0
/** Each from an address of its own: a request that is refused as one too many proves nothing. */
const nextAddress = () => {
  addresses += 1
  return `127.${1 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`
}

/** The platform as `npm start` has it, with this organisation in it, everybody signed in, and something open at each site. */
export async function openTown(organisation: Organisation) {
  const dataDir = await mkdtemp(join(tmpdir(), 'anling-town-'))
  const config = readConfig({ ANLING_DATA_DIR: dataDir, ANLING_HTTP_PORT: '0', ANLING_MQTT_PORT: '0' })
  const platform = await startPlatform({ config, log: () => {}, write: () => {}, onFatal: () => {} })
  for (const [index, place] of organisation.places.entries()) await settle(platform, index, place)
  const own = { host: new URL(platform.url).host, origin: platform.url }
  const ask = (options: InjectOptions) =>
    platform.dashboard.app.inject({ remoteAddress: nextAddress(), ...options, headers: { ...own, ...options.headers } })
  const signIn = async (name: string) => {
    const answer = await ask({ method: 'POST', url: '/api/sign-in', payload: { name, password } })
    return { cookie: cookieOf(answer.headers['set-cookie']), 'x-csrf-token': String(answer.json().csrfToken) }
  }
  hash ??= openPasswords().hash(password)
  const users: User[] = organisation.staff.map(({ role, sites, areas }, index) => ({
    ...{ id: `u-${index}`, name: `staff-${index}`, displayName: `员工${index}`, role, disabled: false },
    ...{ siteIds: sites.map(markOf), areas: areas.map((area) => areaOf(organisation, area)) },
  }))
  const root: User = { id: 'u-root', name: 'root', displayName: '管理员', role: 'admin', siteIds: [], disabled: false }
  // Looks at everything once, as nobody has before.
  const reader: User = { ...root, id: 'u-reader', name: 'reader' }
  for (const user of [root, reader, ...users]) await platform.accounts.putUser(user, await hash)
  const admin = await signIn('root')
  const staff: Actor[] = []
  for (const [index, { name }] of users.entries()) {
    const one = organisation.staff[index] as Staff
    staff.push({ name: `${one.role} ${index}`, headers: await signIn(name), sees: seenBy(organisation, one), role: one.role })
  }
  const others = [await relativeOf(ask, admin), await programOf(ask, admin)]
  await work(ask, admin, organisation)
  return {
    ...{ platform, ask, admin, reader: await signIn('reader'), actors: [...staff, ...others] },
    async close() {
      await platform.close()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

type Ask = (options: InjectOptions) => Promise<LightMyRequestResponse>

/** A site with two homes, a plan of its own, a call for help, and words nobody understood. */
async function settle(platform: Platform, index: number, place: Area): Promise<void> {
  const mark = markOf(index)
  const secret = `SECRET-${mark.toUpperCase()}`
  const rows = siteRows(mark, 2)
  await platform.directory.put({ ...rows, sites: rows.sites.map((site) => ({ ...site, ...place })) })
  const plan: Plan = {
    ...{ id: `plan-${mark}`, name: secret, repeatEvery: minutes(1), lease: minutes(1) },
    steps: [{ wait: minutes(0), tell: [{ contactId: null, label: secret, channel: 'console' }] }],
  }
  await platform.directory.putPlan({ plan, siteId: mark, residentId: null, kind: 'sos' })
  for (const home of [1, 2]) await pressAt(platform, mark, home)
  const words = { at: systemClock.now(), senderId: `btn-${mark}-1`, topic: `care/btn-${mark}-1/x`, reason: 'undecodable' as const }
  await platform.quarantine.put({ ...words, why: secret, payload: new TextEncoder().encode(secret) })
}

let presses = 0
export function pressAt({ desk }: Platform, mark: string, home: number): Promise<unknown> {
  presses += 1
  return desk.handle({
    ...{ kind: 'sos-pressed', subjectId: `res-${mark}-${home}`, siteId: mark, at: systemClock.now(), deviceId: `btn-${mark}-${home}` },
    ...{ room: 'bath', causeId: `press-${mark}-${presses}`, claimedAt: null, unreadable: false, detail: {} },
  })
}

/** At each site one alarm was answered and closed, so that a call back is owed; and the shift wrote something down. */
async function work(ask: Ask, admin: Record<string, string>, { places }: Organisation): Promise<void> {
  const { alarms } = (await ask({ url: '/api/wall', headers: admin })).json()
  for (const { alarm } of alarms) {
    if (!String(alarm.subjectId).endsWith('-2')) continue
    const url = `/api/alarms/${encodeURIComponent(alarm.id)}`
    await ask({ method: 'POST', url: `${url}/acknowledge`, headers: admin, payload: {} })
    await ask({
      method: 'POST',
      url: `${url}/notes`,
      headers: admin,
      payload: { action: 'spoke', text: `SECRET-${alarm.siteId.toUpperCase()}` },
    })
    await ask({ method: 'POST', url: `${url}/resolve`, headers: admin, payload: { outcome: 'help-given', text: '' } })
  }
  for (const index of places.keys()) {
    const mark = markOf(index)
    await ask({ method: 'POST', url: `/api/duty/${mark}/notes`, headers: admin, payload: { text: `SECRET-${mark.toUpperCase()}` } })
  }
}

/** A relative of the first home of the first site, who may know of nobody else: not even of the neighbour. */
async function relativeOf(ask: Ask, admin: Record<string, string>): Promise<Actor> {
  const path = '/api/residents/res-s0x-1/family/con-s0x-1'
  await ask({ method: 'PUT', url: `${path}/consent`, headers: admin, payload: { how: 'spoken', note: '' } })
  const { url } = (await ask({ method: 'POST', url: `${path}/invitations`, headers: admin })).json()
  const payload = { token: String(url).split('#/join/')[1], label: '手机' }
  const answer = await ask({ method: 'POST', url: '/api/family/join', payload })
  const headers = { cookie: cookieOf(answer.headers['set-cookie']), 'x-csrf-token': String(answer.json().csrfToken) }
  return { name: 'a relative', headers, sees: new Set([0]), role: 'family' }
}

async function programOf(ask: Ask, admin: Record<string, string>): Promise<Actor> {
  const payload = { name: '街道平台', role: 'supervisor', siteIds: [markOf(1)], mayWrite: true }
  const answer = (await ask({ method: 'POST', url: '/api/api-keys', headers: admin, payload })).json()
  return { name: 'a program', headers: { authorization: `Bearer ${answer.secret}` }, sees: new Set([1]), role: 'key' }
}
