/** Where somebody is, set by hand; and how it stands with her silence, as the card draws it. Each person inside their own sites, each change recorded. */
import type { Silence } from '../../alerts/silence.ts'
import { dayIn, daySpan } from '../../domain/calendar.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { modeEnd } from '../../domain/modes.ts'
import { before, type Clock, hours, type Instant } from '../../domain/time.ts'
import type { Directory, ResidentCard, TelemetryStore } from '../../store/store.ts'
import type { ChangesAnswer, ModeAnswer, SilenceAnswer } from '../contracts.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { openLooks } from './looks.ts'
import { type App, type DashboardNeeds, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { notFound } from './refused.ts'
import { idParam, modeRequest } from './schemas.ts'
import { silentCurve, stepMinutes, usualCurve } from './silence-shape.ts'

export type SilenceNeeds = {
  directory: Directory
  silence: Silence
  telemetry: TelemetryStore
  audit: Audit
  clock: Clock
  log: Log
} & Pick<DashboardNeeds, 'changesOf'>

const tags = ['silence']
/** Before midnight: the silence of the night began in the evening. */
const evening = hours(18)
const readingsMax = 50_000

export function addSilence(app: App, needs: SilenceNeeds): void {
  addModes(app, needs)
  addStanding(app, needs)
  addChanges(app, needs)
}

function addModes(app: App, { directory, audit, clock }: SilenceNeeds): void {
  const summary = 'Says that somebody is away, in hospital, on holiday, has guests, or is home again. Every mode but home ends by itself.'
  const schema = { params: idParam, body: modeRequest, summary, tags }
  app.post('/api/residents/:id/mode', { config: { needs: 'answer' }, schema }, async (request): Promise<ModeAnswer> => {
    const { user } = signedIn(request)
    const residentId = request.params.id
    mustCover(scopeOf(user), await directory.siteOf('residents', residentId))
    const { mode, until: asked } = request.body
    const until = modeEnd(mode, clock.now(), asked)
    const line = audit.line({ userId: user.id, action: `mode-${mode}`, subjectId: residentId, detail: until === null ? '' : String(until) })
    if (!(await directory.setMode(residentId, { mode, until }, line))) throw notFound()
    return { residentId, mode, modeUntil: until }
  })
}

function addStanding(app: App, needs: SilenceNeeds): void {
  const isNewLook = openLooks()
  const summary = 'Which of the four kinds of silence it is, since when, and today’s silence over what is usual for this person.'
  app.get('/api/residents/:id/silence', { config: { needs: 'watch' }, schema: { params: idParam, summary, tags } }, async (request) => {
    const { user } = signedIn(request)
    const card = await needs.directory.card(request.params.id)
    mustCover(scopeOf(user), card?.resident.siteId ?? null)
    if (!card) throw notFound()
    if (isNewLook(`${user.id} ${card.resident.id}`, needs.clock.elapsed()))
      await needs.audit.attempt({ userId: user.id, action: 'look-silence', subjectId: card.resident.id })
    return answerOf(needs, card)
  })
}

const changedShown = 500

function addChanges(app: App, { directory, audit, changesOf }: SilenceNeeds): void {
  const summary = 'The weekly notice: whose days have slowly changed for the worse, this week against the four before. No alarm.'
  app.get('/api/sites/:id/changes', { config: { needs: 'watch' }, schema: { params: idParam, summary, tags } }, async (request) => {
    const { user } = signedIn(request)
    const site = await directory.site(request.params.id)
    mustCover(scopeOf(user), site?.id ?? null)
    if (!site) throw notFound()
    const { lastDay, people } = changesOf?.(site.id) ?? { lastDay: null, people: [] }
    await audit.attempt({ userId: user.id, action: 'look-changes', subjectId: site.id })
    const cards = await directory.cards(people.slice(0, changedShown).map(({ residentId }) => residentId))
    const byId = new Map(cards.map((card) => [card.resident.id, card]))
    const named = people.flatMap(({ residentId, changes }) => {
      const card = byId.get(residentId)
      // Somebody who moved to another site since then is that site's to show.
      return card?.resident.siteId === site.id ? [{ residentId, person: card.resident.name, label: labelOf(card.home), changes }] : []
    })
    return { lastDay, people: named } satisfies ChangesAnswer
  })
}

async function answerOf(needs: SilenceNeeds, { resident, site, devices }: ResidentCard): Promise<SilenceAnswer> {
  const at = needs.clock.now()
  const { limit, lastDevice, lastAt, ...standing } = needs.silence.standing(resident.number, at)
  const { timeZone } = site
  const { from, to } = daySpan(timeZone, dayIn(timeZone, at))
  const silent = silentCurve(await readingsOf(needs, resident.number, { from, at }), { from, to }, at)
  const learned = limit === null ? null : needs.silence.usual(resident.number)
  const usual = (which: 'within' | 'longest') => (learned ? usualCurve(learned, which, silent.length) : [])
  const { sight, blindSince, isPartlySeen, upAt, returnedAt } = standing
  return {
    ...{ at, timeZone, sight, blindSince, isPartlySeen, upAt, mode: resident.mode, modeUntil: resident.modeUntil, returnedAt, lastAt },
    lastRoom: devices.find(({ number }) => number === lastDevice)?.room ?? '',
    dueAt: limit?.dueAt ?? null,
    today: { from, step: stepMinutes * 60_000, silent },
    usual: { within: usual('within'), longest: usual('longest') },
  }
}

/** A card without its curve is still a card. */
async function readingsOf({ telemetry, log }: SilenceNeeds, resident: number, { from, at }: { from: Instant; at: Instant }) {
  try {
    return await telemetry.readings({ resident, from: before(from, evening), to: at, limit: readingsMax })
  } catch (error) {
    log('warn', 'The telemetry store could not answer for a silence.', { why: sentenceOf(error) })
    return []
  }
}
