/** What is on its way to a webhook and what was given up, for whoever set it up; and the agreement without which no address goes out. */
import { z } from 'zod'
import type { Clock } from '../../domain/time.ts'
import type { WebhookAgreementView, WebhookQueueView } from '../contracts-out.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'
import { notFound } from './refused.ts'
import { idParam, needed } from './schemas.ts'
import type { WebhookQueueParts } from './webhook-queue-parts.ts'

export type WebhookQueueNeeds = WebhookQueueParts & { audit: Audit; clock: Clock }

const config = { needs: 'edit-settings' as const }
const tags = ['webhooks']
const shownMost = 200
const eventParams = idParam.extend({ eventId: z.string().min(1).max(200) })

export function addWebhookQueue(app: App, needs: WebhookQueueNeeds): void {
  const { webhooks, queue, audit, clock } = needs
  const mustExist = async (id: string): Promise<void> => {
    if (!(await webhooks.list()).some((webhook) => webhook.id === id)) throw notFound()
  }
  const about = 'What is still owed to this webhook, and what was given up.'
  app.get(
    '/api/webhooks/:id/queue',
    { config, schema: { params: idParam, summary: about, tags } },
    async (request): Promise<WebhookQueueView> => {
      const { id } = request.params
      await mustExist(id)
      const [counts, dead] = await Promise.all([queue.counts(id), queue.dead(id, shownMost)])
      return { ...counts, givenUp: dead.map(({ eventId, kind, madeAt, attempts }) => ({ eventId, kind, madeAt, attempts })) }
    },
  )
  const again = { params: eventParams, summary: 'Sends an event again that was given up.', tags }
  app.post('/api/webhooks/:id/queue/:eventId/again', { config, schema: again }, async (request, reply) => {
    const { id, eventId } = request.params
    const line = audit.line({ userId: signedIn(request).user.id, action: 'webhook-again', subjectId: id, detail: eventId })
    if (!(await queue.again(id, eventId, line))) throw notFound()
    return reply.code(204).send()
  })
  addAgreements(app, { queue, audit, clock, mustExist })
}

type AgreementNeeds = Pick<WebhookQueueNeeds, 'queue' | 'audit' | 'clock'> & { mustExist: (id: string) => Promise<void> }

function addAgreements(app: App, { queue, audit, clock, mustExist }: AgreementNeeds): void {
  const path = '/api/webhooks/:id/agreement'
  const byId = { config, schema: { params: idParam, summary: 'The agreement under which addresses go out, or null.', tags } }
  app.get(path, byId, async (request): Promise<WebhookAgreementView> => {
    await mustExist(request.params.id)
    return { agreement: await queue.agreement(request.params.id) }
  })
  const body = z.strictObject({ text: needed(500).describe('With whom it was agreed, and where that stands.') })
  const schema = { params: idParam, body, summary: 'From now on alarms go out with the address of the home.', tags }
  app.put(path, { config, schema }, async (request): Promise<WebhookAgreementView> => {
    const { id } = request.params
    await mustExist(id)
    const { user } = signedIn(request)
    const agreement = { webhookId: id, text: request.body.text, by: user.displayName, at: clock.now() }
    const line = audit.line({ userId: user.id, action: 'webhook-agreement', subjectId: id, detail: request.body.text })
    await queue.putAgreement(agreement, line)
    return { agreement }
  })
  app.delete(path, { config, schema: { params: idParam, tags } }, async (request, reply) => {
    const line = audit.line({ userId: signedIn(request).user.id, action: 'webhook-agreement-ended', subjectId: request.params.id })
    if (!(await queue.removeAgreement(request.params.id, line))) throw notFound()
    return reply.code(204).send()
  })
}
