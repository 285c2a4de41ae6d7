/** One suite for every SecondFactors: what was used up stays used up, what is not confirmed opens nothing, and each change has its line or did not happen. */
import { beforeEach, describe, expect, test } from 'vitest'
import { instant } from '../domain/time.ts'
import type { Accounts, AuditLine, Passkey, SecondFactors } from './store.ts'

type FactorsWorld = { factors: SecondFactors; accounts: Accounts; discard(): Promise<void> }

const now = instant(1_760_000_000_000)
const line = (action: string): AuditLine => ({ at: now, userId: 'u1', action, subjectId: 'u1', detail: '' })
const passkey = (id: string, changes: Partial<Passkey> = {}): Passkey => ({
  ...{
    id,
    userId: 'u1',
    publicKey: new Uint8Array([1, 2, 3]),
    counter: 0,
    transports: ['internal'],
    label: '值班室',
    madeAt: now,
    usedAt: null,
  },
  ...changes,
})

export function secondFactorsContract(name: string, open: () => Promise<FactorsWorld>): void {
  describe(`${name} keeps the promises of SecondFactors`, () => {
    const given = {} as FactorsWorld
    beforeEach(async () => {
      Object.assign(given, await open())
      for (const id of ['u1', 'u2'])
        await given.accounts.putUser({ id, name: id, displayName: id, role: 'operator', siteIds: [], disabled: false }, 'hash')
      return () => given.discard()
    })
    passkeysComeBack(given)
    secretsAreConfirmed(given)
    codesAreUsedUp(given)
  })
}

const actions = async ({ accounts }: FactorsWorld) => (await accounts.auditLines(0, 100)).map(({ action }) => action)

function passkeysComeBack(given: FactorsWorld) {
  test('a passkey is found by its id and its owner, and another person can neither rename nor remove it', async () => {
    const { factors } = given
    await factors.addPasskey(passkey('k1'), line('add'))
    expect(await factors.passkey('k1')).toEqual(passkey('k1'))
    expect(await factors.passkeysOf('u2')).toEqual([])
    expect(await factors.renamePasskey({ userId: 'u2', id: 'k1', label: 'x' }, line('rename'))).toBe(false)
    expect(await factors.removePasskey('u2', 'k1', line('remove'))).toBe(false)
    expect(await factors.renamePasskey({ userId: 'u1', id: 'k1', label: '前台' }, line('rename'))).toBe(true)
    expect((await factors.passkeysOf('u1')).map(({ label }) => label)).toEqual(['前台'])
    expect(await factors.removePasskey('u1', 'k1', line('remove'))).toBe(true)
    expect(await factors.passkey('k1')).toBeNull()
    expect(await actions(given)).toEqual(['add', 'rename', 'remove'])
  })

  test('a passkey that counts must be ahead of what it said last; one that never counts may stay at nothing', async () => {
    const { factors } = given
    for (const id of ['counts', 'never']) await factors.addPasskey(passkey(id), line('add'))
    const used = (id: string, counter: number) => factors.usedPasskey({ id, counter, at: now })
    expect([await used('counts', 5), await used('counts', 5), await used('counts', 0), await used('counts', 6)]).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect([await used('never', 0), await used('never', 0)]).toEqual([true, true])
    expect((await factors.passkey('counts'))?.usedAt).toBe(now)
  })
}

function secretsAreConfirmed(given: FactorsWorld) {
  test('a secret is replaced until its first code, and stays from then on', async () => {
    const { factors } = given
    const put = (byte: number) => factors.putOneTimeSecret({ userId: 'u1', sealed: new Uint8Array([byte]), madeAt: now })
    expect([await put(1), await put(2)]).toEqual([true, true])
    expect(await factors.oneTimeSecret('u1')).toMatchObject({ sealed: new Uint8Array([2]), confirmed: false })
    expect(await factors.useStep('u1', 100, line('confirm'))).toBe(true)
    expect(await put(3)).toBe(false)
    expect(await factors.oneTimeSecret('u1')).toMatchObject({ sealed: new Uint8Array([2]), confirmed: true })
    expect(await factors.removeOneTimeSecret('u1', line('remove'))).toBe(true)
    expect(await factors.removeOneTimeSecret('u1', line('remove'))).toBe(false)
  })

  test('each half minute is good once, an older one never, and what was refused has no line', async () => {
    const { factors } = given
    await factors.putOneTimeSecret({ userId: 'u1', sealed: new Uint8Array([1]), madeAt: now })
    const steps = [100, 100, 99, 101]
    const used: boolean[] = []
    for (const step of steps) used.push(await factors.useStep('u1', step, line(`step ${step}`)))
    expect(used).toEqual([true, false, false, true])
    expect(await actions(given)).toEqual(['step 100', 'step 101'])
    const both = await Promise.all([factors.useStep('u1', 102), factors.useStep('u1', 102)])
    expect(both.sort()).toEqual([false, true])
  })
}

function codesAreUsedUp(given: FactorsWorld) {
  test('a recovery code is good once and for its owner; new ones end the old ones', async () => {
    const { factors } = given
    await factors.putRecoveryCodes('u1', ['a', 'b'], line('make'))
    const use = (userId: string, hash: string) => factors.useRecoveryCode({ userId, hash, at: now }, line('use'))
    expect([await use('u2', 'a'), await use('u1', 'a'), await use('u1', 'a')]).toEqual([false, true, false])
    expect(await factors.recoveryCodesLeft('u1')).toBe(1)
    await factors.putRecoveryCodes('u1', ['c'], line('make'))
    expect([await use('u1', 'b'), await use('u1', 'c')]).toEqual([false, true])
    expect(await actions(given)).toEqual(['make', 'use', 'make', 'use'])
  })

  test('a reset takes all of it and the sessions, and leaves everybody else’s', async () => {
    const { factors, accounts } = given
    const session = {
      createdAt: now,
      expiresAt: instant(now + 1_000),
      csrfToken: '',
      usedAt: now,
      label: '',
      place: '',
      factor: 'passkey' as const,
    }
    for (const userId of ['u1', 'u2']) {
      await factors.addPasskey(passkey(`k-${userId}`, { userId }), line('add'))
      await factors.putOneTimeSecret({ userId, sealed: new Uint8Array([1]), madeAt: now })
      await factors.putRecoveryCodes(userId, ['a'], line('make'))
      await accounts.putSession(`hash-${userId}`, { id: `s-${userId}`, userId, ...session })
    }
    await factors.removeAll('u1', line('reset'))
    expect([await factors.passkeysOf('u1'), await factors.oneTimeSecret('u1'), await factors.recoveryCodesLeft('u1')]).toEqual([
      [],
      null,
      0,
    ])
    expect([await accounts.session('hash-u1'), (await accounts.session('hash-u2'))?.factor]).toEqual([null, 'passkey'])
    expect([(await factors.passkeysOf('u2')).length, await factors.recoveryCodesLeft('u2')]).toEqual([1, 1])
  })
}
