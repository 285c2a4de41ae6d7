/** API keys as admins set them up: made once and shown once, listed with their last use, revoked for ever. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type ApiKey, apiKeyPrefix, apiKeyRoles } from '../../domain/api-keys.ts'
import type { Clock } from '../../domain/time.ts'
import type { ApiKeyStore, Directory } from '../../store/store.ts'
import type { NewApiKey } from '../contracts-upkeep.ts'
import { hashOfKey } from './api-keys-gate.ts'
import type { Audit } from './audit.ts'
import { newId } from './ids.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import { id, idParam, needed } from './schemas.ts'

export type ApiKeyNeeds = { apiKeys: ApiKeyStore; directory: Pick<Directory, 'sites'>; audit: Audit; clock: Clock }

const config = { needs: 'edit-settings' as const }
const keysMost = 200
const body = z.strictObject({
  name: needed(60),
  role: z.enum(apiKeyRoles),
  siteIds: z.array(id).min(1).max(1_000),
  mayWrite: z.boolean(),
})

export function addApiKeys(app: App, { apiKeys, directory, audit, clock }: ApiKeyNeeds): void {
  app.get('/api/api-keys', { config }, async (): Promise<readonly ApiKey[]> => apiKeys.list())
  app.post('/api/api-keys', { config, schema: { body } }, async (request): Promise<NewApiKey> => {
    const { user } = signedIn(request)
    const known = new Set((await directory.sites()).map((site) => site.id))
    const missing = request.body.siteIds.find((siteId) => !known.has(siteId))
    if (missing !== undefined) throw badField('siteIds', `there is no “${missing}”`)
    if ((await apiKeys.list()).filter(({ revokedAt }) => revokedAt === null).length >= keysMost)
      throw refuse(409, 'too-many', 'There are too many keys. Revoke some first.')
    const secret = apiKeyPrefix + randomBytes(32).toString('base64url')
    const key = { id: newId(), ...request.body, madeAt: clock.now(), madeBy: user.displayName }
    const line = audit.line({ userId: user.id, action: 'add-api-key', subjectId: key.id, detail: `${key.role} ${key.siteIds.join(' ')}` })
    await apiKeys.add(key, hashOfKey(secret), line)
    return { key: { ...key, usedAt: null, revokedAt: null }, secret }
  })
  app.delete('/api/api-keys/:id', { config, schema: { params: idParam } }, async (request, reply) => {
    const { user } = signedIn(request)
    const line = audit.line({ userId: user.id, action: 'revoke-api-key', subjectId: request.params.id })
    if (!(await apiKeys.revoke(request.params.id, clock.now(), line))) throw notFound()
    return reply.code(204).send()
  })
}
