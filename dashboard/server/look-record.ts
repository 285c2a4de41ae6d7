/** Routes that show people's data say so with `look`, and each new look is on record before its answer leaves: what stays open on a screen is one look. */
import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../domain/time.ts'
import type { Audit } from './audit.ts'
import { openLooks } from './looks.ts'
import type { App } from './needs.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Under which name a look is written down, after `look-`; absent: the route does so itself, or shows nobody. */
    look?: string
  }
}

/** For the routes that are added after it. */
export function recordLooks(app: App, { audit, clock }: { audit: Audit; clock: Clock }): void {
  const isNew = openLooks()
  app.addHook('onSend', async (request, reply) => {
    const { look } = request.routeOptions.config
    if (look === undefined || !request.signed || reply.statusCode >= 300 || isMasked(request)) return
    const [userId, subjectId] = [request.signed.user.id, subjectOf(request)]
    if (isNew(`${userId} ${look} ${subjectId}`, clock.elapsed())) await audit.attempt({ userId, action: `look-${look}`, subjectId })
  })
}

type Named = { residentId?: string; id?: string; table?: string; siteId?: string }

/** Of whom or of what it was; what a list shows is everybody of that place. */
function subjectOf({ params, query }: FastifyRequest): string {
  const [path, asked] = [params as Named, query as Named]
  return path.residentId ?? path.id ?? path.table ?? asked.siteId ?? 'all'
}

/** What is shown to visitors names nobody. */
const isMasked = ({ query }: FastifyRequest): boolean => (query as { mode?: string } | undefined)?.mode === 'show'
