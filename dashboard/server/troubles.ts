/** Cases of broken devices over HTTP: seen by the desk and by technicians of the same site, opened by hand, taken, noted and ended with a reason. */
import { z } from 'zod'
import { before, type Clock, days } from '../../domain/time.ts'
import { isOverdue, type Trouble, troubleReasons } from '../../domain/trouble.ts'
import type { Accounts, CareStore, Directory, TroubleStore, User } from '../../store/store.ts'
import type { TroubleRow } from '../contracts-upkeep.ts'
import { can, covers, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { newId } from './ids.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { badField, notFound, refuse } from './refused.ts'
import { deny } from './rows.ts'
import { idParam, needed, text } from './schemas.ts'
import { newCase } from './troubles-follow.ts'
import { toldOf } from './troubles-overdue.ts'

/** `onChanged`: a case was opened, tended or ended here. */
export type TroubleNeeds = {
  troubles: TroubleStore
  directory: Directory
  store: Pick<CareStore, 'noticesOf'>
  accounts: Pick<Accounts, 'user'>
  audit: Audit
  clock: Clock
  onChanged: () => void
}

const openBody = z.strictObject({ deviceId: z.string().min(1).max(64), text: needed(500) })
const stepBody = z.strictObject({ take: z.literal(true), note: text(1_000), done: z.enum(troubleReasons) }).partial()
const doneQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) })
const doneMost = 500
const config = { needs: 'anybody-signed-in' as const, keys: true }

/** The desk hears of broken buttons, technicians mend them; both may open, take and end a case. */
const mayTend = (user: User): boolean => can(user, 'answer') || can(user, 'enrol-devices')
const mustTend = (user: User): User => {
  deny(!mayTend(user), 'Your role does not allow this.')
  return user
}

export function addTroubles(app: App, needs: TroubleNeeds): void {
  addLists(app, needs)
  addOpening(app, needs)
  addSteps(app, needs)
}

function addLists(app: App, needs: TroubleNeeds): void {
  const tags = ['devices']
  app.get('/api/troubles', { config: { ...config, look: 'troubles' }, schema: { tags } }, async (request): Promise<TroubleRow[]> => {
    const scope = scopeOf(mustTend(signedIn(request).user))
    return rowsOf(needs, await needs.troubles.open(scope), scope)
  })
  app.get(
    '/api/troubles/done',
    { config: { ...config, look: 'troubles-done' }, schema: { querystring: doneQuery, tags } },
    async (request): Promise<TroubleRow[]> => {
      const scope = scopeOf(mustTend(signedIn(request).user))
      const since = before(needs.clock.now(), days(request.query.days))
      return rowsOf(needs, await needs.troubles.done(scope, since, doneMost), scope)
    },
  )
}

function addOpening(app: App, needs: TroubleNeeds): void {
  const { troubles, directory, audit, clock } = needs
  app.post('/api/troubles', { config, schema: { body: openBody, tags: ['devices'] } }, async (request): Promise<TroubleRow> => {
    const user = mustTend(signedIn(request).user)
    const { deviceId, text: words } = request.body
    const device = await directory.device(deviceId)
    mustCover(scopeOf(user), device?.siteId ?? null)
    if (!device) throw notFound()
    const [at, by] = [clock.now(), user.displayName]
    const trouble = { ...newCase({ id: newId(), device, kind: 'by-hand', at, by }), notes: [{ at, by, text: words }] }
    const line = audit.line({ userId: user.id, action: 'open-trouble', subjectId: deviceId, detail: trouble.id })
    if (!(await troubles.put(trouble, line))) throw refuse(409, 'already-open', 'This device has an open case already.')
    return oneRow(needs, trouble.id, user)
  })
}

function addSteps(app: App, needs: TroubleNeeds): void {
  const { troubles, audit, clock } = needs
  const schema = { params: idParam, body: stepBody, tags: ['devices'] }
  app.post('/api/troubles/:id', { config, schema }, async (request): Promise<TroubleRow> => {
    const user = mustTend(signedIn(request).user)
    const { id } = request.params
    const found = await troubles.find(id)
    mustCover(scopeOf(user), found?.siteId ?? null)
    if (!found) throw notFound()
    const { take, note = '', done } = request.body
    if (!take && !done && note.trim() === '') throw badField('note', 'must not be empty')
    const at = clock.now()
    const by = user.displayName
    const steps = [take && 'take', note.trim() !== '' && 'note', done].filter(Boolean).join(' ')
    const line = audit.line({ userId: user.id, action: 'tend-trouble', subjectId: found.deviceId, detail: `${id} ${steps}` })
    const change = {
      ...(take && { owner: { userId: user.id, name: by } }),
      ...(note.trim() !== '' && { note: { at, by, text: note } }),
      ...(done && { done: { at, by, reason: done } }),
    }
    if (!(await troubles.change(id, change, line))) throw refuse(409, 'already-done', `${found.done?.by || '–'} already ended this case.`)
    return oneRow(needs, id, user)
  })
}

async function oneRow(needs: TroubleNeeds, id: string, user: User): Promise<TroubleRow> {
  needs.onChanged()
  const found = await needs.troubles.find(id)
  const [row] = found ? await rowsOf(needs, [found], scopeOf(user)) : []
  if (!row) throw notFound()
  return row
}

/** With person, door and device, for those who still live where the reader may look. */
async function rowsOf(needs: TroubleNeeds, troubles: readonly Trouble[], scope: Scope): Promise<TroubleRow[]> {
  const { directory, clock } = needs
  const cards = await directory.cards([...new Set(troubles.flatMap(({ residentId }) => residentId ?? []))])
  const byId = new Map(cards.filter(({ resident }) => covers(scope, resident.siteId)).map((card) => [card.resident.id, card]))
  const sites = new Map((await directory.sites()).map((site) => [site.id, site]))
  const now = clock.now()
  return Promise.all(
    troubles.map(async (trouble) => {
      const card = byId.get(trouble.residentId ?? '')
      const site = sites.get(trouble.siteId)
      const device = await directory.device(trouble.deviceId)
      return {
        ...trouble,
        ...{ person: card?.resident.name ?? '', label: card ? labelOf(card.home) : '' },
        ...{ siteName: site?.name ?? '', timeZone: site?.timeZone ?? '', role: device?.role ?? null, room: device?.room ?? '' },
        overdue: isOverdue(trouble, now),
        told: await toldOf(needs, trouble.told),
      }
    }),
  )
}
