/** How somebody of the staff wishes to be reached while on duty, said by themselves: ways by day and by night, quiet hours, number and address. */
import { z } from 'zod'
import { type Reach, usualReach, usualWays } from '../../../domain/reach.ts'
import type { OwnReach } from '../../contracts-duty.ts'
import { type App, signedIn } from '../needs.ts'
import { badField } from '../refused.ts'
import type { DutyNeeds } from './needs.ts'
import { personReach } from './shapes.ts'

const minuteOfDay = z.number().int().min(0).max(1_439)
const span = z.strictObject({ from: minuteOfDay, until: minuteOfDay })
const ways = z.array(z.string().min(1).max(32)).max(20)
const ownReach = personReach.extend({ day: ways, night: ways, nightHours: span, quiet: span.nullable() })
const config = { needs: 'anybody-signed-in' as const }
/** For relatives' browsers alone: the wall is no page that sleeps in a pocket. */
const notForStaff: ReadonlySet<string> = new Set(['push', 'webhook'])

export function addOwnReach(app: App, needs: DutyNeeds): void {
  const { reach, audit } = needs
  const offered = usualWays.filter((way) => !notForStaff.has(way) && (needs.offered ?? []).includes(way))
  const viewOf = async (personId: string): Promise<OwnReach> => {
    const { phone, email, day, night, nightHours, quiet } = (await reach.reach(personId)) ?? usualReach(personId)
    const known = (chosen: readonly string[]) => chosen.filter((way) => offered.some((each) => each === way))
    return { phone, email, day: known(day), night: known(night), nightHours, quiet, offered }
  }
  app.get('/api/me/reach', { config, schema: { summary: 'How you are reached while on duty.', tags: ['duty'] } }, (request) =>
    viewOf(signedIn(request).user.id),
  )
  const schema = { body: ownReach, summary: 'Say how you are reached while on duty. Nobody mutes a call for help.', tags: ['duty'] }
  app.put('/api/me/reach', { config, schema }, async (request): Promise<OwnReach> => {
    const { user } = signedIn(request)
    for (const part of ['day', 'night'] as const) {
      const unknown = request.body[part].find((way) => !offered.some((each) => each === way))
      if (unknown !== undefined) throw badField(part, `${unknown} is not a way of this platform`)
    }
    const wishes: Reach = { ...((await reach.reach(user.id)) ?? usualReach(user.id)), ...request.body }
    await reach.putReach(wishes, audit.line({ userId: user.id, action: 'put-own-reach', subjectId: user.id }))
    return viewOf(user.id)
  })
}
