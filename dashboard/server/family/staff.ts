/** The centre's side: the elder's consent written down, invitations made, telephones ended. Own sites only, everything recorded. */
import type { FastifyRequest } from 'fastify'
import { encode } from 'uqr'
import { after, days } from '../../../domain/time.ts'
import type { ResidentCard } from '../../../store/store.ts'
import type { Invitation, StaffFamily } from '../../contracts-family.ts'
import { mustCover, scopeOf } from '../access.ts'
import { type App, ownOrigin, signedIn } from '../needs.ts'
import { notFound, refuse } from '../refused.ts'
import { idParam } from '../schemas.ts'
import type { FamilyNeeds } from './needs.ts'
import { hashOf, newSecret } from './phones.ts'
import { consentRequest, contactParams, phoneParams } from './schemas.ts'
import { isNear } from './view.ts'

const invitationLife = days(7)
const edit = { needs: 'edit-directory' as const }

export function addFamilyStaff(app: App, needs: FamilyNeeds): void {
  app.get('/api/residents/:id/family', { config: edit, schema: { params: idParam } }, async (request) => {
    const { user } = signedIn(request)
    const card = await ownResident(needs, request, request.params.id)
    await needs.audit.attempt({ userId: user.id, action: 'look-family', subjectId: card.resident.id })
    return familyOf(needs, card)
  })
  addConsents(app, needs)
  addShared(app, needs)
  addInvitations(app, needs)
  addEnding(app, needs)
}

async function ownResident({ directory }: FamilyNeeds, request: FastifyRequest, id: string): Promise<ResidentCard> {
  const card = await directory.card(id)
  mustCover(scopeOf(signedIn(request).user), card?.resident.siteId ?? null)
  if (!card) throw notFound()
  return card
}

async function ownContact(needs: FamilyNeeds, request: FastifyRequest, of: { id: string; contactId: string }) {
  const card = await ownResident(needs, request, of.id)
  if (!card.contacts.some(({ id }) => id === of.contactId)) throw notFound()
  return { card, hers: { residentId: card.resident.id, contactId: of.contactId } }
}

function addConsents(app: App, needs: FamilyNeeds): void {
  const { family, audit, clock, live } = needs
  const path = '/api/residents/:id/family/:contactId/consent'
  app.put(path, { config: edit, schema: { params: contactParams, body: consentRequest } }, async (request): Promise<StaffFamily> => {
    const { user } = signedIn(request)
    const { card, hers } = await ownContact(needs, request, request.params)
    const { how, note } = request.body
    const line = audit.line({ userId: user.id, action: 'family-consent', subjectId: hers.residentId, detail: `${hers.contactId} ${how}` })
    await family.putConsent({ ...hers, how, note, at: clock.now(), by: user.displayName }, line)
    return familyOf(needs, card)
  })
  app.delete(path, { config: edit, schema: { params: contactParams } }, async (request): Promise<StaffFamily> => {
    const { user } = signedIn(request)
    const { card, hers } = await ownContact(needs, request, request.params)
    const line = audit.line({ userId: user.id, action: 'family-consent-withdrawn', subjectId: hers.residentId, detail: hers.contactId })
    if (!(await family.withdrawConsent(hers, line))) throw notFound()
    live.recheck()
    return familyOf(needs, card)
  })
}

/** Their own word, not hers: without it her relatives do not see the telephone of whoever lives near. */
function addShared(app: App, needs: FamilyNeeds): void {
  const { family, audit, clock, live } = needs
  const path = '/api/residents/:id/family/:contactId/shared'
  app.put(path, { config: edit, schema: { params: contactParams } }, async (request): Promise<StaffFamily> => {
    const { user } = signedIn(request)
    const { card, hers } = await ownContact(needs, request, request.params)
    if (!card.contacts.some((contact) => contact.id === hers.contactId && isNear(contact))) throw notFound()
    const line = audit.line({ userId: user.id, action: 'near-phone-shared', subjectId: hers.residentId, detail: hers.contactId })
    await family.share({ ...hers, at: clock.now(), by: user.displayName }, line)
    live.changed(hers.residentId)
    return familyOf(needs, card)
  })
  app.delete(path, { config: edit, schema: { params: contactParams } }, async (request): Promise<StaffFamily> => {
    const { user } = signedIn(request)
    const { card, hers } = await ownContact(needs, request, request.params)
    const line = audit.line({ userId: user.id, action: 'near-phone-unshared', subjectId: hers.residentId, detail: hers.contactId })
    if (!(await family.unshare(hers, line))) throw notFound()
    live.changed(hers.residentId)
    return familyOf(needs, card)
  })
}

function addInvitations(app: App, needs: FamilyNeeds): void {
  const { family, audit, clock, settings } = needs
  const path = '/api/residents/:id/family/:contactId/invitations'
  app.post(path, { config: edit, schema: { params: contactParams } }, async (request): Promise<Invitation> => {
    const { user } = signedIn(request)
    const { hers } = await ownContact(needs, request, request.params)
    const consents = await family.consentsOf(hers.residentId)
    if (!consents.some(({ contactId }) => contactId === hers.contactId))
      throw refuse(409, 'consent-needed', 'First write down that the resident agreed that this person sees how she is.')
    const token = newSecret()
    const madeAt = clock.now()
    const expiresAt = after(madeAt, invitationLife)
    const line = audit.line({ userId: user.id, action: 'family-invited', subjectId: hers.residentId, detail: hers.contactId })
    await family.putInvitation({ tokenHash: hashOf(token), ...hers, madeAt, expiresAt }, line)
    const url = `${settings.publicOrigin || ownOrigin(request).origin}/family#/join/${token}`
    return { url, expiresAt, qr: encode(url, { ecc: 'M', border: 4 }).data }
  })
}

function addEnding(app: App, needs: FamilyNeeds): void {
  const { family, audit, live } = needs
  const path = '/api/residents/:id/family/:contactId/phones/:phoneId'
  app.delete(path, { config: edit, schema: { params: phoneParams } }, async (request): Promise<StaffFamily> => {
    const { user } = signedIn(request)
    const { card, hers } = await ownContact(needs, request, request.params)
    const { phoneId } = request.params
    const detail = `${hers.contactId} ${phoneId}`
    const line = audit.line({ userId: user.id, action: 'family-phone-ended', subjectId: hers.residentId, detail })
    if (!(await family.unlink(hers, phoneId === 'all' ? null : phoneId, line))) throw notFound()
    live.recheck()
    return familyOf(needs, card)
  })
}

async function familyOf({ family, clock }: FamilyNeeds, { resident, contacts }: ResidentCard): Promise<StaffFamily> {
  const [shared, consents, invitations, phones] = await Promise.all([
    family.sharedBy(resident.id),
    family.consentsOf(resident.id),
    family.invitationsOf(resident.id, clock.now()),
    family.phonesOf(resident.id),
  ])
  return {
    residentId: resident.id,
    contacts: contacts.map(({ id, name, relation, hasKey, phone }) => {
      const consent = consents.find(({ contactId }) => contactId === id)
      return {
        ...{ contactId: id, name, relation, phone },
        ...{ isNear: isNear({ relation, hasKey }), isShared: shared.includes(id) },
        consent: consent ? { how: consent.how, note: consent.note, at: consent.at, by: consent.by } : null,
        invitedUntil: invitations.find(({ contactId }) => contactId === id)?.expiresAt ?? null,
        phones: phones
          .filter(({ contactId }) => contactId === id)
          .map(({ id: phoneId, label, joinedAt, usedAt }) => ({ id: phoneId, label, joinedAt, usedAt })),
      }
    }),
  }
}
