/** Webhooks as admins set them up: whom to tell what, a secret that is shown once, a trial that says what came of it, and what was sent lately. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../domain/time.ts'
import { type Webhook, type WebhookDelivery, webhookKinds } from '../../domain/webhooks.ts'
import type { Directory, WebhookStore } from '../../store/store.ts'
import type { NewWebhook, WebhookRow } from '../contracts-upkeep.ts'
import type { Audit } from './audit.ts'
import { newId } from './ids.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import { id, idParam, needed } from './schemas.ts'
import type { UpkeepParts } from './upkeep-parts.ts'

export type WebhookNeeds = {
  webhooks: WebhookStore
  directory: Pick<Directory, 'sites'>
  trials: NonNullable<UpkeepParts['trials']>
  audit: Audit
  clock: Clock
}

const config = { needs: 'edit-settings' as const }
const tags = ['webhooks']
const webhooksMost = 50
const deliveriesShown = 50
const body = z.strictObject({
  name: needed(60),
  url: z.string().min(1).max(1_000),
  siteIds: z.union([z.literal('all'), z.array(id).min(1).max(1_000)]),
  kinds: z.array(z.enum(webhookKinds)).min(1),
  enabled: z.boolean().default(true),
})

export function addWebhooks(app: App, needs: WebhookNeeds): void {
  addListing(app, needs)
  addWriting(app, needs)
  addTrial(app, needs)
}

async function mustFind({ webhooks }: WebhookNeeds, wanted: string): Promise<Webhook> {
  const found = (await webhooks.list()).find((webhook) => webhook.id === wanted)
  if (!found) throw notFound()
  return found
}

async function mustBeUsable({ directory, trials }: WebhookNeeds, { url, siteIds }: z.output<typeof body>): Promise<void> {
  const problem = trials.addressProblem(url)
  if (problem) throw badField('url', problem)
  const known = new Set((await directory.sites()).map((site) => site.id))
  const missing = siteIds === 'all' ? undefined : siteIds.find((siteId) => !known.has(siteId))
  if (missing !== undefined) throw badField('siteIds', `there is no “${missing}”`)
}

const rowOf = ({ secret: _, ...webhook }: Webhook): WebhookRow => webhook
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

function addListing(app: App, needs: WebhookNeeds): void {
  app.get(
    '/api/webhooks',
    { config, schema: { tags } },
    async (): Promise<readonly WebhookRow[]> => (await needs.webhooks.list()).map(rowOf),
  )
  const schema = { params: idParam, tags }
  app.get('/api/webhooks/:id/deliveries', { config, schema }, async (request): Promise<readonly WebhookDelivery[]> => {
    await mustFind(needs, request.params.id)
    return needs.webhooks.deliveries(request.params.id, deliveriesShown)
  })
}

function addWriting(app: App, needs: WebhookNeeds): void {
  const { webhooks, audit, clock } = needs
  app.post('/api/webhooks', { config, schema: { body, tags } }, async (request): Promise<NewWebhook> => {
    const { user } = signedIn(request)
    await mustBeUsable(needs, request.body)
    if ((await webhooks.list()).length >= webhooksMost) throw refuse(409, 'too-many', 'There are too many webhooks. Remove some first.')
    const webhook: Webhook = { id: newId(), ...request.body, secret: newSecret(), madeAt: clock.now() }
    const line = audit.line({ userId: user.id, action: 'add-webhook', subjectId: webhook.id, detail: webhook.kinds.join(' ') })
    await webhooks.put(webhook, line)
    return { webhook: rowOf(webhook), secret: webhook.secret }
  })
  app.put('/api/webhooks/:id', { config, schema: { params: idParam, body, tags } }, async (request): Promise<WebhookRow> => {
    const { user } = signedIn(request)
    const before = await mustFind(needs, request.params.id)
    await mustBeUsable(needs, request.body)
    const webhook = { ...before, ...request.body }
    await webhooks.put(
      webhook,
      audit.line({ userId: user.id, action: 'change-webhook', subjectId: webhook.id, detail: webhook.kinds.join(' ') }),
    )
    return rowOf(webhook)
  })
  const byId = { config, schema: { params: idParam, tags } }
  // The old one signs beside it until the next change, so that the receiver can change over without a gap.
  app.post('/api/webhooks/:id/secret', byId, async (request): Promise<NewWebhook> => {
    const { user } = signedIn(request)
    const before = await mustFind(needs, request.params.id)
    const secret = newSecret()
    const webhook = { ...before, secret: `${secret} ${before.secret.split(' ')[0]}` }
    await webhooks.put(webhook, audit.line({ userId: user.id, action: 'new-webhook-secret', subjectId: webhook.id }))
    return { webhook: rowOf(webhook), secret }
  })
  app.delete('/api/webhooks/:id', byId, async (request, reply) => {
    const { user } = signedIn(request)
    const line = audit.line({ userId: user.id, action: 'remove-webhook', subjectId: request.params.id })
    if (!(await webhooks.remove(request.params.id, line))) throw notFound()
    return reply.code(204).send()
  })
}

function addTrial(app: App, needs: WebhookNeeds): void {
  const limited = { ...config, rateLimit: { max: 20, timeWindow: 60_000 } }
  app.post('/api/webhooks/:id/try', { config: limited, schema: { params: idParam, tags } }, async (request): Promise<WebhookDelivery> => {
    const { user } = signedIn(request)
    const webhook = await mustFind(needs, request.params.id)
    await needs.audit.record({ userId: user.id, action: 'try-webhook', subjectId: webhook.id })
    return needs.trials.tryWebhook(webhook)
  })
}
