/** 交班: what one shift tells the next, with the alarms that were open and the calls that are owed. Shown until somebody of the new shift has read it. */
import { type HandOver, mayRead, turnsAt } from '../../../domain/duty.ts'
import type { Site } from '../../../domain/people.ts'
import type { User } from '../../../store/store.ts'
import type { NotedAlarm, ShiftNote } from '../../contracts-duty.ts'
import { mustCover, scopeOf } from '../access.ts'
import { newId } from '../ids.ts'
import { type App, signedIn } from '../needs.ts'
import { notFound, refuse } from '../refused.ts'
import { type DutyNeeds, dutyTags, ownSite, rotaNow } from './needs.ts'
import { noteParams, noteText, siteParam } from './shapes.ts'

const shownMost = { unread: 5, all: 50 } as const
/** Open alarms that go with a note, the oldest first. */
const alarmsMost = 50
const callBacksMost = 200

export function addShiftNotes(app: App, needs: DutyNeeds): void {
  addWriting(app, needs)
  addReading(app, needs)
}

function addWriting(app: App, needs: DutyNeeds): void {
  const { duty, audit, clock, stream } = needs
  const summary = 'What the shift that ends tells the next one. Alarms that are open go with it by themselves.'
  const schema = { params: siteParam, body: noteText, summary, tags: dutyTags }
  app.post('/api/duty/:siteId/notes', { config: { needs: 'answer' }, schema }, async (request): Promise<ShiftNote> => {
    const { user } = signedIn(request)
    const site = await ownSite(needs, user, request.params.siteId)
    const open = [...stream.open().values()].filter(({ alarm }) => alarm.siteId === site.id)
    const oldest = open.toSorted((a, b) => a.alarm.raisedAt - b.alarm.raisedAt).slice(0, alarmsMost)
    const note: HandOver = {
      ...{ id: newId(), siteId: site.id, by: user.id, byName: user.displayName, at: clock.now(), text: request.body.text.trim() },
      ...{ alarmIds: oldest.map(({ alarm }) => alarm.id), readBy: '', readAt: null },
    }
    await duty.addHandOver(note, audit.line({ userId: user.id, action: 'write-shift-note', subjectId: site.id, detail: note.id }))
    return shown(needs, { site, user, note })
  })
  const all = { params: siteParam, summary: 'The latest shift notes, read or not.', tags: dutyTags }
  app.get('/api/duty/:siteId/notes', { config: { needs: 'watch' }, schema: all }, async (request): Promise<readonly ShiftNote[]> => {
    const { user } = signedIn(request)
    const site = await ownSite(needs, user, request.params.siteId)
    return notesOf(needs, { site, user, which: 'all' })
  })
}

function addReading(app: App, needs: DutyNeeds): void {
  const { duty, audit, clock, directory } = needs
  const schema = { params: noteParams, summary: 'Somebody of the new shift has read it.', tags: dutyTags }
  app.post('/api/duty/notes/:id/read', { config: { needs: 'answer' }, schema }, async (request, reply) => {
    const { user } = signedIn(request)
    const note = await duty.handOver(request.params.id)
    mustCover(scopeOf(user), note?.siteId ?? null)
    const site = note && (await directory.site(note.siteId))
    if (!note || !site) throw notFound()
    const running = turnsAt(await rotaNow(needs, site), clock.now())
    if (!mayRead(note, user.id, running)) throw refuse(403, 'own-note', 'You wrote this yourself: somebody of the next shift reads it.')
    const line = audit.line({ userId: user.id, action: 'read-shift-note', subjectId: site.id, detail: note.id })
    if (await duty.markRead(note.id, { by: user.id, at: clock.now() }, line)) return reply.code(204).send()
    throw refuse(409, 'already-read', 'Somebody has read it already.')
  })
}

type Asked = { site: Site; user: User; which: 'unread' | 'all' }

/** Newest first. */
export async function notesOf(needs: DutyNeeds, { site, user, which }: Asked): Promise<readonly ShiftNote[]> {
  const notes = await needs.duty.handOvers(site.id, which, shownMost[which])
  return Promise.all(notes.map((note) => shown(needs, { site, user, note })))
}

async function shown(needs: DutyNeeds, { site, user, note }: { site: Site; user: User; note: HandOver }): Promise<ShiftNote> {
  const { id, byName, at, text, readBy, readAt } = note
  const reader = readBy === '' ? null : await needs.accounts.user(readBy)
  const running = turnsAt(await rotaNow(needs, site), needs.clock.now())
  return {
    ...{ id, siteId: site.id, siteName: site.name, timeZone: site.timeZone, byName, at, text, readAt },
    alarms: await alarmsOf(needs, note.alarmIds),
    callBacks: ((await needs.callBacks?.open([site.id], callBacksMost)) ?? []).length,
    mayRead: mayRead(note, user.id, running),
    readByName: reader?.displayName ?? '',
  }
}

/** As they stand now: what was open then may be over. */
async function alarmsOf({ store, places }: DutyNeeds, ids: readonly string[]): Promise<readonly NotedAlarm[]> {
  const found = (await Promise.all(ids.map((id) => store.alarm(id)))).flatMap((alarm) => (alarm ? [alarm] : []))
  const where = await places.find(found)
  return found.map(({ id, reason, state }, index) => ({ alarmId: id, reason, state, title: where[index]?.title ?? '' }))
}
