/** Which telephone asks: a cookie of its own, far from the staff's sessions. The browser holds a random secret; the table alone opens nothing. */
import { createHash, randomBytes } from 'node:crypto'
import type { FamilyStore, JoinedPhone } from '../../../domain/family.ts'
import { after, type Clock, days, type Instant } from '../../../domain/time.ts'
import { newId } from '../ids.ts'
import type { RequestOrigin } from '../origins.ts'

/** As long as browsers keep a cookie at most; each day of use begins it anew. */
export const phoneLife = days(400)
const secretPattern = /^[A-Za-z0-9_-]{43}$/

export type Phones = {
  /** Null for an unknown or ended telephone, and for one that may see nobody any more. */
  find(secret: string | undefined): JoinedPhone | null
  recheck(idHash: string): JoinedPhone | null
}

export function openPhones({ family, clock }: { family: Pick<FamilyStore, 'phone'>; clock: Pick<Clock, 'now'> }): Phones {
  const recheck = (idHash: string): JoinedPhone | null => {
    const phone = family.phone(idHash, clock.now())
    return phone && phone.links.length > 0 ? phone : null
  }
  return { recheck, find: (secret) => (secret && secretPattern.test(secret) ? recheck(hashOf(secret)) : null) }
}

/** A telephone that was not here before, and the secret for its cookie. */
export function newPhone(label: string, now: Instant) {
  const secret = newSecret()
  const phone = { idHash: hashOf(secret), id: newId(), label, csrfToken: newSecret(), madeAt: now, usedAt: now }
  return { secret, phone: { ...phone, expiresAt: after(now, phoneLife) } }
}

/** 256 random bits, 43 letters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const phoneCookie = (own: RequestOrigin): string => (own.secure ? '__Host-anling-family' : 'anling-family')

/** Lax: whoever comes from a link in a message is still known. */
export const phoneCookieOptions = (own: RequestOrigin) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: own.secure, maxAge: phoneLife / 1_000 }) as const
