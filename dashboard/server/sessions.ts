/** Who is signed in: sessions live in the store, the browser holds only a random secret, and the table alone opens nothing. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { after, type Clock, hours, type Instant, minutes } from '../../domain/time.ts'
import type { Accounts, AuditLine, Session, User } from '../../store/store.ts'
import type { Me } from '../contracts.ts'
import { deedsOf } from './access.ts'
import type { RequestOrigin } from './origins.ts'
import { isLimited, type SecondFactorRule } from './second-factor.ts'

/** `isLimited`: signed in by a password where more is required; may make a second factor, and nothing else. */
export type Signed = { user: User; session: Session; idHash: string; isLimited: boolean }

export type Sessions = {
  /** A new session, with its line of the record; the secret is for the cookie and is kept nowhere here. */
  start(
    user: User,
    from: Pick<Session, 'label' | 'place' | 'factor'>,
    line?: AuditLine,
  ): Promise<{ secret: string } & Pick<Signed, 'session' | 'isLimited'>>
  /** Null for an unknown, ended or expired secret and for a disabled person. */
  find(secret: string | undefined): Promise<Signed | null>
  /** The same check by what the table knows: for connections that outlive a request. */
  recheck(idHash: string): Promise<Signed | null>
  end(idHash: string, line?: AuditLine): Promise<void>
  /** The person behind this session said the password again just now. */
  confirm(idHash: string): void
  /** Signed in, or confirmed, minutes ago: whoever found an unlocked desk may work with it and not make himself at home. */
  isFresh(signed: Signed): boolean
}

/** One shift of work; there is no way to stretch it. */
export const sessionLife = hours(12)
/** So long may whoever signed in or said the password change what guards the account. */
const freshFor = minutes(10)
/** How exactly it is known when a session was last used: not each request is worth a commit. */
const usedEvery = minutes(5)

export type SessionNeeds = { accounts: Accounts; clock: Clock; log: Log; rule: SecondFactorRule }

export function openSessions({ accounts, clock, log, rule }: SessionNeeds): Sessions {
  const confirmed = new Map<string, Instant>()
  const recheck = async (idHash: string): Promise<Signed | null> => {
    const session = await accounts.session(idHash)
    if (!session || session.expiresAt <= clock.now()) return null
    const user = await accounts.user(session.userId)
    return user && !user.disabled ? { user, session, idHash, isLimited: isLimited(rule, { user, session }) } : null
  }
  const noteUse = ({ session, idHash }: Signed) => {
    if (after(session.usedAt, usedEvery) > clock.now()) return
    accounts.usedSession(idHash, clock.now()).catch((error: unknown) => {
      log('warn', 'When a session was last used could not be stored.', { why: sentenceOf(error) })
    })
  }
  return {
    recheck,
    async start(user, from, line) {
      const secret = randomBytes(32).toString('base64url')
      const now = clock.now()
      const [id, csrfToken] = [randomBytes(12).toString('base64url'), randomBytes(32).toString('base64url')]
      const session: Session = { id, userId: user.id, createdAt: now, expiresAt: after(now, sessionLife), csrfToken, usedAt: now, ...from }
      await accounts.putSession(hashOf(secret), session, line)
      return { secret, session, isLimited: isLimited(rule, { user, session }) }
    },
    async find(secret) {
      const signed = secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? await recheck(hashOf(secret)) : null
      if (signed) noteUse(signed)
      return signed
    },
    end(idHash, line) {
      confirmed.delete(idHash)
      return accounts.endSession(idHash, line)
    },
    confirm(idHash) {
      for (const [each, at] of confirmed) if (after(at, freshFor) <= clock.now()) confirmed.delete(each)
      confirmed.set(idHash, clock.now())
    },
    isFresh: ({ session, idHash }) => after(confirmed.get(idHash) ?? session.createdAt, freshFor) > clock.now(),
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** `__Host-` binds the cookie to this origin and to HTTPS; browsers refuse it over plain HTTP, so plain loopback has a name of its own. */
export const cookieName = (own: RequestOrigin): string => (own.secure ? '__Host-anling' : 'anling')

/** May a session travel over this connection at all? HTTPS always; plain HTTP only inside this machine. */
export const maySignIn = (own: RequestOrigin): boolean => own.secure || own.loopback

export const cookieOptions = (own: RequestOrigin) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: own.secure, maxAge: sessionLife / 1_000 }) as const

export function sameSecret(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

export const meOf = ({ user, session, isLimited }: Pick<Signed, 'user' | 'session' | 'isLimited'>): Me => ({
  id: user.id,
  name: user.name,
  displayName: user.displayName,
  role: user.role,
  siteIds: [...new Set([...user.siteIds, ...(user.areaSiteIds ?? [])])],
  deeds: isLimited ? [] : deedsOf(user),
  mustAddFactor: isLimited,
  csrfToken: session.csrfToken,
})
