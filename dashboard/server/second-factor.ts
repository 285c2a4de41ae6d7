/** What somebody has besides a password, asked in one place; and for whom a password alone is not enough. */
import type { SecondFactors, Session, User, UserRole } from '../../store/store.ts'
import type { SecondWay } from '../contracts-accounts.ts'

/** Those who see whole places, or who looked at whom: a stolen password of theirs is everybody's data. */
const guardedRoles: ReadonlySet<UserRole> = new Set(['admin', 'supervisor', 'auditor'])

export type SecondFactorRule = 'optional' | 'required'

export const mustHaveSecond = (rule: SecondFactorRule, { role }: Pick<User, 'role'>): boolean =>
  rule === 'required' && guardedRoles.has(role)

/** Signed in by a password alone where that is not enough: may make a second factor, and nothing else. */
export const isLimited = (rule: SecondFactorRule, of: { user: User; session: Session }): boolean =>
  mustHaveSecond(rule, of.user) && of.session.factor === 'password'

/** The ways somebody can show a second factor by; none: a password is all there is. */
export async function waysOf(factors: SecondFactors, userId: string): Promise<readonly SecondWay[]> {
  const [secret, passkeys] = await Promise.all([factors.oneTimeSecret(userId), factors.passkeysOf(userId)])
  const own: SecondWay[] = []
  if (secret?.confirmed) own.push('one-time-code')
  if (passkeys.length > 0) own.push('passkey')
  return own.length > 0 && (await factors.recoveryCodesLeft(userId)) > 0 ? [...own, 'recovery-code'] : own
}
