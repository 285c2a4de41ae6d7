/** Welfare sweeps: who may have been unheard, for the sites of whoever asks; ticked off by whoever called or went, with a note; live on every screen. */
import { z } from 'zod'
import type { Sweep, SweepHome, SweepTick } from '../../domain/sweep.ts'
import { before, type Clock, hours } from '../../domain/time.ts'
import type { Directory, ResidentCard } from '../../store/store.ts'
import type { SweepHomeRow, SweepPage, SweepRow, SweepTicked } from '../contracts.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { breathe } from './breathe.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { notFound } from './refused.ts'
import { idParam } from './schemas.ts'
import type { SweepParts } from './sweep-parts.ts'

export type SweepNeeds = {
  sweepDesk?: SweepParts
  directory: Pick<Directory, 'cards' | 'sites'>
  audit: Audit
  clock: Clock
  /** Tells the screens of a site. */
  tellSweep: (siteId: string, tick: SweepTick | null) => void
}

/** A finished sweep stays in sight for the shift that did it. */
const doneShownFor = hours(8)
const cardsAtOnce = 200
const tickRequest = z.strictObject({
  residentIds: z.array(z.string().min(1).max(200)).min(1).max(500),
  note: z.string().trim().min(1, 'must not be empty').max(2_000),
})

export function addSweeps(app: App, { sweepDesk, directory, audit, clock, tellSweep }: SweepNeeds): void {
  if (!sweepDesk) return
  const stop = sweepDesk.subscribe(({ siteId, tick }) => tellSweep(siteId, tick))
  app.addHook('onClose', async () => stop())
  const tags = ['sweeps']

  const listed = { summary: 'Sweeps that are open, or were finished in the last hours: figures only.', tags }
  app.get('/api/sweeps', { config: { needs: 'watch' }, schema: listed }, async (request): Promise<readonly SweepRow[]> => {
    const sweeps = await sweepDesk.current(scopeOf(signedIn(request).user), before(clock.now(), doneShownFor))
    return Promise.all(sweeps.map((sweep) => rowOf(directory, sweep)))
  })

  const shown = { params: idParam, summary: 'Everybody on a sweep, the worst risk first.', tags }
  app.get('/api/sweeps/:id', { config: { needs: 'watch' }, schema: shown }, async (request): Promise<SweepPage> => {
    const { user } = signedIn(request)
    const found = await sweepDesk.find(request.params.id)
    mustCover(scopeOf(user), found?.sweep.siteId ?? null)
    if (!found) throw notFound()
    await audit.attempt({ userId: user.id, action: 'look-sweep', subjectId: found.sweep.siteId, detail: found.sweep.id })
    return { sweep: await rowOf(directory, found.sweep), homes: await homesOf(directory, found.homes, found.sweep.siteId) }
  })

  const ticking = { params: idParam, body: tickRequest, summary: 'Somebody called or visited them: with a note, to the record.', tags }
  app.post('/api/sweeps/:id/tick', { config: { needs: 'answer' }, schema: ticking }, async (request): Promise<SweepTicked> => {
    const { user } = signedIn(request)
    const found = await sweepDesk.find(request.params.id)
    mustCover(scopeOf(user), found?.sweep.siteId ?? null)
    if (!found) throw notFound()
    const { residentIds, note } = request.body
    const onIt = new Set(found.homes.map(({ residentId }) => residentId))
    const asked = [...new Set(residentIds)].filter((id) => onIt.has(id))
    const lines = asked.map((id) => audit.line({ userId: user.id, action: 'sweep-ticked', subjectId: id, detail: found.sweep.id }))
    return { residentIds: await sweepDesk.ask({ sweepId: found.sweep.id, residentIds: asked, by: user.displayName, note, lines }) }
  })
}

async function rowOf(directory: SweepNeeds['directory'], sweep: Sweep): Promise<SweepRow> {
  const site = (await directory.sites()).find(({ id }) => id === sweep.siteId)
  return { ...sweep, siteName: site?.name ?? '', timeZone: site?.timeZone ?? '' }
}

/** Some at a time, so that a large list holds up nobody. Whoever moved to another site meanwhile is named no more. */
async function homesOf(directory: SweepNeeds['directory'], homes: readonly SweepHome[], siteId: string): Promise<SweepHomeRow[]> {
  const cards = new Map<string, ResidentCard>()
  for (let from = 0; from < homes.length; from += cardsAtOnce) {
    const ids = homes.slice(from, from + cardsAtOnce).map(({ residentId }) => residentId)
    for (const card of await directory.cards(ids)) if (card.resident.siteId === siteId) cards.set(card.resident.id, card)
    await breathe()
  }
  return homes.map((home) => homeOf(home, cards.get(home.residentId)))
}

function homeOf(home: SweepHome, card: ResidentCard | undefined): SweepHomeRow {
  const second = card?.contacts.find(({ phone }) => phone !== '')
  return {
    ...home,
    person: card?.resident.name ?? '',
    birthYear: card?.resident.birthYear ?? null,
    label: card ? labelOf(card.home) : '',
    phone: card?.resident.phone ?? '',
    contact: second ? { name: second.name, phone: second.phone } : null,
  }
}
