/** What every Accounts promises: people who sign in, their sessions, and a record that only grows. */
import { beforeEach, describe, expect, test } from 'vitest'
import { after, instant, minutes } from '../domain/time.ts'
import type { Accounts, Session, User } from './store.ts'

/** One empty set of accounts; `reopen` opens what is left after a restart; `discard` closes what is open and cleans up. */
export type AccountsWorld = { accounts: Accounts; reopen(): Promise<Accounts>; discard(): Promise<void> }
type Given = { accounts: Accounts; world: AccountsWorld }

/** Runs the suite on accounts made by `open`, one for each test. */
export function accountsContract(name: string, open: () => Promise<AccountsWorld>): void {
  describe(`${name} keeps the promises of Accounts`, () => {
    const given = {} as Given
    beforeEach(async () => {
      given.world = await open()
      given.accounts = given.world.accounts
      return () => given.world.discard()
    })
    usersComeBack(given)
    sessionsEnd(given)
    theRecordGrows(given)
  })
}

const now = instant(1_760_000_000_000)
const user = (id: string, changes: Partial<User> = {}): User => ({
  id,
  name: `name-${id}`,
  displayName: '王护士',
  role: 'operator',
  siteIds: ['site-a', 'site-b'],
  disabled: false,
  ...changes,
})
const session = (id: string, userId: string, expiresAt = after(now, minutes(60))): Session => ({
  id,
  userId,
  createdAt: now,
  expiresAt,
  csrfToken: `csrf-${id}`,
  usedAt: now,
  label: 'Chrome · Windows',
  place: '192.168.1.x',
  factor: 'password',
})

function usersComeBack(given: Given) {
  test('a user is found by id and by name, the password hash only by name', async () => {
    const { accounts } = given
    expect(await accounts.countUsers()).toBe(0)
    await accounts.putUser(user('u1'), 'hash-1')
    expect(await accounts.countUsers()).toBe(1)
    expect(await accounts.user('u1')).toEqual(user('u1'))
    expect(await accounts.users()).toEqual([user('u1')])
    expect(await accounts.userByName('name-u1')).toEqual({ ...user('u1'), passwordHash: 'hash-1' })
    expect(await accounts.userByName('nobody')).toBeNull()
    expect(await accounts.user('nobody')).toBeNull()
  })

  test('a change without a password keeps the password; with one it replaces it', async () => {
    const { accounts } = given
    await accounts.putUser(user('u1'), 'hash-1')
    await accounts.putUser(user('u1', { role: 'admin', siteIds: [] }))
    expect(await accounts.userByName('name-u1')).toMatchObject({ role: 'admin', siteIds: [], passwordHash: 'hash-1' })
    await accounts.putUser(user('u1'), 'hash-2')
    expect((await accounts.userByName('name-u1'))?.passwordHash).toBe('hash-2')
  })

  test('areas come back as they were given; the sites they come to are worked out when somebody is read, and never stored', async () => {
    const { accounts } = given
    const areas = [{ city: '江城', district: '', street: '' }]
    await accounts.putUser(user('u1', { areas, areaSiteIds: ['site-z'] }), 'hash-1')
    expect(await accounts.user('u1')).toEqual(user('u1', { areas, areaSiteIds: [] }))
    await accounts.putUser(user('u1', { areas: [] }))
    expect(await accounts.user('u1')).toEqual(user('u1'))
  })

  test('a new user without a password, and a name that is taken, are refused; capitals make no other name', async () => {
    const { accounts } = given
    await expect(accounts.putUser(user('u1'))).rejects.toThrow(RangeError)
    await accounts.putUser(user('u1'), 'hash')
    await expect(accounts.putUser(user('u2', { name: 'NAME-U1' }), 'hash')).rejects.toThrow(RangeError)
    expect(await accounts.countUsers()).toBe(1)
    expect((await accounts.userByName('Name-U1'))?.id).toBe('u1')
  })
}

function sessionsEnd(given: Given) {
  test('a session is found by the hash of its secret until it is ended', async () => {
    const { accounts } = given
    await accounts.putUser(user('u1'), 'hash')
    await accounts.putSession('aa', session('s1', 'u1'))
    expect(await accounts.session('aa')).toEqual(session('s1', 'u1'))
    expect(await accounts.session('s1')).toBeNull()
    const reopened = await given.world.reopen()
    expect(await reopened.session('aa')).toEqual(session('s1', 'u1'))
    await reopened.endSession('aa')
    expect(await reopened.session('aa')).toBeNull()
  })

  test('all sessions of one user end at once, and those of others go on; disabling and any other change ends them too', async () => {
    const { accounts } = given
    for (const id of ['u1', 'u2']) await accounts.putUser(user(id), 'hash')
    await accounts.putSession('a', session('s1', 'u1'))
    await accounts.putSession('b', session('s2', 'u1'))
    await accounts.putSession('c', session('s3', 'u2'))
    await accounts.endSessionsOf('u1')
    expect([await accounts.session('a'), await accounts.session('b')]).toEqual([null, null])
    expect((await accounts.session('c'))?.id).toBe('s3')
    await accounts.putUser(user('u2', { disabled: true }))
    expect(await accounts.session('c')).toBeNull()
    await accounts.putSession('d', session('s4', 'u1'))
    await accounts.putUser(user('u1', { siteIds: [] }))
    expect(await accounts.session('d')).toBeNull()
  })

  test('the sessions of one user are listed, the one used last first', async () => {
    const { accounts } = given
    for (const id of ['u1', 'u2']) await accounts.putUser(user(id), 'hash')
    await accounts.putSession('a', session('s1', 'u1'))
    await accounts.putSession('b', session('s2', 'u1'))
    await accounts.putSession('c', session('s3', 'u2'))
    const later = after(now, minutes(5))
    await accounts.usedSession('b', later)
    // Two requests at once may come in the wrong order.
    await accounts.usedSession('b', now)
    const found = await accounts.sessionsOf('u1')
    expect(found.map(({ id, idHash, usedAt }) => [id, idHash, usedAt])).toEqual([
      ['s2', 'b', later],
      ['s1', 'a', now],
    ])
  })

  test('a session put again is prolonged', async () => {
    const { accounts } = given
    await accounts.putUser(user('u1'), 'hash')
    await accounts.putSession('a', session('s1', 'u1'))
    const longer = session('s1', 'u1', after(now, minutes(600)))
    await accounts.putSession('a', longer)
    expect(await accounts.session('a')).toEqual(longer)
  })
}

function theRecordGrows(given: Given) {
  test('a change of a user and the line that says who changed it are stored together or not at all', async () => {
    const { accounts } = given
    const line = { at: now, userId: 'u0', action: 'add-user', subjectId: 'u1', detail: '' }
    await accounts.putUser(user('u1'), 'hash', line)
    await expect(accounts.putUser(user('u2', { name: 'name-u1' }), 'hash', line)).rejects.toThrow(RangeError)
    expect((await accounts.auditLines(0, 10)).map(({ id: _, ...each }) => each)).toEqual([line])
  })

  test('audit lines come back in order, after a place, at most so many, also after a restart', async () => {
    const lines = ['one', 'two', 'three'].map((action) => ({ at: now, userId: 'u1', action, subjectId: 'rosa', detail: '{}' }))
    await Promise.all(lines.map((line) => given.accounts.audit(line)))
    const accounts = await given.world.reopen()
    const all = await accounts.auditLines(0, 10)
    expect(all.map(({ id: _, ...line }) => line)).toEqual(lines)
    expect((await accounts.auditLines(all[0]?.id ?? 0, 1)).map((line) => line.action)).toEqual(['two'])
  })
}
