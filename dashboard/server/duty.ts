/** 值班 over HTTP: rotas written by supervisors for their own sites, who is on duty now, and what one shift tells the next. */
import { dayIn, dayPlus } from '../../domain/calendar.ts'
import { onDutyAt, turnsAt, turnsOf, weekdayOf } from '../../domain/duty.ts'
import type { Site } from '../../domain/people.ts'
import type { User } from '../../store/store.ts'
import type { DutyNow, DutyWeek } from '../contracts-duty.ts'
import { covers, scopeOf } from './access.ts'
import { type DutyNeeds, dutyTags, ownSite, rotaNow } from './duty/needs.ts'
import { addShiftNotes, notesOf } from './duty/notes.ts'
import { addOwnReach } from './duty/own-reach.ts'
import { addDutyPeople, peopleOf } from './duty/people.ts'
import { addRotas } from './duty/rotas.ts'
import { siteParam, weekQuery } from './duty/shapes.ts'
import { type App, signedIn } from './needs.ts'

const watch = { needs: 'watch' as const }
const read = { needs: 'read-directory' as const }
const weekDays = 7
const sitesMost = 200

export function addDuty(app: App, needs: DutyNeeds): void {
  addNow(app, needs)
  addWeek(app, needs)
  addRotas(app, needs)
  addShiftNotes(app, needs)
  addDutyPeople(app, needs)
  addOwnReach(app, needs)
}

function addNow(app: App, needs: DutyNeeds): void {
  const summary = 'Who is on duty at each of your sites, and what the shift before wrote that nobody of yours has read.'
  app.get('/api/duty', { config: watch, schema: { summary, tags: dutyTags } }, async (request): Promise<DutyNow> => {
    const { user } = signedIn(request)
    const mine = (await needs.directory.sites()).filter(({ id }) => covers(scopeOf(user), id)).slice(0, sitesMost)
    const names = new Map((await needs.accounts.users()).flatMap(({ id, displayName, disabled }) => (disabled ? [] : [[id, displayName]])))
    const sites = await Promise.all(mine.map((site) => siteNow({ needs, names, user }, site)))
    return { sites: sites.filter(({ hasRota, notes }) => hasRota || notes.length > 0) }
  })
}

type Asking = { needs: DutyNeeds; names: ReadonlyMap<string, string>; user: User }

async function siteNow({ needs, names, user }: Asking, site: Site): Promise<DutyNow['sites'][number]> {
  const rota = await rotaNow(needs, site)
  const turns = turnsAt(rota, needs.clock.now()).map(({ name, until, personIds }) => ({
    ...{ name, until },
    people: personIds.flatMap((id) => names.get(id) ?? []),
    isMine: personIds.includes(user.id),
  }))
  const notes = await notesOf(needs, { site, user, which: 'unread' })
  return { siteId: site.id, siteName: site.name, timeZone: site.timeZone, hasRota: rota.shifts.length > 0, turns, notes }
}

function addWeek(app: App, needs: DutyNeeds): void {
  const summary = 'One week of a site’s rota, from the Monday of the day asked for (today when none is).'
  const schema = { params: siteParam, querystring: weekQuery, summary, tags: dutyTags }
  app.get('/api/duty/:siteId', { config: read, schema }, async (request): Promise<DutyWeek> => {
    const { user } = signedIn(request)
    const site = await ownSite(needs, user, request.params.siteId)
    const { id: siteId, timeZone } = site
    const now = needs.clock.now()
    const today = dayIn(timeZone, now)
    const asked = request.query.from ?? today
    const monday = dayPlus(asked, 1 - weekdayOf(asked))
    const days = Array.from({ length: weekDays }, (_, index) => dayPlus(monday, index))
    const shifts = await needs.duty.shifts(siteId)
    const exceptions = await needs.duty.exceptions(siteId, { from: monday, to: days.at(-1) ?? monday })
    return {
      ...{ siteId, timeZone, today, days, shifts, exceptions, turns: turnsOf({ timeZone, shifts, exceptions }, days) },
      people: await peopleOf(needs, siteId, user),
      now: onDutyAt(await rotaNow(needs, site), now),
      isWatched: needs.isWatched(siteId),
    }
  })
}
