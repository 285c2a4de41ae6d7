/** The administration of people: consents and a picture by it, key-safe codes that no list shows, imports that are seen before they are done, removals that say what they take along. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instant } from '../../domain/time.ts'
import type { ImportPreview, ResidentFile, Takes } from '../contracts-upkeep.ts'
import { openWorld, type Signed, type World } from './world.contract.ts'

let world: World
const signed: Record<string, Signed> = {}

beforeAll(async () => {
  world = await openWorld()
  await world.addUsers()
  for (const name of ['root', 'sup-a', 'op-a', 'op-b']) signed[name] = await world.signIn(name)
})
afterAll(() => world.close())

const headers = (who: string) => signed[who]?.headers ?? {}
const get = (url: string, who = 'sup-a') => world.ask({ url, headers: headers(who) })
const post = (url: string, payload: object, who = 'sup-a') => world.ask({ method: 'POST', url, headers: headers(who), payload })
const sendPhoto = (url: string, bytes: Buffer, type = 'image/png') =>
  world.ask({ method: 'PUT', url, headers: { ...headers('sup-a'), 'content-type': type }, payload: bytes })
const fileOf = async (who = 'sup-a'): Promise<ResidentFile> => (await get('/api/residents/res-a-1/file', who)).json()
const csv = (url: string, text: string, who = 'sup-a') =>
  world.ask({ method: 'POST', url, headers: { ...headers(who), 'content-type': 'text/csv' }, payload: Buffer.from(text) })

const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(40)])
const consent = { kind: 'photo', form: 'paper', givenBy: '本人', givenAt: 1_700_000_000_000 }
const photoUrl = '/api/residents/res-a-1/photo'

test('a picture needs her consent, is a picture by its bytes, is shown in her own site only, and goes when the consent is withdrawn', async () => {
  expect((await get(photoUrl, 'op-a')).statusCode).toBe(404)
  expect((await get(photoUrl, 'op-b')).statusCode).toBe(404)
  expect((await sendPhoto(photoUrl, png)).json()).toMatchObject({ code: 'no-consent' })
  expect((await post('/api/residents/res-a-1/consents', { ...consent, givenAt: Date.now() + 86_400_000 })).statusCode).toBe(400)
  expect((await post('/api/residents/res-a-1/consents', consent)).statusCode).toBe(204)
  expect((await sendPhoto(photoUrl, Buffer.from('<svg onload=alert(1)>'))).statusCode).toBe(400)
  expect((await sendPhoto(photoUrl, Buffer.concat([png, Buffer.alloc(301 * 1_024)]))).statusCode).toBe(413)
  expect((await sendPhoto(photoUrl, png, 'image/jpeg')).statusCode).toBe(204)
  const seen = await get(photoUrl, 'op-a')
  expect(seen.headers['content-type']).toBe('image/png')
  expect(seen.headers['x-content-type-options']).toBe('nosniff')
  expect(seen.rawPayload.equals(png)).toBe(true)
  expect((await get(photoUrl, 'op-b')).statusCode).toBe(404)
  expect(await fileOf()).toMatchObject({ doorCodeSet: true, consents: [{ kind: 'photo', recordedBy: '主管甲', withdrawn: null }] })
  const [given] = (await fileOf()).consents
  const withdraw = (residentId: string) => post(`/api/residents/${residentId}/consents/${given?.id}/withdraw`, { by: '女儿' })
  expect((await withdraw('res-a-2')).statusCode).toBe(404)
  expect((await withdraw('res-a-1')).statusCode).toBe(204)
  expect((await withdraw('res-a-1')).statusCode).toBe(409)
  expect(await fileOf()).toMatchObject({ photoAt: null, consents: [{ withdrawn: { by: '女儿', recordedBy: '主管甲' } }] })
  // One that could not be taken away then is shown to nobody either.
  await world.stores.upkeep.residentFile.putPhoto('res-a-1', { type: 'image/png', bytes: png, at: instant(1) })
  expect((await get(photoUrl, 'op-a')).statusCode).toBe(404)
  await world.stores.upkeep.residentFile.removePhoto('res-a-1')
  const actions = (await world.accounts.auditLines(0, 1_000)).filter(({ subjectId }) => subjectId === 'res-a-1').map(({ action }) => action)
  for (const action of ['add-consent', 'put-photo', 'look-photo', 'withdraw-consent', 'look-resident-file'])
    expect(actions).toContain(action)
})

test('no list and no supervisor’s spreadsheet shows a key-safe code, and a row put without it keeps it', async () => {
  for (const url of ['/api/rows', '/api/rows/homes', '/api/export/homes']) expect((await get(url)).body).not.toContain('-code')
  expect((await get('/api/export/homes', 'root')).body).toContain('SECRET-A-code')
  const { doorCode: _, ...home } = (await get('/api/rows/homes')).json()[0]
  const put = (payload: object) => world.ask({ method: 'PUT', url: `/api/rows/homes/${home.id}`, headers: headers('sup-a'), payload })
  expect((await put({ ...home, entry: '按门铃' })).json()).toMatchObject({ entry: '按门铃', doorCode: '' })
  expect(await world.directory.row('homes', home.id)).toMatchObject({ entry: '按门铃', doorCode: 'SECRET-A-code' })
  await put({ ...home, doorCode: '2580#' })
  expect(await world.directory.row('homes', home.id)).toMatchObject({ doorCode: '2580#' })
  // A spreadsheet without the column keeps it too.
  await csv('/api/import/homes', `id,siteId,door\n${home.id},a,707\n`)
  expect(await world.directory.row('homes', home.id)).toMatchObject({ door: '707', doorCode: '2580#', address: 'SECRET-A' })
})

test('an import is seen before it is done: what is new, what changes, what the file does not hold; nothing is written', async () => {
  const text = 'id,siteId,homeId,name,phone\nres-a-1,a,home-a-1,新名字,139\nres-new,a,home-a-1,=cmd,1\n'
  const before = await world.directory.rows('all')
  const preview: ImportPreview = (await csv('/api/import/residents/preview', text)).json()
  expect(preview).toMatchObject({ errors: [], rows: 2, unchanged: 0, added: { count: 1, first: [{ id: 'res-new', name: '=cmd' }] } })
  expect(preview.changed.first[0]).toMatchObject({
    id: 'res-a-1',
    fields: [
      { column: 'name', after: '新名字' },
      { column: 'phone', before: 'SECRET-A', after: '139' },
    ],
  })
  expect(preview.absent.first.map(({ id }) => id)).toEqual(['res-a-2', 'res-a-3'])
  const wrong: ImportPreview = (await csv('/api/import/residents/preview', `${text}res-b-1,b,home-b-1,x,1\n`)).json()
  expect(wrong).toMatchObject({ errors: [{ line: 4 }], rows: 0, added: { count: 0 } })
  expect(await world.directory.rows('all')).toEqual(before)
  expect((await csv('/api/import/residents/preview', text, 'op-a')).statusCode).toBe(403)
})

test('what the file does not hold is removed only when that is asked for, and never what others still need', async () => {
  const answer = await csv('/api/import/contacts?absent=remove', 'id,residentId,name,relation\ncon-9,res-a-1,女儿,relative\n')
  // Contacts of other residents are none of this file's business.
  expect(answer.json()).toEqual({ imported: 1, removed: 1, kept: [] })
  expect((await world.directory.rows('all')).contacts.map(({ id }) => id)).toEqual([
    'con-9',
    'con-a-2',
    'con-a-3',
    'con-b-1',
    'con-b-2',
    'con-b-3',
  ])
  const homes = await csv('/api/import/homes?absent=remove', 'id,siteId,door\nhome-a-1,a,1\n')
  expect(homes.json()).toEqual({ imported: 1, removed: 0, kept: ['home-a-2', 'home-a-3'] })
})

test('a removal says before what it takes along and what stands in its way', async () => {
  const takes: Takes = (await get('/api/rows/residents/res-a-1/takes')).json()
  expect(takes).toEqual({
    with: { contacts: 1, consents: 1, photos: 0, plans: 0 },
    first: { homes: 0, residents: 0, devices: 1 },
    deviceIds: ['btn-a-1'],
  })
  expect((await get('/api/rows/homes/home-a-1/takes')).json()).toMatchObject({ first: { residents: 1 } })
  expect((await get('/api/rows/residents/res-b-1/takes')).statusCode).toBe(404)
})

test('a form hears of all its mistakes at once', async () => {
  const payload = { siteId: 'a', homeId: 'home-a-1', name: '', birthYear: 1700 }
  const answer = await world.ask({ method: 'PUT', url: '/api/rows/residents/r1', headers: headers('sup-a'), payload })
  expect(answer.json().fields.map(({ path }: { path: string }) => path)).toEqual(['name', 'birthYear'])
})
