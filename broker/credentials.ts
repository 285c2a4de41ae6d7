/** Which device may connect. Tokens are 256 random bits, so an HMAC is enough: microseconds, even in a storm of reconnects. */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import type { StoredCredential } from '../domain/message.ts'

/** A new device token: 32 random bytes in base64url (43 characters). Shown once, never stored. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is stored of a token: HMAC-SHA-256 under the platform's pepper (32 bytes). */
export const hashToken = (pepper: Uint8Array, token: string | Uint8Array): Uint8Array =>
  createHmac('sha256', keyOf(pepper)).update(token).digest()

/** Turning bytes into a key takes six times as long as the hash itself: done once for each pepper. */
const keys = new WeakMap<Uint8Array, KeyObject>()
function keyOf(pepper: Uint8Array): KeyObject {
  const known = keys.get(pepper)
  if (known) return known
  const key = createSecretKey(pepper)
  keys.set(pepper, key)
  return key
}

const nobody: readonly Uint8Array[] = [new Uint8Array(32)]

/** Whether `password` is one of the credential's tokens. An unknown device costs the same as a wrong token. */
export function tokenMatches(pepper: Uint8Array, password: Uint8Array, credential: StoredCredential | null): boolean {
  const given = hashToken(pepper, password)
  let found = false
  for (const stored of credential?.tokenHashes.length ? credential.tokenHashes : nobody) {
    if (stored.length === given.length && timingSafeEqual(stored, given)) found = true
  }
  return found && credential !== null
}
