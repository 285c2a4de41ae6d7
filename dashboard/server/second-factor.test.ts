/** Second factors over HTTP: codes that are good once, recovery, what is sealed, what is required, and sessions that can be seen and ended. */
import { type TOTP, URI } from 'otpauth'
import { expect, test } from 'vitest'
import { minutes } from '../../domain/time.ts'
import type { User } from '../../store/store.ts'
import type { FactorMade, NewOneTimeCode, OwnAccount, SecondStep, SessionRow, StaffRow } from '../contracts-accounts.ts'
import { openOneTimeCodes } from './one-time-codes.ts'
import { openPasswords } from './passwords.ts'
import { openPeopledWorlds, screenOf } from './peopled.contract.ts'
import { cookieOf, password, type Signed, shiftedClock, until, type World } from './world.contract.ts'

const peopled = openPeopledWorlds()
const minute = minutes(1)

type Enrolled = { signed: Signed; totp: TOTP; uri: string; recoveryCodes: readonly string[] }

/** Sets one-time codes up, as the page does it. */
async function enrol(world: World, { name, now }: { name: string; now: () => number }): Promise<Enrolled> {
  const first = await world.signIn(name)
  const begun = await world.ask({ method: 'POST', url: '/api/me/one-time-code', headers: first.headers })
  const { uri } = begun.json<NewOneTimeCode>()
  const totp = URI.parse(uri) as TOTP
  const code = totp.generate({ timestamp: now() })
  const payload = { code }
  const answer = await world.ask({ method: 'POST', url: '/api/me/one-time-code/confirm', headers: first.headers, payload })
  const { me, recoveryCodes } = answer.json<FactorMade>()
  const cookie = cookieOf(answer.headers['set-cookie'])
  return { signed: { me, cookie, headers: { cookie, 'x-csrf-token': me.csrfToken } }, totp, uri, recoveryCodes: recoveryCodes ?? [] }
}

const ticketFor = async (world: World, name: string): Promise<string> => {
  const answer = await world.ask({ method: 'POST', url: '/api/sign-in', payload: { name, password } })
  expect(answer.headers['set-cookie']).toBeUndefined()
  return answer.json<SecondStep>().second.ticket
}
const second = (world: World, ticket: string, code: string) =>
  world.ask({ method: 'POST', url: '/api/sign-in/second', payload: { ticket, code } })

async function enrolledWorld() {
  const clock = shiftedClock()
  const world = await peopled({ clock })
  const enrolled = await enrol(world, { name: 'op-a', now: clock.now })
  // The half minute of the first code is used up.
  clock.shift(minute)
  return { clock, world, ...enrolled, codeNow: () => enrolled.totp.generate({ timestamp: clock.now() }) }
}

test('with one-time codes a password alone opens nothing; a code does, once, and an older one never', async () => {
  const { world, codeNow, totp, clock } = await enrolledWorld()
  const ticket = await ticketFor(world, 'op-a')
  const code = codeNow()
  expect((await second(world, ticket, '000000')).json()).toMatchObject({ code: 'wrong-code' })
  const right = await second(world, ticket, code)
  expect(right.json()).toMatchObject({ name: 'op-a', mustAddFactor: false })
  expect((await second(world, ticket, code)).json()).toMatchObject({ code: 'start-again' })
  const again = await ticketFor(world, 'op-a')
  expect((await second(world, again, code)).json()).toMatchObject({ code: 'wrong-code' })
  expect((await second(world, again, totp.generate({ timestamp: clock.now() - minute / 2 }))).json()).toMatchObject({ code: 'wrong-code' })
  clock.shift(minute)
  expect((await second(world, again, codeNow())).statusCode).toBe(200)
})

test('two at once with the same code: one comes in', async () => {
  const { world, codeNow } = await enrolledWorld()
  const tickets = [await ticketFor(world, 'op-a'), await ticketFor(world, 'op-a')]
  const answers = await Promise.all(tickets.map((ticket) => second(world, ticket, codeNow())))
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401])
})

test('wrong codes that come all at once are counted one by one', async () => {
  const { world } = await enrolledWorld()
  const ticket = await ticketFor(world, 'op-a')
  const answers = await Promise.all(Array.from({ length: 25 }, (_, code) => second(world, ticket, `aaaaa-bbb${20 + code}`)))
  expect(answers.filter(({ statusCode }) => statusCode === 401).length).toBeLessThanOrEqual(10)
})

test('ten wrong codes end the tries for a quarter of an hour, whatever ticket they come with', async () => {
  const { world, codeNow, clock } = await enrolledWorld()
  let ticket = await ticketFor(world, 'op-a')
  for (let tried = 0; tried < 10; tried += 1) expect((await second(world, ticket, '123456')).statusCode).toBe(401)
  expect((await second(world, ticket, codeNow())).statusCode).toBe(429)
  clock.shift(minutes(15))
  ticket = await ticketFor(world, 'op-a')
  expect((await second(world, ticket, codeNow())).statusCode).toBe(200)
})

test('a ticket is good for five minutes', async () => {
  const { world, codeNow, clock } = await enrolledWorld()
  const ticket = await ticketFor(world, 'op-a')
  clock.shift(minutes(5))
  expect((await second(world, ticket, codeNow())).json()).toMatchObject({ code: 'start-again' })
})

test('a ticket dies with the password that earned it', async () => {
  const { world, codeNow, clock } = await enrolledWorld()
  const [ticket, other] = [await ticketFor(world, 'op-a'), await ticketFor(world, 'op-a')]
  const { passwordHash: _, ...user } = (await world.stores.accounts.userByName('op-a')) ?? {}
  await world.stores.accounts.putUser(user as User, await openPasswords().hash('another long password'))
  expect((await second(world, ticket, codeNow())).json()).toMatchObject({ code: 'start-again' })
  const signedIn = await world.ask({ method: 'POST', url: '/api/sign-in', payload: { name: 'op-a', password: 'another long password' } })
  clock.shift(minute)
  expect((await second(world, other, codeNow())).statusCode).toBe(401)
  expect((await second(world, signedIn.json<SecondStep>().second.ticket, codeNow())).statusCode).toBe(200)
})

test('a recovery code comes in once; new ones make the old ones worthless', async () => {
  const { world, recoveryCodes } = await enrolledWorld()
  expect(recoveryCodes.length).toBe(10)
  const [first = '', another = ''] = recoveryCodes
  const ticket = await ticketFor(world, 'op-a')
  const answer = await second(world, ticket, first.toUpperCase().replace('-', ' '))
  expect(answer.statusCode).toBe(200)
  const cookie = cookieOf(answer.headers['set-cookie'])
  const headers = { cookie, 'x-csrf-token': answer.json().csrfToken }
  expect((await world.ask({ url: '/api/me/account', headers })).json<OwnAccount>().recoveryCodesLeft).toBe(9)
  expect((await second(world, await ticketFor(world, 'op-a'), first)).statusCode).toBe(401)
  expect((await world.ask({ method: 'POST', url: '/api/me/recovery-codes', headers })).json().recoveryCodes.length).toBe(10)
  expect((await second(world, await ticketFor(world, 'op-a'), another)).statusCode).toBe(401)
})

test('neither the secret nor a recovery code is in the database, and a sealed secret opens for its owner alone', async () => {
  const { world, totp, recoveryCodes } = await enrolledWorld()
  const stored = await world.stores.secondFactors.oneTimeSecret('u-op-a')
  if (!stored) throw new Error('There is no secret.')
  expect(Buffer.from(stored.sealed).includes(Buffer.from(totp.secret.buffer))).toBe(false)
  const codes = openOneTimeCodes(new Uint8Array(32).fill(7))
  expect(codes.stepOf({ ...stored, code: totp.generate(), now: stored.madeAt })).toBeTypeOf('number')
  expect(() => codes.stepOf({ ...stored, userId: 'u-op-b', code: '1', now: stored.madeAt })).toThrow()
  expect(() => openOneTimeCodes(new Uint8Array(32)).stepOf({ ...stored, code: '1', now: stored.madeAt })).toThrow()
  expect(codes.hashOf('u-op-a', recoveryCodes[0] ?? '')).not.toBe(codes.hashOf('u-op-b', recoveryCodes[0] ?? ''))
})

test('what guards the account changes only minutes after the password was said', async () => {
  const { world, clock, signed } = await enrolledWorld()
  clock.shift(minutes(11))
  const remove = () => world.ask({ method: 'DELETE', url: '/api/me/one-time-code', headers: signed.headers })
  expect((await remove()).json()).toMatchObject({ code: 'confirm-needed' })
  const confirm = (given: string) =>
    world.ask({ method: 'POST', url: '/api/me/confirm', headers: signed.headers, payload: { password: given } })
  expect((await confirm('not it at all')).statusCode).toBe(403)
  expect((await remove()).statusCode).toBe(403)
  expect((await confirm(password)).statusCode).toBe(204)
  expect((await remove()).statusCode).toBe(204)
  await world.signIn('op-a')
})

test('an admin takes a lost second factor away, on record, and every session with it', async () => {
  const { world, signed } = await enrolledWorld()
  const admin = await world.signIn('root')
  const before = (await world.ask({ url: '/api/users', headers: admin.headers })).json<StaffRow[]>().find(({ id }) => id === 'u-op-a')
  expect(before).toMatchObject({ oneTimeCode: true, passkeys: 0, sessions: 1 })
  const screen = await world.screen(signed.cookie)
  const reset = (headers: Record<string, string>) => world.ask({ method: 'DELETE', url: '/api/users/u-op-a/second-factor', headers })
  expect((await reset((await world.signIn('sup-a')).headers)).statusCode).toBe(403)
  expect((await reset(admin.headers)).statusCode).toBe(204)
  await until(() => screen.disconnected)
  expect((await world.ask({ url: '/api/me', headers: signed.headers })).statusCode).toBe(401)
  await world.signIn('op-a')
  const lines = await world.accounts.auditPage({ siteIds: 'all', action: 'reset-second-factor', limit: 10 })
  expect(lines).toMatchObject([{ userId: 'u-admin', subjectId: 'u-op-a' }])
})

test('where a second factor is required, a password lets an admin make one and nothing else, not even watch', async () => {
  const settings = { host: '127.0.0.1', port: 0, publicOrigin: '', webRoot: '/nowhere', secondFactor: 'required' as const }
  const world = await peopled({ settings })
  const limited = await world.signIn('root')
  expect(limited.me).toMatchObject({ mustAddFactor: true, deeds: [] })
  for (const url of ['/api/users', '/api/wall', '/api/rows', '/api/audit'])
    expect((await world.ask({ url, headers: limited.headers })).json()).toMatchObject({ code: 'second-factor-required' })
  const reach = { phone: '+8613800000000', email: '', day: [], night: [], nightHours: { from: 0, until: 1 }, quiet: null }
  const moving = await world.ask({ method: 'PUT', url: '/api/me/reach', payload: reach, headers: limited.headers })
  expect(moving.json()).toMatchObject({ code: 'second-factor-required' })
  await expect(world.screen(limited.cookie)).rejects.toThrow()
  const { signed } = await enrol(world, { name: 'root', now: Date.now })
  expect(signed.me.mustAddFactor).toBe(false)
  expect((await world.ask({ url: '/api/users', headers: signed.headers })).statusCode).toBe(200)
  const remove = await world.ask({ method: 'DELETE', url: '/api/me/one-time-code', headers: signed.headers })
  expect(remove.json()).toMatchObject({ code: 'last-factor' })
  expect((await world.signIn('op-a')).me.mustAddFactor).toBe(false)
})

test('one sees one’s own sessions in words, and ends one or all others; open screens go with them', async () => {
  const world = await peopled()
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0'
  const own = await world.signIn('op-a', { 'user-agent': agent })
  const sessions = async () => (await world.ask({ url: '/api/me/account', headers: own.headers })).json<OwnAccount>().sessions
  const screens = [await screenOf(world, 'op-a'), await screenOf(world, 'op-a')]
  const stranger = await screenOf(world, 'op-b')
  expect((await sessions()).length).toBe(3)
  expect((await sessions()).find((one) => one.own)).toMatchObject({ label: 'Edge · Windows', place: 'localhost', factor: 'password' })
  const other = (await sessions()).find((one) => !one.own)?.id ?? ''
  const end = (query: string) => world.ask({ method: 'DELETE', url: `/api/me/sessions${query}`, headers: own.headers })
  expect((await end(`?id=${other}`)).statusCode).toBe(204)
  await until(() => screens.filter(({ disconnected }) => disconnected).length === 1)
  expect((await end('?id=not-there')).statusCode).toBe(404)
  expect((await end('')).statusCode).toBe(204)
  await until(() => screens.every(({ disconnected }) => disconnected))
  expect((await sessions()).map((one) => one.own)).toEqual([true])
  expect(stranger.connected).toBe(true)
})

test('nobody ends somebody else’s session by its id; an admin sees and ends them all', async () => {
  const world = await peopled()
  const [mine, theirs, admin] = [await world.signIn('op-a'), await world.signIn('op-b'), await world.signIn('root')]
  const rows = (await world.ask({ url: '/api/users/u-op-b/sessions', headers: admin.headers })).json<SessionRow[]>()
  expect(rows.length).toBe(1)
  const stolen = await world.ask({ method: 'DELETE', url: `/api/me/sessions?id=${rows[0]?.id}`, headers: mine.headers })
  expect(stolen.statusCode).toBe(404)
  const screen = await world.screen(theirs.cookie)
  const ended = await world.ask({ method: 'DELETE', url: '/api/users/u-op-b/sessions', headers: admin.headers })
  expect(ended.statusCode).toBe(204)
  await until(() => screen.disconnected)
  expect((await world.ask({ url: '/api/me', headers: theirs.headers })).statusCode).toBe(401)
})
