/** One-time codes of an app (TOTP, RFC 6238) and recovery codes: secrets sealed with a key outside the database, and no code good twice. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Instant } from '../../domain/time.ts'

const issuer = 'Anling'
const secretBytes = 20
const periodMs = 30_000
/** A telephone's clock may be half a minute wrong, and a code is typed slowly. */
const stepsAround = 1
const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

const recoveryCodes = 10
/** No letter that looks like another, nor a digit that looks like a letter. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const codeLength = 10

export type OneTimeCodes = ReturnType<typeof openOneTimeCodes>

/** `key`: 32 bytes from a file beside the database. */
export function openOneTimeCodes(key: Uint8Array) {
  const seal = (userId: string, secret: Uint8Array): Uint8Array => {
    const nonce = randomBytes(nonceBytes)
    // Bound to its owner: a sealed secret copied to another row opens nothing there.
    const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(userId))
    return Buffer.concat([nonce, sealing.update(secret), sealing.final(), sealing.getAuthTag()])
  }
  /** Throws when it was sealed with another key, or for somebody else. */
  const open = (userId: string, sealed: Uint8Array): Buffer => {
    const bytes = Buffer.from(sealed)
    const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes)).setAAD(Buffer.from(userId))
    opening.setAuthTag(bytes.subarray(-tagBytes))
    return Buffer.concat([opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()])
  }
  return {
    /** A new secret: what is stored, and what is shown once. */
    make({ id, name }: { id: string; name: string }): { sealed: Uint8Array; uri: string; secret: string } {
      const bytes = randomBytes(secretBytes)
      const totp = totpOf(bytes, name)
      return { sealed: seal(id, bytes), uri: totp.toString(), secret: totp.secret.base32 }
    },
    /** The half minute that this code belongs to, or null when it belongs to none near `now`. */
    stepOf(of: { userId: string; sealed: Uint8Array; code: string; now: Instant }): number | null {
      const delta = totpOf(open(of.userId, of.sealed)).validate({ token: of.code, timestamp: of.now, window: stepsAround })
      return delta === null ? null : Math.floor(of.now / periodMs) + delta
    },
    makeRecoveryCodes: (): string[] => Array.from({ length: recoveryCodes }, newRecoveryCode),
    /** What is stored of a recovery code: without the key the table opens nothing, however short a code is. */
    hashOf: (userId: string, code: string): string =>
      createHmac('sha256', key)
        .update(`${userId} ${code.toLowerCase().replaceAll(/[\s-]/g, '')}`)
        .digest('hex'),
  }
}

const totpOf = (secret: Uint8Array, label = ''): TOTP =>
  new TOTP({ issuer, label, secret: new Secret({ buffer: new Uint8Array(secret).buffer }), algorithm: 'SHA1', digits: 6, period: 30 })

function newRecoveryCode(): string {
  const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('')
  return `${code.slice(0, codeLength / 2)}-${code.slice(codeLength / 2)}`
}
