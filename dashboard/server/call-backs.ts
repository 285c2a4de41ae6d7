/** Calls owed after an alarm was closed: listed for the sites of whoever asks, and ticked off with a note by whoever called. */
import type { CallBack } from '../../domain/call-backs.ts'
import type { Clock } from '../../domain/time.ts'
import type { CallBacks, Directory } from '../../store/store.ts'
import type { CallBackRow } from '../contracts.ts'
import { mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { notFound, RefusedError } from './refused.ts'
import { callBackDone, idParam } from './schemas.ts'

export type CallBackNeeds = { callBacks?: CallBacks; directory: Directory; audit: Audit; clock: Clock }

const listMost = 200

export function addCallBacks(app: App, { callBacks, directory, audit, clock }: CallBackNeeds): void {
  if (!callBacks) return
  app.get('/api/call-backs', { config: { needs: 'watch' } }, async (request): Promise<readonly CallBackRow[]> => {
    const scope = scopeOf(signedIn(request).user)
    return rowsOf(directory, await callBacks.open(scope, listMost), scope)
  })
  const options = { config: { needs: 'answer' as const }, schema: { params: idParam, body: callBackDone } }
  app.post('/api/call-backs/:id/done', options, async (request, reply) => {
    const { user } = signedIn(request)
    const { id } = request.params
    const found = await callBacks.find(id)
    mustCover(scopeOf(user), found?.siteId ?? null)
    if (!found) throw notFound()
    const line = audit.line({ userId: user.id, action: 'call-back-done', subjectId: found.subjectId, detail: id })
    const done = { at: clock.now(), by: user.displayName, note: request.body.note }
    if (await callBacks.tick(id, done, line)) return reply.code(204).send()
    const by = (await callBacks.find(id))?.done?.by ?? ''
    throw new RefusedError(409, { code: 'already-done', message: `${by} already made this call.`, by })
  })
}

/** With the name and the door, for those who still live where the reader may look. */
async function rowsOf(directory: Directory, owed: readonly CallBack[], scope: Scope): Promise<readonly CallBackRow[]> {
  const cards = await directory.cards([...new Set(owed.map(({ subjectId }) => subjectId))])
  const byId = new Map(cards.map((card) => [card.resident.id, card]))
  return owed.map((callBack) => {
    const card = byId.get(callBack.subjectId)
    const isMine = card !== undefined && (scope === 'all' || scope.includes(card.resident.siteId))
    return {
      ...callBack,
      person: isMine ? card.resident.name : '',
      label: isMine ? labelOf(card.home) : '',
      timeZone: card?.site.timeZone ?? '',
    }
  })
}
