/** Where telephone providers report what became of a call. Nobody signs in here: whoever asks proves by signature or key that they are the provider. */
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { Clock } from '../../domain/time.ts'
import { type App, ownOrigin, type TakeReport } from './needs.ts'

export type ProviderReceiptNeeds = { takeReport: TakeReport; publicOrigin: string; clock: Pick<Clock, 'now'> }

const bodyMax = 1_000_000
const params = z.object({ provider: z.string().max(32) })
const summary = 'What a telephone provider reports of a call: form fields signed by Twilio, or JSON with the key of Aliyun. No session.'

export async function addProviderReceipts(app: App, { takeReport, publicOrigin, clock }: ProviderReceiptNeeds): Promise<void> {
  // A scope of its own: a signature is over the body as it came, so nothing may parse it first.
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyMax }, (_request, body, done) => done(null, body))
    const schema = { params, summary, tags: ['receipts'] }
    scope.post('/api/receipts/:provider', { config: { needs: 'nobody' }, schema }, async (request, reply) => {
      const origin = publicOrigin === '' ? ownOrigin(request).origin : publicOrigin
      const body = typeof request.body === 'string' ? request.body : ''
      const { provider } = request.params
      const report = { provider, url: `${origin}${request.url}`, headers: singleOf(request.headers), body, at: clock.now() }
      const answer = await takeReport(report)
      return reply
        .code(answer.status)
        .type(answer.body === '' ? 'text/plain' : 'application/json')
        .send(answer.body)
    })
  })
}

const singleOf = (headers: IncomingHttpHeaders): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
