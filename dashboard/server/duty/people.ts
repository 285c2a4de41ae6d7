/** Who may be on duty at a site, and how they are reached when no wall is near: written by the site's supervisor, recorded, never logged. */
import { type Reach, usualReach } from '../../../domain/reach.ts'
import type { User } from '../../../store/store.ts'
import type { DutyPerson } from '../../contracts-duty.ts'
import { can, covers, scopeOf } from '../access.ts'
import { type App, signedIn } from '../needs.ts'
import { notFound, refuse } from '../refused.ts'
import { type DutyNeeds, dutyTags, ownSite } from './needs.ts'
import { personParams, personReach } from './shapes.ts'

/** Everybody who may sign in and sees this site, by name, for whoever asks. */
export async function peopleOf(needs: DutyNeeds, siteId: string, asking: User): Promise<readonly DutyPerson[]> {
  const users = (await needs.accounts.users()).filter((user) => !user.disabled && covers(scopeOf(user), siteId))
  return Promise.all(users.map((user) => personOf(needs, user, { siteId, asking })))
}

type Asked = { siteId: string; asking: User }

async function personOf({ reach, waysTo }: DutyNeeds, person: User, { siteId, asking }: Asked): Promise<DutyPerson> {
  const { id, displayName } = person
  const said = (await reach.reach(id)) ?? usualReach(id)
  return { id, name: displayName, phone: said.phone, email: said.email, ways: await waysTo(id, siteId), mayEdit: mayEdit(asking, person) }
}

/** How somebody is reached follows them to all of their sites. */
const mayEdit = (asking: User, person: User): boolean => can(asking, 'edit-directory', { everySiteOf: person })

export function addDutyPeople(app: App, needs: DutyNeeds): void {
  const { accounts, audit, reach } = needs
  const schema = {
    params: personParams,
    body: personReach,
    summary: 'By which number and address somebody of the staff is called.',
    tags: dutyTags,
  }
  app.put('/api/duty/:siteId/people/:id', { config: { needs: 'edit-directory' }, schema }, async (request): Promise<DutyPerson> => {
    const { user } = signedIn(request)
    const { siteId, id } = request.params
    await ownSite(needs, user, siteId)
    const person = await accounts.user(id)
    if (!person || person.disabled || !covers(scopeOf(person), siteId)) throw notFound()
    if (!mayEdit(user, person))
      throw refuse(403, 'not-all-sites', 'This colleague works at other sites too: whoever answers for all of them changes this.')
    const wishes: Reach = { ...((await reach.reach(id)) ?? usualReach(id)), ...request.body }
    await reach.putReach(wishes, audit.line({ userId: user.id, action: 'put-staff-reach', subjectId: id }))
    return personOf(needs, person, { siteId, asking: user })
  })
}
