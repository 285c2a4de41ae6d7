/** How a relative is reached about an elder: her wishes, this browser's pushes, and a test that says honestly how far it came. */
import { createHash } from 'node:crypto'
import { dayIn } from '../../../domain/calendar.ts'
import type { FamilyLink, JoinedPhone } from '../../../domain/family.ts'
import { minuteOf, type Reach, usualReach } from '../../../domain/reach.ts'
import { before, type Clock, hours, type Instant } from '../../../domain/time.ts'
import type { FamilyReach, PushState, PushTest } from '../../contracts-family.ts'
import { newId } from '../ids.ts'
import { type App, ownOrigin } from '../needs.ts'
import { badField, refuse } from '../refused.ts'
import { idParam } from '../schemas.ts'
import { type Elder, elderOf, eldersOf, type FamilyNeeds, hersOf, phoneOf, recordedAs } from './needs.ts'
import { pushReceived, pushRequest, reachChange, testParam } from './schemas.ts'
import { masked } from './today.ts'

const family = { needs: 'family' as const }
const testsPerMinute = 6
const testsKeptFor = hours(1)
const testsMost = 1_000

export function addReaching(app: App, needs: FamilyNeeds): void {
  addWishes(app, needs)
  addSubscriptions(app, needs)
  addTests(app, needs)
}

function addWishes(app: App, needs: FamilyNeeds): void {
  const { audit, live, messages, reach, clock } = needs
  app.get('/api/family/elders/:id/reach', { config: family, schema: { params: idParam } }, async (request) =>
    reachView(needs, await elderOf(needs, phoneOf(request), request.params.id)),
  )
  const schema = { params: idParam, body: reachChange }
  app.put('/api/family/elders/:id/reach', { config: family, schema }, async (request): Promise<FamilyReach> => {
    const elder = await elderOf(needs, phoneOf(request), request.params.id)
    const { residentId, contactId } = elder.link
    const { dailyAt, ...wishes } = request.body
    for (const part of ['day', 'night'] as const) {
      const unknown = wishes[part].find((way) => !messages.offered.includes(way))
      if (unknown !== undefined) throw badField(part, `${unknown} is not a way of this platform`)
    }
    const line = audit.line({ userId: recordedAs(elder.link), action: 'family-reach', subjectId: residentId, detail: contactId })
    await reach.putReach({ ...wishes, personId: contactId } satisfies Reach, line)
    await needs.family.putDaily({
      residentId,
      contactId,
      minute: dailyAt,
      timeZone: wishes.timeZone,
      doneDay: doneDay(elder, request.body, clock.now()),
    })
    live.changed(residentId)
    return reachView(needs, elder)
  })
}

/** Whoever chooses a time that is over today means tomorrow. */
function doneDay({ card }: Elder, { dailyAt, timeZone }: { dailyAt: number | null; timeZone: string }, now: Instant): string {
  const zone = timeZone || card.site.timeZone
  return dailyAt !== null && minuteOf(zone, now) >= dailyAt ? dayIn(zone, now) : ''
}

async function reachView({ reach, family: store, messages }: FamilyNeeds, { link, card }: Elder): Promise<FamilyReach> {
  const [said, daily] = await Promise.all([reach.reach(link.contactId), store.daily(link.contactId)])
  const { phone, email, language, subject, timeZone, day, night, nightHours, quiet } = said ?? usualReach(link.contactId)
  const isOffered = (way: string) => messages.offered.includes(way)
  return {
    ...{ residentId: link.residentId, phone, email, language, subject, timeZone, nightHours, quiet, offered: messages.offered },
    directoryPhone: masked(card.contacts.find(({ id }) => id === link.contactId)?.phone ?? ''),
    day: day.filter(isOffered),
    night: night.filter(isOffered),
    dailyAt: daily?.minute ?? null,
  }
}

/** One browser is another subscription for each elder: consent ends for each alone. */
const pushIdOf = (contactId: string, endpoint: string): string => createHash('sha256').update(`${contactId} ${endpoint}`).digest('hex')

function addSubscriptions(app: App, needs: FamilyNeeds): void {
  const { reach, family: store, pushKey, clock, live, audit } = needs
  /** To whom pushes about an elder go is a right: it begins and ends with a line of the record. */
  const lineOf = (link: FamilyLink, action: 'family-push' | 'family-push-ended') =>
    audit.line({ userId: recordedAs(link), action, subjectId: link.residentId, detail: link.contactId })
  app.put('/api/family/push', { config: family, schema: { body: pushRequest } }, async (request): Promise<PushState> => {
    if (pushKey === '') return { push: 'not-set-up' }
    const phone = phoneOf(request)
    const { endpoint, keys } = request.body
    for (const link of phone.links) {
      const { contactId, pushId, residentId } = link
      const id = pushIdOf(contactId, endpoint)
      const own = { id, personId: contactId, endpoint, p256dh: keys.p256dh, auth: keys.auth, label: phone.label, madeAt: clock.now() }
      // A browser says the same again each time the page is opened.
      await reach.putSubscription({ ...own, deadAt: null, usedAt: null }, pushId === id ? undefined : lineOf(link, 'family-push'))
      await store.setPush(phone.id, contactId, id)
      if (pushId !== '' && pushId !== id) await reach.removeSubscription(contactId, pushId)
      live.changed(residentId)
    }
    return { push: 'alive' }
  })
  app.delete('/api/family/push', { config: family }, async (request, reply) => {
    const phone = phoneOf(request)
    for (const link of phone.links) {
      await reach.removeSubscription(link.contactId, link.pushId, lineOf(link, 'family-push-ended'))
      await store.setPush(phone.id, link.contactId, '')
      live.changed(link.residentId)
    }
    return reply.code(204).send()
  })
}

type Test = PushTest & { idHash: string }

/** Tests are remembered for an hour and by this process alone: nobody is helped by an old one. */
function openTests({ clock, live }: { clock: Clock; live: FamilyNeeds['live'] }) {
  const tests = new Map<string, Test>()
  const shown = ({ id, state, at, why }: Test): PushTest => ({ id, state, at, why })
  return {
    set(test: Omit<Test, 'at'>): PushTest {
      for (const [id, { at }] of tests) if (at < before(clock.now(), testsKeptFor) || tests.size >= testsMost) tests.delete(id)
      const known = tests.get(test.id)
      // The telephone may have it before the push service's answer is here.
      if (known?.state === 'received') return shown(known)
      const now = { ...test, at: clock.now() }
      tests.set(test.id, now)
      live.tested(test.idHash, shown(now))
      return shown(now)
    },
    find: (id: string): Test | undefined => tests.get(id),
    shown,
  }
}

function addTests(app: App, needs: FamilyNeeds): void {
  const tests = openTests(needs)
  const limited = { ...family, rateLimit: { max: testsPerMinute, timeWindow: 60_000 } }
  app.post('/api/family/push/test', { config: limited }, async (request): Promise<PushTest> => {
    const phone = phoneOf(request)
    const elder = await pushedElder(needs, phone)
    if (!elder) throw refuse(409, 'no-push', 'This telephone takes no pushes yet.')
    const { idHash } = phone
    const id = `test-${newId()}`
    tests.set({ id, idHash, state: 'sent', why: '' })
    const test = { id, pushId: elder.link.pushId, link: `${ownOrigin(request).origin}/family` }
    const { isAccepted, why } = await needs.messages.test(hersOf(elder), test)
    return tests.set({ id, idHash, state: isAccepted ? 'accepted' : 'failed', why })
  })
  app.get('/api/family/push/test/:id', { config: family, schema: { params: testParam } }, async (request): Promise<PushTest> => {
    const test = tests.find(request.params.id)
    if (test?.idHash !== phoneOf(request).idHash) throw refuse(404, 'not-found', 'There is no such thing here.')
    return tests.shown(test)
  })
  // A service worker may run after the cookie ended. Whoever knows the id got the message.
  const open = { needs: 'nobody' as const, rateLimit: { max: 120, timeWindow: 60_000 } }
  app.post('/api/family/push/received', { config: open, schema: { body: pushReceived } }, async (request, reply) => {
    const test = tests.find(request.body.id)
    if (test) tests.set({ id: test.id, idHash: test.idHash, state: 'received', why: '' })
    return reply.code(204).send()
  })
}

/** Any elder for whom this browser is subscribed: the test is about the telephone. */
async function pushedElder(needs: FamilyNeeds, phone: JoinedPhone): Promise<Elder | null> {
  return (await eldersOf(needs, phone)).find(({ link }) => link.pushId !== '') ?? null
}
