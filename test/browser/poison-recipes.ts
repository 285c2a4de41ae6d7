/** For each route that takes a text: a request that is taken, with which `poison.ts` tries every text of it. In the order of a centre's day. */
import { z } from 'zod'
import { columns } from '../../dashboard/server/columns.ts'
import { tableNames, tables } from '../../dashboard/server/schemas.ts'
import { systemClock } from '../../domain/clock.ts'
import type { DirectoryRows } from '../../store/store.ts'
import { type Ask, type Poison, textsIn } from './poison.ts'
import { password } from './stage.ts'

/** `homes[0]` is left calm for the pages; the second home's alarm goes through everything people can do. */
export type Place = { rows: DirectoryRows; siteId: string; residents: readonly string[]; terminals: readonly string[] }

/** Fields that are not tried, and why their text stands on no page. */
export const leftOut: ReadonlyMap<string, string> = new Map([
  ...['.code', '.password'].map((field) => [`POST /api/setup ${field}`, 'used once and not kept'] as const),
  ['POST /api/setup .displayName', 'the very column of POST /api/users .displayName; there is one first person'],
  ...['POST /api/sign-in .name', 'POST /api/sign-in .password', 'POST /api/sign-in/second .ticket', 'POST /api/sign-in/second .code'].map(
    (field) => [field, 'compared and not kept'] as const,
  ),
  ...['POST /api/sign-in/passkey', 'POST /api/me/passkeys'].flatMap((route) =>
    ['.answer.response{}', '.answer.clientExtensionResults{}'].map((field) => [`${route} ${field}`, 'binary, for the library'] as const),
  ),
  ...['POST /api/me/password .current', 'POST /api/me/password .next', 'POST /api/me/confirm .password'].map(
    (field) => [field, 'kept as a hash alone'] as const,
  ),
  ...['POST /api/users .password', 'PATCH /api/users/{id} .password'].map((field) => [field, 'kept as a hash alone'] as const),
  ['POST /api/me/one-time-code/confirm .code', 'compared and not kept'],
  ['POST /api/visits .code', 'compared and not kept'],
  ['POST /api/devices/{id}/vendor-login .secret', 'kept sealed and never shown'],
  ['POST /api/family/push/received .id', 'compared and not kept'],
  ['POST /api/family/leave .residentId', 'compared and not kept'],
  ['POST /api/plans/preview .plan.name', 'computed with and not kept'],
  ['POST /api/plans/preview .plan.steps[].tell[].label', 'computed with and not kept'],
])

/** Fields that only take what exists already, or one form: a poison is refused there. Exactly these. */
export const refusedFields = [
  'POST /api/devices/{id}/vendor-login .device',
  'POST /api/devices/{id}/vendor-login .product',
  'POST /api/new-devices/claim .gatewayId',
  'POST /api/new-devices/hide .gatewayId',
  'POST /api/residents/{id}/home-assistants .contactId',
  'POST /api/troubles .deviceId',
  'PUT /api/duty/{siteId}/exceptions/{id} .day',
  'PUT /api/duty/{siteId}/exceptions/{id} .in',
  'PUT /api/duty/{siteId}/exceptions/{id} .out',
  'PUT /api/duty/{siteId}/people/{id} .email',
  'PUT /api/duty/{siteId}/people/{id} .phone',
  'PUT /api/duty/{siteId}/shifts/{id} .firstDay',
  'PUT /api/duty/{siteId}/shifts/{id} .lastDay',
  'PUT /api/duty/{siteId}/shifts/{id} .personIds[]',
  'PUT /api/family/elders/{id}/reach .timeZone',
  'PUT /api/me/reach .day[]',
  'PUT /api/me/reach .email',
  'PUT /api/me/reach .night[]',
  'PUT /api/me/reach .phone',
  'PUT /api/rows/{table}/{id} sites .timeZone',
]
export async function poisonTables(poison: Poison, { rows }: Pick<Place, 'rows'>): Promise<void> {
  for (const table of tableNames) {
    const texts = textsIn(z.toJSONSchema(tables[table], { io: 'input', unrepresentable: 'any' }))
    for (const row of rows[table].slice(0, 4)) {
      const { number: _, ...base } = row as { id: string; number?: number }
      await poison.route(`PUT /api/rows/{table}/{id} ${table}`, base, { path: { table, id: row.id }, texts })
    }
  }
}

/** Columns of a spreadsheet that no row has: a text could come in by them alone. */
export const columnsOfNoRow = (): string[] =>
  tableNames.flatMap((table) => columns[table].filter(({ key }) => !(key in tables[table].shape)).map(({ key }) => `${table}.${key}`))

export async function poisonStaff(
  poison: Poison,
  { siteId, residents, rows }: Place,
): Promise<{ eve: { id: string; displayName: string } }> {
  const { city = '', district = '', street = '' } = rows.sites[0] ?? {}
  const areas = [{ city, district, street }]
  const user = { name: 'eve', displayName: 'Eve', role: 'operator', siteIds: [siteId], areas, password }
  const eve = await poison.route<{ id: string; displayName: string }>('POST /api/users', user)
  const changed = await poison.route<{ displayName: string }>(
    'PATCH /api/users/{id}',
    { displayName: 'Eve', siteIds: [siteId], areas },
    { path: { id: eve.id } },
  )
  await poison.route('POST /api/users', { ...user, name: 'finn', displayName: 'Finn' })
  const path = { siteId, id: 'night' }
  const shift = { name: 'night', weekdays: [1, 2, 3, 4, 5, 6, 7], from: 0, until: 1_380, personIds: [eve.id], firstDay: '', lastDay: '' }
  await poison.route('PUT /api/duty/{siteId}/shifts/{id}', shift, { path })
  const day = new Date(systemClock.now()).toISOString().slice(0, 10)
  const exception = { shiftId: 'night', day, out: eve.id, in: '', note: '' }
  await poison.route('PUT /api/duty/{siteId}/exceptions/{id}', exception, { path: { siteId, id: 'ill' } })
  await poison.route('POST /api/duty/{siteId}/notes', { text: '' }, { path: { siteId } })
  await poison.route('PUT /api/duty/{siteId}/people/{id}', { phone: '', email: '' }, { path: { siteId, id: eve.id } })
  const reach = { phone: '', email: '', day: [], night: [], nightHours: { from: 0, until: 1 }, quiet: null }
  await poison.route('PUT /api/me/reach', reach)
  await poison.route('POST /api/self-test', { sound: 'ok', screen: 'ok', siteIds: [siteId] })
  const tell = [{ contactId: null, label: 'x', channel: 'console' }]
  const plan = { id: 'hostile', name: 'x', repeatEvery: 60_000, lease: 60_000, steps: [{ wait: 0, tell }] }
  await poison.route('PUT /api/plans/{id}', { plan, siteId, residentId: residents[5] ?? null, kind: 'fall' }, { path: { id: 'hostile' } })
  return { eve: { ...eve, displayName: changed.displayName } }
}

export async function poisonSettings(poison: Poison, { siteId, rows }: Place): Promise<void> {
  await poison.route('POST /api/api-keys', { name: 'x', role: 'supervisor', siteIds: [siteId], mayWrite: false })
  const webhook = { name: 'x', url: 'https://example.org', siteIds: [siteId], kinds: ['daily-facts'], enabled: false }
  const made = await poison.route<{ webhook: { id: string } }>('POST /api/webhooks', webhook)
  await poison.route('POST /api/webhooks', webhook)
  const path = { id: made.webhook.id }
  await poison.route('PUT /api/webhooks/{id}', webhook, { path })
  await poison.route('PUT /api/webhooks/{id}/agreement', { text: 'x' }, { path })
  const yaml = (name: string) =>
    JSON.stringify({ profile: 'hostile', topic: 'hostile/+', device: name, map: [{ path: name, kind: 'sos' }] })
  const name = poison.next('PUT /api/profiles .text')
  // The same text is tried.
  poison.taken.set('POST /api/profiles/try .text', [name])
  const text = yaml(name)
  await poison.route('PUT /api/profiles', { text }, { texts: [] })
  await poison.route(
    'POST /api/profiles/try',
    { text, samples: JSON.stringify({ [poison.next('POST /api/profiles/try .samples')]: 1 }) },
    { texts: [] },
  )
  const rooms = [{ name: 'x', x: 10, y: 10, width: 20, height: 20 }]
  await poison.route('PUT /api/maps/homes/{id}/flat', { plan: { rooms, door: 50 } }, { path: { id: rows.homes[0]?.id ?? '' } })
  const ring = [
    [0, 0],
    [0, 50],
    [50, 50],
    [50, 0],
    [0, 0],
  ]
  const feature = (properties: object) => ({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } })
  const collection = (properties: object) => ({ type: 'FeatureCollection', features: [feature(properties)] })
  const building = { kind: 'building', name: poison.next('site plan: name of a building') }
  await poison.route('PUT /api/maps/sites/{id}', collection(building), { path: { id: siteId }, query: '?frame=earth', texts: [] })
  const outline = poison.next('outlines: name of an area')
  await poison.route('PUT /api/maps/outlines', collection({ level: 'street', name: outline }), { texts: [] })
}

export async function poisonResident(poison: Poison, { rows, residents }: Place): Promise<void> {
  const [id = ''] = residents
  const given = { kind: 'service', form: 'paper', givenBy: 'x', givenAt: systemClock.now() - 60_000, note: '' }
  await poison.route('POST /api/residents/{id}/consents', given, { path: { id } })
  await poison.route('POST /api/residents/{id}/consents', { ...given, kind: 'entry' }, { path: { id } })
  const file = JSON.parse((await poison.ask('GET', `/api/residents/${id}/file`)).body) as { consents: readonly { id: string }[] }
  const consentId = file.consents[0]?.id ?? ''
  await poison.route('POST /api/residents/{id}/consents/{consentId}/withdraw', { by: 'x' }, { path: { id, consentId } })
  const contactId = rows.contacts.find(({ residentId }) => residentId === id)?.id ?? ''
  await poison.route('PUT /api/residents/{id}/family/{contactId}/consent', { how: 'spoken', note: '' }, { path: { id, contactId } })
  const own = { label: 'x', contactId: null, consent: { how: 'spoken', note: '' } }
  await poison.route('POST /api/residents/{id}/home-assistants', own, { path: { id } })
  const wish = { isOff: false, language: 'yue', words: '' }
  await poison.route('PUT /api/test-reminders/{residentId}', wish, { path: { residentId: id } })
}

export async function poisonDevices(poison: Poison, { residents, terminals, siteId }: Place): Promise<void> {
  const [residentId = ''] = residents
  const [terminal = ''] = terminals
  const flat = { path: { residentId } }
  const pendant = { deviceId: 'labelled-01', family: 'native', role: 'sos-button', room: '', power: 'battery', heartbeatSeconds: null }
  await poison.route('POST /api/flats/{residentId}/devices', pendant, flat)
  await poison.route('POST /api/devices/{id}/move', { residentId, room: '' }, { path: { id: 'labelled-01' } })
  await poison.route('POST /api/devices/{id}/retire', { why: '' }, { path: { id: 'labelled-01' } })
  const other = { id: 'labelled-02', siteId, residentId, gatewayId: null, family: 'thing-model', key: 'labelled-02', base: '' }
  const row = { ...other, role: 'terminal', room: '', power: 'mains', heartbeatSeconds: null }
  await poison.route('PUT /api/rows/{table}/{id} devices', row, { path: { table: 'devices', id: row.id }, texts: [] })
  const login = { scheme: 'alink', product: 'product1', device: 'device1', secret: 'a secret that is long enough' }
  await poison.route('POST /api/devices/{id}/vendor-login', login, { path: { id: row.id } })
  const { id } = await poison.route<{ id: string }>('POST /api/troubles', { deviceId: terminal, text: 'x' })
  await poison.route('POST /api/troubles/{id}', { take: true, note: '' }, { path: { id } })
}

/** What people do to the alarm of the second home, and what is owed afterwards. `eve`: a colleague whose name is markup. */
export async function poisonAlarm(poison: Poison, id: string, eve: { displayName: string }): Promise<void> {
  const path = { id }
  await poison.route('POST /api/alarms/{id}/acknowledge', {}, { path, texts: [] })
  await poison.route('POST /api/alarms/{id}/notes', { action: 'dispatched', text: '', coming: { who: 'x', minutes: 5 } }, { path })
  await poison.route('POST /api/alarms/{id}/hand-over', { to: eve.displayName, text: '' }, { path })
  await poison.route('POST /api/alarms/{id}/acknowledge', { from: eve.displayName }, { path })
  await poison.route('POST /api/alarms/{id}/notes', { action: 'spoke', text: '' }, { path })
  await poison.route('POST /api/alarms/{id}/resolve', { outcome: 'help-given', text: '' }, { path })
  await poison.route('POST /api/call-backs/{id}/not-reached', { note: '' }, { path })
}

/** An alarm that a colleague has, with a story. */
export async function poisonHeld(poison: Poison, id: string, eve: { id: string }): Promise<void> {
  const path = { id }
  await poison.route('POST /api/alarms/{id}/acknowledge', {}, { path, texts: [] })
  await poison.route('POST /api/alarms/{id}/notes', { action: 'dispatched', text: '', coming: { who: 'x', minutes: 5 } }, { path })
  await poison.route('POST /api/alarms/{id}/hand-over', { toId: eve.id, text: '' }, { path, texts: [textField(2_000)] })
}

const textField = (max: number) => ({ path: '.text', max, pattern: undefined })

/** A call that ended well and was made good: it stands on the list of those made. */
export async function poisonCalled(poison: Poison, id: string): Promise<void> {
  const path = { id }
  await poison.route('POST /api/alarms/{id}/acknowledge', {}, { path, texts: [] })
  await poison.route('POST /api/alarms/{id}/notes', { action: 'spoke', text: '' }, { path })
  await poison.route('POST /api/alarms/{id}/resolve', { outcome: 'help-given', text: '' }, { path })
  await poison.route('POST /api/call-backs/{id}/done', { note: 'x' }, { path })
}

export async function poisonFamily(poison: Poison, ask: Ask, residentId: string): Promise<void> {
  const reach = { phone: '', email: '', language: 'zh', subject: '', timeZone: '', day: [], night: [], quiet: null, dailyAt: 480 }
  const body = { ...reach, nightHours: { from: 0, until: 1 } }
  await poison.route('PUT /api/family/elders/{id}/reach', body, { path: { id: residentId }, ask })
  await poison.route('POST /api/family/home-assistants', { label: 'x' }, { ask })
  const keys = { p256dh: 'AAAA', auth: 'AAAA' }
  await poison.route('PUT /api/family/push', { endpoint: 'https://example.org', keys }, { ask })
}

/** Kept or used, and shown to nobody: each with why. A page that shows one of them takes it off this list. */
export const unseenFields: ReadonlyMap<string, string> = new Map([
  ['POST /api/alarms/{id}/resolve .text', 'the last word of a closed case: in the journal, on no page'],
  ['POST /api/devices/{id}/retire .why', 'kept in the history of the device, whose page says deed, place and time'],
  ['POST /api/self-test .siteIds[]', 'compared and not kept'],
  ['POST /api/sweeps/{id}/tick .residentIds[]', 'compared and not kept'],
  ['POST /api/sweeps/{id}/tick .note', 'kept; who was asked leaves the list'],
  ['POST /api/residents/{id}/home-assistants .consent.note', 'kept; the page says how, by whom and when'],
  ['PUT /api/residents/{id}/family/{contactId}/consent .note', 'kept; the page says how, by whom and when'],
  ['PUT /api/family/push .endpoint', 'kept for the push service alone'],
  ['outlines: name of an area', 'drawn only for a site that carries this very name: then it is the text of the site'],
])
