/** The way in for other systems: `Authorization: Bearer anlk_…`. The same rights as for people, no cookie, and so nothing that a foreign page could use. */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { type ApiKey, apiKeyPrefix, keyUserId } from '../../domain/api-keys.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { after, type Clock, minutes } from '../../domain/time.ts'
import type { ApiKeyStore } from '../../store/store.ts'
import { can } from './access.ts'
import { refuse } from './refused.ts'
import type { Signed } from './sessions.ts'

export type ApiKeys = {
  /** Who asks by key; null when the request carries none. Refuses one that is unknown or revoked. */
  find(authorization: string | undefined): Promise<(Signed & { key: ApiKey }) | null>
}

const usedEvery = minutes(1)

export const hashOfKey = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export function openApiKeyGate({ store, clock, log }: { store: ApiKeyStore; clock: Clock; log: Log }): ApiKeys {
  const noteUse = (key: ApiKey) => {
    if (key.usedAt !== null && clock.now() < after(key.usedAt, usedEvery)) return
    store.used(key.id, clock.now()).catch((error) => log('warn', `When a key was used could not be stored: ${sentenceOf(error)}`))
  }
  return {
    async find(authorization) {
      const secret = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
      if (!secret?.startsWith(apiKeyPrefix)) return null
      const key = await store.find(hashOfKey(secret))
      if (!key) throw refuse(401, 'wrong-key', 'This API key is not known here, or it was revoked.')
      noteUse(key)
      return { ...signedAs(key), key }
    },
  }
}

function signedAs({ id, name, role, siteIds, madeAt }: ApiKey): Signed {
  const userId = keyUserId(id)
  const user = { id: userId, name, displayName: name, role, siteIds, disabled: false }
  const session = { id: userId, userId, createdAt: madeAt, expiresAt: madeAt, csrfToken: '' }
  return { user, session, idHash: '', isLimited: false } as Signed
}

/** Deny by default: a route must say what it needs, and that a key may have; what is about a person's own account is for people. */
export function admitKey(request: FastifyRequest, { user, key }: Signed & { key: ApiKey }, unsafe: boolean): void {
  const { needs = 'anybody-signed-in', keys = false } = request.routeOptions.config
  if (needs === 'nobody') return
  if (unsafe && !key.mayWrite) throw refuse(403, 'read-only-key', 'This API key may look and change nothing.')
  const isAllowed = needs === 'anybody-signed-in' ? keys : needs !== 'family' && can(user, needs)
  if (!isAllowed) throw refuse(403, 'not-allowed', 'This API key does not allow this.')
}
