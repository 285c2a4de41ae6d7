/** Plans over HTTP: read, written, removed, and looked at beforehand. A plan that could end with nobody reachable is not taken. */
import type { AlarmKind, Plan } from '../../domain/alarm.ts'
import type { Contact } from '../../domain/people.ts'
import { planProblem, type Reaching } from '../../domain/plan-check.ts'
import { whoWouldBeTold } from '../../domain/plan-preview.ts'
import { filled } from '../../domain/plans.ts'
import type { Directory, StoredPlan } from '../../store/store.ts'
import type { PlanPreview } from '../contracts.ts'
import { can, covers, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { openLooks } from './looks.ts'
import { type App, type DashboardNeeds, signedIn } from './needs.ts'
import { previewRequest, storedPlan } from './plan-schemas.ts'
import { badField, notFound, RefusedError } from './refused.ts'
import { deny } from './rows.ts'
import { idParam } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type PlanNeeds = Pick<DashboardNeeds, 'channelNames' | 'waysOf' | 'clock'> & { directory: Directory; audit: Audit }

const read = { needs: 'read-directory' as const }
const edit = { needs: 'edit-directory' as const }

export function addPlans(app: App, needs: PlanNeeds): void {
  addReading(app, needs)
  addWriting(app, needs)
}

function addReading(app: App, needs: PlanNeeds): void {
  const { directory, audit, clock } = needs
  const isNewLook = openLooks()
  app.get('/api/plans', { config: { ...read, look: 'plans' } }, async (request): Promise<readonly StoredPlan[]> => {
    const scope = scopeOf(signedIn(request).user)
    const plans = await directory.plans()
    const sites = await Promise.all(plans.map((plan) => siteOfPlan(directory, plan)))
    return plans.filter((_plan, index) => planVisible(scope, sites[index] ?? null))
  })
  app.post('/api/plans/preview', { config: read, schema: { body: previewRequest } }, async (request): Promise<PlanPreview> => {
    const { user } = signedIn(request)
    const { plan, exampleId = null, ...holder } = request.body
    const site = await siteOfPlan(directory, holder)
    if (site !== 'everybody') mustCover(scopeOf(user), site)
    const whose = holder.residentId ?? exampleId
    if (whose !== null) mustCover(scopeOf(user), await directory.siteOf('residents', whose))
    // It names her contacts: that is a look, though not a new one with each letter that is typed.
    if (whose !== null && isNewLook(`${user.id} ${whose}`, clock.elapsed()))
      await audit.attempt({ userId: user.id, action: 'look-plan', subjectId: whose })
    return previewOf(needs, { ...holder, plan }, whose)
  })
}

function addWriting(app: App, needs: PlanNeeds): void {
  const { directory, audit } = needs
  app.put('/api/plans/:id', { config: edit, schema: { params: idParam, body: storedPlan } }, async (request): Promise<StoredPlan> => {
    const signed = signedIn(request)
    const stored = request.body
    if (stored.plan.id !== request.params.id) throw badField('plan.id', 'must be the id in the address')
    const existing = await planOf(directory, stored.plan.id)
    for (const plan of existing ? [existing, stored] : [stored]) await mustOwnPlan({ directory, plan, signed })
    const problem = planProblem(stored.plan, stored.kind, await reachingOf(needs, stored))
    if (problem) throw new RefusedError(422, { code: problem.code, message: problem.message })
    // With what it says, so that whoever asks later finds every plan that ever held.
    const line = audit.line({ userId: signed.user.id, action: 'put-plan', subjectId: stored.plan.id, detail: JSON.stringify(stored) })
    await directory.putPlan(stored, line)
    return stored
  })
  app.delete('/api/plans/:id', { config: edit, schema: { params: idParam } }, async (request, reply) => {
    const signed = signedIn(request)
    const { id } = request.params
    const existing = await planOf(directory, id)
    if (!existing) throw notFound()
    await mustOwnPlan({ directory, plan: existing, signed })
    const line = audit.line({ userId: signed.user.id, action: 'remove-plan', subjectId: id, detail: JSON.stringify(existing) })
    if (!(await directory.removePlan(id, line))) throw notFound()
    return reply.code(204).send()
  })
}

const planOf = async (directory: Directory, id: string) => (await directory.plans()).find(({ plan }) => plan.id === id)

type Holder = Pick<StoredPlan, 'siteId' | 'residentId' | 'kind'>

type Draft = Holder & { plan: Plan | null }

/** `whose`: from whose contacts the places are filled, which for a plan for many is no promise. */
async function previewOf(needs: PlanNeeds, { plan: draft, ...holder }: Draft, whose: string | null): Promise<PlanPreview> {
  const plan = draft ?? (await inForce(needs.directory, holder))
  const reaching = await reachingOf(needs, { ...holder, residentId: whose, plan })
  const problem = planProblem(plan, holder.kind, holder.residentId === null ? { ...reaching, contacts: null } : reaching)
  return {
    ...{ plan, problem, repeatSeconds: Math.round(plan.repeatEvery / 1_000), channels: needs.channelNames ?? null },
    calls: whoWouldBeTold(plan, reaching).map((call) => ({ ...call, person: nameOf(reaching.contacts, call.contactId) })),
  }
}

async function inForce(directory: Directory, { residentId, siteId, kind }: Holder): Promise<Plan> {
  const site = residentId === null ? siteId : await directory.siteOf('residents', residentId)
  return directory.planFor(residentId ?? '', site ?? '', kindOf({ kind }))
}

const kindOf = ({ kind }: Pick<Holder, 'kind'>): AlarmKind => (kind === 'any' ? 'sos' : kind)
const nameOf = (contacts: readonly Contact[] | null, id: string | null): string => contacts?.find((each) => each.id === id)?.name ?? ''

/** Which channels there are, and how each person that the plan names could be reached at this moment. */
async function reachingOf({ directory, channelNames, waysOf }: PlanNeeds, stored: StoredPlan): Promise<Reaching> {
  const { residentId, siteId, plan } = stored
  const card = residentId === null ? null : await directory.card(residentId)
  const known = { channels: channelNames ?? null, contacts: card?.contacts ?? null }
  if (!waysOf) return { ...known, waysOf: new Map() }
  const named = plan.steps.flatMap(({ tell }) => filled(tell, known.contacts ?? [])).map(({ contactId }) => contactId ?? '@')
  const common = { subjectId: residentId ?? '', siteId: card?.resident.siteId ?? siteId ?? '', kind: kindOf(stored) }
  const persons = [...new Set(named)].filter((id) => !id.startsWith('@'))
  const found = await Promise.all(persons.map(async (personId) => [personId, await waysOf({ personId, ...common })] as const))
  return { ...known, waysOf: new Map(found) }
}

/** The site a plan is for: 'everybody' when it names neither a site nor a resident. */
async function siteOfPlan(directory: Directory, { siteId, residentId }: Omit<Holder, 'kind'>): Promise<string | 'everybody' | null> {
  if (residentId !== null) return directory.siteOf('residents', residentId)
  return siteId ?? 'everybody'
}

const planVisible = (scope: Scope, site: string | null): boolean => site === 'everybody' || (site !== null && covers(scope, site))

async function mustOwnPlan({ directory, plan, signed }: { directory: Directory; plan: StoredPlan; signed: Signed }): Promise<void> {
  const site = await siteOfPlan(directory, plan)
  if (site === 'everybody') return deny(!can(signed.user, 'edit-sites'), 'Only an admin changes a plan that is for everybody.')
  const named = plan.siteId
  if (site === null || (named !== null && named !== site)) throw badField('residentId', 'is nobody of this site')
  mustCover(scopeOf(signed.user), site)
  if ((await directory.site(site)) === null) throw notFound()
}
