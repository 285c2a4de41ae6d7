/** Who is signed in: sessions live in the store, the browser holds only a random secret, and the table alone opens nothing. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { after, type Clock, hours } from '../../domain/time.ts'
import type { Accounts, Session, User } from '../../store/store.ts'
import type { Me } from '../contracts.ts'
import { deedsOf } from './access.ts'
import type { RequestOrigin } from './origins.ts'

export type Signed = { user: User; session: Session; idHash: string }

export type Sessions = {
  /** A new session; the secret is for the cookie and is kept nowhere here. */
  start(userId: string): Promise<{ secret: string; session: Session }>
  /** Null for an unknown, ended or expired secret and for a disabled person. */
  find(secret: string | undefined): Promise<Signed | null>
  /** The same check by what the table knows: for connections that outlive a request. */
  recheck(idHash: string): Promise<Signed | null>
  end(idHash: string): Promise<void>
}

/** One shift of work; there is no way to stretch it. */
export const sessionLife = hours(12)

export function openSessions({ accounts, clock }: { accounts: Accounts; clock: Clock }): Sessions {
  const recheck = async (idHash: string): Promise<Signed | null> => {
    const session = await accounts.session(idHash)
    if (!session || session.expiresAt <= clock.now()) return null
    const user = await accounts.user(session.userId)
    return user && !user.disabled ? { user, session, idHash } : null
  }
  return {
    recheck,
    async start(userId) {
      const secret = randomBytes(32).toString('base64url')
      const now = clock.now()
      const csrfToken = randomBytes(32).toString('base64url')
      const session = { id: randomBytes(12).toString('base64url'), userId, createdAt: now, expiresAt: after(now, sessionLife), csrfToken }
      await accounts.putSession(hashOf(secret), session)
      return { secret, session }
    },
    find: async (secret) => (secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? recheck(hashOf(secret)) : null),
    end: (idHash) => accounts.endSession(idHash),
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

export const meOf = ({ user, session }: Pick<Signed, 'user' | 'session'>): Me => ({
  id: user.id,
  name: user.name,
  displayName: user.displayName,
  role: user.role,
  siteIds: user.siteIds,
  deeds: deedsOf(user),
  csrfToken: session.csrfToken,
})
