/** What the family's side needs, and what every route of it asks first: whose telephone is it, and is this elder hers? */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FamilyLink, JoinedPhone } from '../../../domain/family.ts'
import type { ResidentCard } from '../../../store/store.ts'
import type { PushTest } from '../../contracts-family.ts'
import type { Audit } from '../audit.ts'
import type { DashboardNeeds } from '../needs.ts'
import { notFound, refuse } from '../refused.ts'
import type { FamilyParts, Hers } from './parts.ts'

export type FamilyNeeds = Pick<
  DashboardNeeds,
  'directory' | 'store' | 'history' | 'silence' | 'desk' | 'bus' | 'clock' | 'log' | 'settings'
> &
  FamilyParts & { audit: Audit; live: FamilyLive }

/** News for the telephones that have the page open. */
export type FamilyLive = {
  open(request: FastifyRequest, reply: FastifyReply): void
  /** Something about her changed that is no alarm. */
  changed(residentId: string): void
  /** Of many at once, as an import brings them. */
  changedAmong(residentIds: ReadonlySet<string>): void
  tested(idHash: string, test: PushTest): void
  /** Somebody's access ended: who may see nothing any more is out now. */
  recheck(): void
  close(): void
}

/** The telephone behind a request whose route needs one. */
export function phoneOf(request: FastifyRequest): JoinedPhone {
  if (!request.phone) throw notJoined()
  return request.phone
}

export const notJoined = () =>
  refuse(401, 'not-joined', 'This telephone sees nobody (any more). Please ask the service centre for a new link.')

/** The telephone's link to this elder, or the 404 of what does not exist. */
export function linkTo(phone: JoinedPhone, residentId: string): FamilyLink {
  const link = phone.links.find((each) => each.residentId === residentId)
  if (!link) throw notFound()
  return link
}

export type Elder = { link: FamilyLink; card: ResidentCard }

/** The elder's card, for a telephone that may see her. */
export async function elderOf({ directory }: Pick<FamilyNeeds, 'directory'>, phone: JoinedPhone, residentId: string): Promise<Elder> {
  const link = linkTo(phone, residentId)
  const card = await directory.card(residentId)
  if (!card) throw notFound()
  return { link, card }
}

export async function eldersOf({ directory }: Pick<FamilyNeeds, 'directory'>, phone: JoinedPhone): Promise<readonly Elder[]> {
  const cards = await directory.cards(phone.links.map(({ residentId }) => residentId))
  const byId = new Map(cards.map((card) => [card.resident.id, card]))
  return phone.links.flatMap((link) => {
    const card = byId.get(link.residentId)
    return card ? [{ link, card }] : []
  })
}

export const hersOf = ({ link, card }: Elder): Hers => ({
  ...{ residentId: link.residentId, contactId: link.contactId },
  ...{ siteId: card.site.id, timeZone: card.site.timeZone },
})

/** As whom a relative stands in the record of who looked. */
export const recordedAs = ({ contactId }: Pick<FamilyLink, 'contactId'>): string => `family:${contactId}`
