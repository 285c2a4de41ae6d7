/** How a telephone joins with the one-time link, who it sees then, and how it leaves. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FamilyLink, JoinedPhone } from '../../../domain/family.ts'
import { usualReach } from '../../../domain/reach.ts'
import { after, hours } from '../../../domain/time.ts'
import type { FamilyMe, JoinRequest } from '../../contracts-family.ts'
import { type App, ownOrigin } from '../needs.ts'
import { notFound, refuse } from '../refused.ts'
import { maySignIn } from '../sessions.ts'
import { eldersOf, type FamilyNeeds, linkTo, notJoined, phoneOf, recordedAs } from './needs.ts'
import { hashOf, newPhone, type Phones, phoneCookie, phoneCookieOptions, phoneLife } from './phones.ts'
import { joinRequest, leaveRequest } from './schemas.ts'
import { viewOf } from './today.ts'

/** From one address, which may be the whole centre's. A link holds 256 random bits: this is against noise, not against guessing. */
const joinsPerMinute = 20
/** Using the page is written down so often, and makes the cookie last anew. */
const usedEvery = hours(12)

const links = {
  unknown: refuse(404, 'link-unknown', 'This link is not known here. Please ask the service centre for a new one.'),
  used: refuse(410, 'link-used', 'This link was used already; each opens the page once. Please ask the service centre for a new one.'),
  expired: refuse(410, 'link-expired', 'This link is too old. Please ask the service centre for a new one.'),
}

export function addJoining(app: App, needs: FamilyNeeds & { phones: Phones }): void {
  const { family, phones, audit, clock, live } = needs
  const limited = { needs: 'nobody' as const, rateLimit: { max: joinsPerMinute, timeWindow: 60_000 } }
  app.post('/api/family/join', { config: limited, schema: { body: joinRequest } }, async (request, reply): Promise<FamilyMe> => {
    const own = ownOrigin(request)
    if (!maySignIn(own)) throw refuse(403, 'https-needed', 'This page needs a secure connection (https).')
    const now = clock.now()
    const known = phones.find(request.cookies[phoneCookie(own)])
    const fresh = newPhone(request.body.label, now)
    const phone = known ? { ...known, expiresAt: after(now, phoneLife), usedAt: now } : fresh.phone
    const joined = await family.join({
      ...{ tokenHash: hashOf(request.body.token), at: now, phone },
      line: (hers) => audit.line({ userId: recordedAs(hers), action: 'family-joined', subjectId: hers.residentId, detail: phone.id }),
    })
    if (typeof joined === 'string') throw links[joined]
    await speakTo(needs, joined, request.body.language)
    const seen = phones.recheck(phone.idHash)
    if (!seen) throw notJoined()
    reply.setCookie(phoneCookie(own), known ? (request.cookies[phoneCookie(own)] ?? '') : fresh.secret, phoneCookieOptions(own))
    return meOf(needs, seen)
  })
  app.get('/api/family/me', { config: { needs: 'family' } }, async (request, reply): Promise<FamilyMe> => {
    const phone = phoneOf(request)
    await stayKnown(needs, { request, reply, phone })
    return meOf(needs, phone)
  })
  app.post('/api/family/leave', { config: { needs: 'family' }, schema: { body: leaveRequest } }, async (request, reply) => {
    const phone = phoneOf(request)
    const { residentId } = request.body
    const left = residentId === null ? phone.links : [linkTo(phone, residentId)]
    for (const link of left) {
      const line = audit.line({ userId: recordedAs(link), action: 'family-left', subjectId: link.residentId, detail: phone.id })
      await family.unlink(link, phone.id, line)
    }
    live.recheck()
    const still = phones.recheck(phone.idHash)
    if (still) return meOf(needs, still)
    const own = ownOrigin(request)
    reply.clearCookie(phoneCookie(own), { ...phoneCookieOptions(own), maxAge: 0 })
    return reply.code(204).send()
  })
}

/** Messages come in the language of the page on which somebody joined, until they say otherwise; what they said before stays. */
async function speakTo(
  { reach, audit }: FamilyNeeds,
  hers: Pick<FamilyLink, 'residentId' | 'contactId'>,
  language: JoinRequest['language'],
): Promise<void> {
  const usual = usualReach(hers.contactId)
  if (language === undefined || language === usual.language || (await reach.reach(hers.contactId))) return
  const line = audit.line({ userId: recordedAs(hers), action: 'family-reach', subjectId: hers.residentId, detail: hers.contactId })
  await reach.putReach({ ...usual, language }, line)
}

async function meOf(needs: FamilyNeeds, phone: JoinedPhone): Promise<FamilyMe> {
  const elders = await Promise.all((await eldersOf(needs, phone)).map((elder) => viewOf(needs, elder)))
  if (elders.length === 0) throw notFound()
  return { csrfToken: phone.csrfToken, serverAt: needs.clock.now(), elders, pushKey: needs.pushKey }
}

type Visit = { request: FastifyRequest; reply: FastifyReply; phone: JoinedPhone }

/** A page that is used stays joined; one that nobody opened for more than a year is forgotten. */
async function stayKnown({ family, clock }: FamilyNeeds, { request, reply, phone }: Visit): Promise<void> {
  const now = clock.now()
  if (now < after(phone.usedAt, usedEvery)) return
  await family.touch(phone.idHash, { usedAt: now, expiresAt: after(now, phoneLife) })
  const own = ownOrigin(request)
  reply.setCookie(phoneCookie(own), request.cookies[phoneCookie(own)] ?? '', phoneCookieOptions(own))
}
