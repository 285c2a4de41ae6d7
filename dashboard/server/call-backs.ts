/** Calls owed after an alarm was closed: listed for the sites of whoever asks, and ticked off with a note by whoever called. */
import { type CallBack, tryAgainAfter, tryAgainMost } from '../../domain/call-backs.ts'
import { after, before, type Clock, days, type Instant, instant, seconds } from '../../domain/time.ts'
import type { CallBacks, Directory } from '../../store/store.ts'
import type { CallBackMadeRow, CallBackRow } from '../contracts.ts'
import { mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { notFound, RefusedError } from './refused.ts'
import { callBackAgain, callBackDone, idParam } from './schemas.ts'

export type CallBackNeeds = { callBacks?: CallBacks; directory: Directory; audit: Audit; clock: Clock }

const listMost = 200
const madeShown = days(7)

export function addCallBacks(app: App, { callBacks, ...needs }: CallBackNeeds): void {
  if (!callBacks) return
  const all = { ...needs, callBacks }
  addLists(app, all)
  addDone(app, all)
  addAgain(app, all)
}

type Joined = CallBackNeeds & { callBacks: CallBacks }

function addLists(app: App, { callBacks, directory, clock }: Joined): void {
  app.get('/api/call-backs', { config: { needs: 'watch', look: 'call-backs' } }, async (request): Promise<readonly CallBackRow[]> => {
    const scope = scopeOf(signedIn(request).user)
    return rowsOf(directory, await callBacks.open(scope, listMost), scope)
  })
  app.get(
    '/api/call-backs/made',
    { config: { needs: 'watch', look: 'call-backs-made' } },
    async (request): Promise<readonly CallBackMadeRow[]> => {
      const scope = scopeOf(signedIn(request).user)
      return rowsOf(directory, await callBacks.made(scope, before(clock.now(), madeShown), listMost), scope)
    },
  )
}

function addDone(app: App, { callBacks, audit, clock }: Joined): void {
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

/** She did not answer: the call stays owed, a little later, and who tried is shown. */
function addAgain(app: App, { callBacks, audit, clock }: Joined): void {
  const options = { config: { needs: 'answer' as const }, schema: { params: idParam, body: callBackAgain } }
  app.post('/api/call-backs/:id/not-reached', options, async (request, reply) => {
    const { user } = signedIn(request)
    const { id } = request.params
    const found = await callBacks.find(id)
    mustCover(scopeOf(user), found?.siteId ?? null)
    if (!found) throw notFound()
    const { note, dueAt } = request.body
    const at = clock.now()
    const tried = { at, by: user.displayName, note, dueAt: nextTry(at, dueAt) }
    const detail = `${id} until ${tried.dueAt}`
    const line = audit.line({ userId: user.id, action: 'call-back-not-reached', subjectId: found.subjectId, detail })
    if (await callBacks.again(id, tried, line)) return reply.code(204).send()
    const by = (await callBacks.find(id))?.done?.by ?? ''
    throw new RefusedError(409, { code: 'already-done', message: `${by} already made this call.`, by })
  })
}

/** Never in the past, and never so far away that she is forgotten. */
function nextTry(at: Instant, asked: number | null): Instant {
  if (asked === null) return after(at, tryAgainAfter)
  return instant(Math.min(Math.max(asked, after(at, seconds(60))), after(at, tryAgainMost)))
}

/** With the name and the door, for those who still live where the reader may look. */
async function rowsOf<Each extends CallBack>(directory: Directory, owed: readonly Each[], scope: Scope) {
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
