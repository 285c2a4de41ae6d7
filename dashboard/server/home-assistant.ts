/** Logins for Home Assistants: a relative makes one for the elders her telephone sees, the staff for a relative or for the elder's own home. Consent first; everything recorded. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { consentWays } from '../../domain/family.ts'
import { homeAssistantEldersMost, homeAssistantsMost } from '../../domain/home-assistant.ts'
import type { Clock } from '../../domain/time.ts'
import type { AuditLine, Directory } from '../../store/store.ts'
import type { HomeAssistantMade, HomeAssistantRow } from '../contracts-out.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { phoneOf, recordedAs } from './family/needs.ts'
import type { HomeAssistantParts } from './home-assistant-parts.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound, refuse } from './refused.ts'
import { idParam, needed, text } from './schemas.ts'

export type HomeAssistantNeeds = { directory: Directory; homeAssistants: HomeAssistantParts; audit: Audit; clock: Clock }

const edit = { needs: 'edit-directory' as const }
const tags = ['home assistant']
const clientParams = idParam.extend({ clientId: z.string().min(4).max(64) })
const ownClient = z.object({ clientId: z.string().min(4).max(64) })
const made = z.strictObject({
  label: needed(40),
  contactId: z.string().min(1).max(64).nullable().describe("One of the elder's contacts with consent; null: the elder's own home."),
  consent: z
    .strictObject({ how: z.enum(consentWays), note: text(500).default('') })
    .optional()
    .describe('How the elder agreed; needed for her own home.'),
})
const ownMade = z.strictObject({ label: needed(40) })

export function addHomeAssistants(app: App, needs: HomeAssistantNeeds): void {
  addForStaff(app, needs)
  addForFamily(app, needs)
}

async function ownCard({ directory }: HomeAssistantNeeds, request: FastifyRequest, id: string) {
  const card = await directory.card(id)
  mustCover(scopeOf(signedIn(request).user), card?.resident.siteId ?? null)
  if (!card) throw notFound()
  return card
}

function addForStaff(app: App, needs: HomeAssistantNeeds): void {
  const { homeAssistants, audit } = needs
  const path = '/api/residents/:id/home-assistants'
  const list = { params: idParam, summary: 'Home Assistants that hear of this person.', tags }
  app.get(path, { config: edit, schema: list }, async (request): Promise<readonly HomeAssistantRow[]> => {
    const { resident } = await ownCard(needs, request, request.params.id)
    return homeAssistants.links.of(resident.id)
  })
  const make = { params: idParam, body: made, summary: 'Makes a login; its password is in the answer and nowhere else.', tags }
  app.post(path, { config: edit, schema: make }, async (request): Promise<HomeAssistantMade> => {
    const { user } = signedIn(request)
    const { resident, contacts } = await ownCard(needs, request, request.params.id)
    const { label, contactId, consent = null } = request.body
    if (contactId !== null && !contacts.some(({ id }) => id === contactId)) throw notFound()
    if (contactId === null && !consent) throw badField('consent', "the elder's own home needs her consent")
    const line = (detail: string) => audit.line({ userId: user.id, action: 'home-assistant-made', subjectId: resident.id, detail })
    const links = [{ residentId: resident.id, contactId, consent: contactId === null ? consent : null }]
    return makeLogin(needs, { label, by: user.displayName, links, lineOf: (id) => [line(`${id} ${contactId ?? 'own-home'}`)] })
  })
  const end = { params: clientParams, summary: 'It hears of this person no more, within two seconds.', tags }
  app.delete(`${path}/:clientId`, { config: edit, schema: end }, async (request, reply) => {
    const { resident } = await ownCard(needs, request, request.params.id)
    const { clientId } = request.params
    const line = audit.line({
      ...{ userId: signedIn(request).user.id, action: 'home-assistant-ended' },
      ...{ subjectId: resident.id, detail: clientId },
    })
    if (!(await homeAssistants.links.unlink(clientId, resident.id, line))) throw notFound()
    return reply.code(204).send()
  })
}

function addForFamily(app: App, needs: HomeAssistantNeeds): void {
  const { homeAssistants, audit } = needs
  const family = { needs: 'family' as const }
  const path = '/api/family/home-assistants'
  app.get(path, { config: family, schema: { summary: "A relative's own Home Assistants.", tags } }, async (request) => {
    const own = await ownOf(needs, request)
    return [...new Map(own.map(({ id, label, madeAt }) => [id, { id, label, madeAt }])).values()]
  })
  const schema = { body: ownMade, summary: 'A login for all elders that this telephone sees; its password is shown once.', tags }
  const limited = { ...family, rateLimit: { max: 6, timeWindow: 60_000 } }
  app.post(path, { config: limited, schema }, async (request): Promise<HomeAssistantMade> => {
    const { links } = phoneOf(request)
    return makeLogin(needs, {
      ...{ label: request.body.label, by: recordedAs(links[0] ?? { contactId: '' }) },
      links: links.slice(0, homeAssistantEldersMost).map(({ residentId, contactId }) => ({ residentId, contactId, consent: null })),
      lineOf: (id) =>
        links.map((link) =>
          audit.line({ userId: recordedAs(link), action: 'home-assistant-made', subjectId: link.residentId, detail: id }),
        ),
    })
  })
  const end = { params: ownClient, summary: 'Ends one of her own Home Assistants.', tags }
  app.delete(`${path}/:clientId`, { config: family, schema: end }, async (request, reply) => {
    const { clientId } = request.params
    const own = (await ownOf(needs, request)).filter(({ id }) => id === clientId)
    if (own.length === 0) throw notFound()
    for (const { link } of own) {
      const line = { userId: recordedAs(link), action: 'home-assistant-ended', subjectId: link.residentId, detail: clientId }
      await homeAssistants.links.unlink(clientId, link.residentId, audit.line(line))
    }
    return reply.code(204).send()
  })
}

/** Those that hear of her elders as herself, one entry for each elder. */
async function ownOf({ homeAssistants }: HomeAssistantNeeds, request: FastifyRequest) {
  const found = await Promise.all(
    phoneOf(request).links.map(async (link) => {
      const all = await homeAssistants.links.of(link.residentId)
      return all.filter(({ contactId }) => contactId === link.contactId).map((each) => ({ ...each, link }))
    }),
  )
  return found.flat()
}

type Making = {
  label: string
  by: string
  links: readonly { residentId: string; contactId: string | null; consent: z.output<typeof made>['consent'] | null }[]
  lineOf: (clientId: string) => readonly AuditLine[]
}

async function makeLogin({ homeAssistants, clock }: HomeAssistantNeeds, { label, by, links, lineOf }: Making): Promise<HomeAssistantMade> {
  const { links: store, newLogin, newKey, prefix } = homeAssistants
  for (const { residentId } of links) {
    if ((await store.of(residentId)).length >= homeAssistantsMost)
      throw refuse(409, 'too-many', `At most ${homeAssistantsMost} Home Assistants can hear of one person. Please end one first.`)
  }
  const { id, token, tokenHash } = newLogin()
  const client = { id, label, madeAt: clock.now(), madeBy: by }
  const named = links.map(({ consent, ...link }) => ({ key: newKey(), ...link, consent: consent ?? null }))
  await store.put({ client, tokenHash, links: named, lines: lineOf(id) }).catch((error: unknown) => {
    if (error instanceof RangeError)
      throw refuse(409, 'consent-needed', 'First write down that the resident agreed that this person sees how she is.')
    throw error
  })
  return { id, user: id, password: token, prefix, elders: links.length }
}
