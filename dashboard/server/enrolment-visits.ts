/** Who may enter which home: people who edit the list enter all of their sites, a technician only where a one-time code opened the door. */
import { createHash, randomInt } from 'node:crypto'
import { z } from 'zod'
import {
  codeLength,
  codeLetters,
  codeMinutesMost,
  codeMinutesUsual,
  shownCode,
  tidyCode,
  type Visit,
  visitHours,
} from '../../domain/enrolment-visits.ts'
import { after, type Clock, hours, minutes } from '../../domain/time.ts'
import type { Directory, User } from '../../store/store.ts'
import type { OpenVisit, VisitCode } from '../contracts-enrolment.ts'
import { can, covers, mustCover, scopeOf } from './access.ts'
import type { EnrolmentNeeds, EnrolmentParts } from './enrolment-parts.ts'
import { newId } from './ids.ts'
import { type App, ownOrigin, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { notFound, refuse } from './refused.ts'
import { id, idParam } from './schemas.ts'

const office = { needs: 'edit-directory' as const }
const enrol = { needs: 'enrol-devices' as const }
const giveBody = z.strictObject({
  residentId: id,
  minutes: z.number().int().min(5).max(codeMinutesMost).default(codeMinutesUsual),
})
const useBody = z.strictObject({ code: z.string().min(1).max(40) })

/** Wrong codes of one person before they must wait. */
const triesMost = 5
const triesWithin = minutes(15)

type Entering = { enrolment: Pick<EnrolmentParts, 'visits'>; directory: Directory; clock: Clock }
type Stands = { siteId: string; residentId: string | null }

/** Throws the 404 of what does not exist when this home, or what is nobody's, is not this person's to touch now. */
export async function mustEnter(needs: Entering, user: User, { siteId, residentId }: Stands): Promise<void> {
  mustCover(scopeOf(user), siteId)
  if (can(user, 'edit-directory')) return
  if (residentId === null || !(await openHomes(needs, user)).has(residentId)) throw notFound()
}

/** As above, for a resident by id. */
export async function mustEnterHomeOf(needs: Entering, user: User, residentId: string): Promise<void> {
  const siteId = await needs.directory.siteOf('residents', residentId)
  if (siteId === null) throw notFound()
  await mustEnter(needs, user, { siteId, residentId })
}

/** Residents whose homes a code opened to this person, and still does. */
export async function openHomes({ enrolment, clock }: Pick<Entering, 'enrolment' | 'clock'>, user: User): Promise<ReadonlySet<string>> {
  const visits = await myVisits({ enrolment, clock }, user)
  return new Set(visits.flatMap(({ residentIds }) => residentIds))
}

/** A visit is over when the technician no longer looks after that site. */
async function myVisits({ enrolment, clock }: Pick<Entering, 'enrolment' | 'clock'>, user: User): Promise<readonly Visit[]> {
  const now = clock.now()
  const scope = scopeOf(user)
  const open = await enrolment.visits.open(now)
  return open.filter(({ usedBy, visitUntil, siteId }) => usedBy === user.id && (visitUntil ?? 0) > now && covers(scope, siteId))
}

export function addVisits(app: App, needs: EnrolmentNeeds): void {
  addCodes(app, needs)
  const tries = openTries(needs.clock)
  app.post('/api/visits', { config: enrol, schema: { body: useBody } }, async (request): Promise<OpenVisit> => {
    const { user } = signedIn(request)
    const { enrolment, clock, audit } = needs
    if (!tries.begin(user.id)) throw refuse(429, 'too-many', 'Too many wrong codes. Please wait a quarter of an hour.')
    const at = clock.now()
    const hash = hashOf(tidyCode(request.body.code))
    const use = { by: user.id, at, visitUntil: after(at, hours(visitHours)), siteIds: scopeOf(user) }
    const found = await enrolment.visits.redeem(hash, use, ({ id: visitId, residentIds }) =>
      audit.line({ userId: user.id, action: 'begin-visit', subjectId: residentIds[0] ?? visitId }),
    )
    if (!found) {
      await audit.attempt({ userId: user.id, action: 'wrong-visit-code', subjectId: 'all' })
      throw refuse(404, 'wrong-visit-code', 'This code is wrong, used up, too old, or of a home outside your sites.')
    }
    tries.right(user.id)
    return shownVisit(needs, found)
  })
  app.get('/api/visits', { config: { ...enrol, look: 'visits' } }, async (request): Promise<readonly OpenVisit[]> => {
    const visits = await myVisits(needs, signedIn(request).user)
    return Promise.all(visits.map((visit) => shownVisit(needs, visit)))
  })
}

/** The office gives codes out, sees which are open, and takes them back. */
function addCodes(app: App, needs: EnrolmentNeeds): void {
  const { enrolment, directory, clock, audit } = needs
  app.post('/api/visit-codes', { config: office, schema: { body: giveBody } }, async (request): Promise<VisitCode> => {
    const { user } = signedIn(request)
    const { residentId, minutes: valid } = request.body
    const card = await directory.card(residentId)
    mustCover(scopeOf(user), card?.resident.siteId ?? null)
    if (!card) throw notFound()
    const code = newCode()
    const at = clock.now()
    const residents = await directory.residents([card.resident.siteId])
    const residentIds = residents.filter(({ home }) => home.id === card.home.id).map(({ resident }) => resident.id)
    const visit: Visit = {
      ...{ id: newId(), siteId: card.resident.siteId, residentIds, madeBy: user.id, madeAt: at, until: after(at, minutes(valid)) },
      ...{ usedBy: null, visitUntil: null },
    }
    const line = audit.line({ userId: user.id, action: 'give-visit-code', subjectId: residentId, detail: `${valid} min` })
    await enrolment.visits.add(visit, hashOf(code), line)
    // Behind the '#': no server, proxy or log of one ever sees it.
    const link = `${ownOrigin(request).origin}/#/technician/${code}`
    return { ...(await shownVisit(needs, visit)), code: shownCode(code), link }
  })
  app.get('/api/visit-codes', { config: { ...office, look: 'visit-codes' } }, async (request): Promise<readonly OpenVisit[]> => {
    const scope = scopeOf(signedIn(request).user)
    const open = (await enrolment.visits.open(clock.now())).filter(({ siteId }) => covers(scope, siteId))
    return Promise.all(open.map((visit) => shownVisit(needs, visit)))
  })
  app.delete('/api/visit-codes/:id', { config: office, schema: { params: idParam } }, async (request, reply) => {
    const { user } = signedIn(request)
    const visit = (await enrolment.visits.open(clock.now())).find((each) => each.id === request.params.id)
    mustCover(scopeOf(user), visit?.siteId ?? null)
    const line = audit.line({ userId: user.id, action: 'end-visit', subjectId: visit?.residentIds[0] ?? request.params.id })
    await enrolment.visits.end(request.params.id, clock.now(), line)
    return reply.code(204).send()
  })
}

async function shownVisit(
  { directory }: EnrolmentNeeds,
  { id: visitId, residentIds, until, usedBy, visitUntil }: Visit,
): Promise<OpenVisit> {
  const cards = await directory.cards(residentIds)
  const people = cards.map(({ resident }) => ({ residentId: resident.id, name: resident.name }))
  return { id: visitId, home: cards[0] ? labelOf(cards[0].home) : '', people, until, isUsed: usedBy !== null, visitUntil }
}

const newCode = (): string => Array.from({ length: codeLength }, () => codeLetters[randomInt(codeLetters.length)]).join('')
/** 40 bits that live for hours and are tried five times: a plain hash keeps them from whoever reads the disk today. */
const hashOf = (code: string): Uint8Array => createHash('sha256').update(`visit:${code}`).digest()

/** `begin`: false when this person must wait. Each try counts as wrong until it turns out right, so that many at once are not all let through. */
type Tries = { begin(userId: string): boolean; right(userId: string): void }

function openTries(clock: Clock): Tries {
  const wrong = new Map<string, number[]>()
  const lately = (userId: string) => (wrong.get(userId) ?? []).filter((at) => clock.elapsed() - at < triesWithin)
  return {
    begin(userId) {
      const before = lately(userId)
      if (before.length < triesMost) wrong.set(userId, [...before, clock.elapsed()])
      return before.length < triesMost
    },
    right: (userId) => void wrong.set(userId, lately(userId).slice(0, -1)),
  }
}
