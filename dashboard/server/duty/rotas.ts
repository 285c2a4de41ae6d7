/** Writing rotas: weekly shifts and single exceptions, by supervisors for their own sites, each change stored with who made it. */
import { exceptionProblem, type Shift, shiftProblem } from '../../../domain/duty.ts'
import { covers, scopeOf } from '../access.ts'
import { type App, signedIn } from '../needs.ts'
import { notFound, refuse } from '../refused.ts'
import { type DutyNeeds, dutyTags, ownSite } from './needs.ts'
import { dutyParams, exceptionDraft, shiftDraft } from './shapes.ts'

const edit = { needs: 'edit-directory' as const }

export function addRotas(app: App, needs: DutyNeeds): void {
  addShifts(app, needs)
  addExceptions(app, needs)
}

function addShifts(app: App, needs: DutyNeeds): void {
  const { duty, audit } = needs
  const schema = { params: dutyParams, body: shiftDraft, summary: 'Writes a weekly shift.', tags: dutyTags }
  app.put('/api/duty/:siteId/shifts/:id', { config: edit, schema }, async (request): Promise<Shift> => {
    const { user } = signedIn(request)
    const { siteId, id } = request.params
    await ownSite(needs, user, siteId)
    const shift: Shift = { ...request.body, id, siteId, weekdays: [...new Set(request.body.weekdays)].sort() }
    const problem = shiftProblem(shift)
    if (problem) throw refuse(400, problem.code, problem.message)
    await mustBeOfSite(needs, siteId, shift.personIds)
    const line = audit.line({ userId: user.id, action: 'put-shift', subjectId: siteId, detail: id })
    if (!(await duty.putShift(shift, line))) throw notFound()
    return shift
  })
  const removing = { config: edit, schema: { params: dutyParams, summary: 'Removes a shift and its exceptions.', tags: dutyTags } }
  app.delete('/api/duty/:siteId/shifts/:id', removing, async (request, reply) => {
    const { user } = signedIn(request)
    const { siteId, id } = request.params
    await ownSite(needs, user, siteId)
    const line = audit.line({ userId: user.id, action: 'remove-shift', subjectId: siteId, detail: id })
    if (!(await duty.removeShift(siteId, id, line))) throw notFound()
    return reply.code(204).send()
  })
}

function addExceptions(app: App, needs: DutyNeeds): void {
  const { duty, audit } = needs
  const schema = { params: dutyParams, body: exceptionDraft, summary: 'A swap, somebody sick, or a helping hand.', tags: dutyTags }
  app.put('/api/duty/:siteId/exceptions/:id', { config: edit, schema }, async (request) => {
    const { user } = signedIn(request)
    const { siteId, id } = request.params
    const { timeZone } = await ownSite(needs, user, siteId)
    const exception = { ...request.body, id, siteId }
    const [shifts, exceptions] = await Promise.all([
      duty.shifts(siteId),
      duty.exceptions(siteId, { from: exception.day, to: exception.day }),
    ])
    const problem = exceptionProblem({ timeZone, shifts, exceptions }, exception)
    if (problem) throw refuse(400, problem.code, problem.message)
    await mustBeOfSite(needs, siteId, exception.in === '' ? [] : [exception.in])
    const line = audit.line({ userId: user.id, action: 'put-duty-exception', subjectId: siteId, detail: `${id} ${exception.day}` })
    if (!(await duty.putException(exception, line))) throw notFound()
    return exception
  })
  const removing = { config: edit, schema: { params: dutyParams, summary: 'Takes an exception back.', tags: dutyTags } }
  app.delete('/api/duty/:siteId/exceptions/:id', removing, async (request, reply) => {
    const { user } = signedIn(request)
    const { siteId, id } = request.params
    await ownSite(needs, user, siteId)
    const line = audit.line({ userId: user.id, action: 'remove-duty-exception', subjectId: siteId, detail: id })
    if (!(await duty.removeException(siteId, id, line))) throw notFound()
    return reply.code(204).send()
  })
}

/** Whoever cannot see the site cannot answer for it. */
async function mustBeOfSite({ accounts }: DutyNeeds, siteId: string, personIds: readonly string[]): Promise<void> {
  for (const id of personIds) {
    const user = await accounts.user(id)
    if (user && !user.disabled && covers(scopeOf(user), siteId)) continue
    const who = user ? user.displayName : 'This person'
    throw refuse(400, 'duty-not-of-site', `${who} may not work at this site: give them the site under users first.`)
  }
}
