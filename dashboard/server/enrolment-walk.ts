/** The test walk over HTTP: begun and ended by people who may edit the list, each tick shown as it happens; and which devices owe a proof. */
import { z } from 'zod'
import type { Device } from '../../domain/device.ts'
import { isArmed, owesProof, walkMinutesMost, walkMinutesUsual } from '../../domain/enrolment.ts'
import { before, days } from '../../domain/time.ts'
import type { ProofAnswer, ProofRow, WalkAnswer } from '../contracts-enrolment.ts'
import { mustCover, type Scope, scopeOf } from './access.ts'
import type { EnrolmentNeeds } from './enrolment-parts.ts'
import { mustEnterHomeOf } from './enrolment-visits.ts'
import { type App, signedIn } from './needs.ts'
import { notFound } from './refused.ts'
import { id, siteQuery } from './schemas.ts'

const config = { needs: 'enrol-devices' as const }
const office = { needs: 'edit-directory' as const }
const params = z.object({ residentId: id })
const beginBody = z.strictObject({ minutes: z.number().int().min(1).max(walkMinutesMost).default(walkMinutesUsual) })

/** A device is proven for so long; then it is due for a walk again. */
const provenForDays = 30
const shownMost = 500

export function addTestWalks(app: App, needs: EnrolmentNeeds): void {
  const { enrolment, audit } = needs
  app.get(
    '/api/test-walks/:residentId',
    { config: { ...config, look: 'test-walk' }, schema: { params } },
    async (request): Promise<WalkAnswer> => {
      const { residentId } = request.params
      await mustEnterHomeOf(needs, signedIn(request).user, residentId)
      return walkOf(needs, residentId)
    },
  )
  app.post('/api/test-walks/:residentId', { config, schema: { params, body: beginBody } }, async (request): Promise<WalkAnswer> => {
    const { user } = signedIn(request)
    const { residentId } = request.params
    const { minutes } = request.body
    await mustEnterHomeOf(needs, user, residentId)
    // Recorded first: calls that ring nobody must have somebody who asked for it.
    await audit.record({ userId: user.id, action: 'begin-test-walk', subjectId: residentId, detail: `${minutes} min` })
    enrolment.begin({ residentId, by: user.id, minutes })
    return walkOf(needs, residentId)
  })
  app.delete('/api/test-walks/:residentId', { config, schema: { params } }, async (request): Promise<WalkAnswer> => {
    const { user } = signedIn(request)
    const { residentId } = request.params
    await mustEnterHomeOf(needs, user, residentId)
    // Walks live in memory: what is recorded first cannot fail afterwards. One that goes on keeps only the first call of what was never proven quiet.
    if (enrolment.of(residentId)) await audit.record({ userId: user.id, action: 'end-test-walk', subjectId: residentId })
    enrolment.end(residentId)
    return walkOf(needs, residentId)
  })
  app.get(
    '/api/device-proofs',
    { config: { ...office, look: 'device-proofs' }, schema: { querystring: siteQuery } },
    async (request): Promise<ProofAnswer> => {
      const { siteId } = request.query
      const scope = scopeOf(signedIn(request).user)
      if (siteId !== undefined) mustCover(scope, siteId)
      return proofsOf(needs, siteId === undefined ? scope : [siteId])
    },
  )
}

async function walkOf({ enrolment, directory, clock }: EnrolmentNeeds, residentId: string): Promise<WalkAnswer> {
  const card = await directory.card(residentId)
  if (!card) throw notFound()
  const walk = enrolment.of(residentId)
  const devices = card.devices.map((device) => ({ ...rowOf(enrolment, device), tickedAt: walk?.ticked[device.id] ?? null }))
  return { residentId, from: walk?.from ?? null, until: walk?.until ?? null, now: clock.now(), devices }
}

async function proofsOf({ enrolment, directory, clock }: EnrolmentNeeds, scope: Scope): Promise<ProofAnswer> {
  const since = before(clock.now(), days(provenForDays))
  const rows = (await directory.devices(scope))
    .filter(({ id, role }) => owesProof(role) && enrolment.life(id).state === 'in-use')
    .map((device) => rowOf(enrolment, device))
  const never = rows.filter(({ provenAt }) => provenAt === null)
  const old = rows.filter(({ provenAt }) => provenAt !== null && provenAt < since)
  // What was claimed and never tried is the most urgent: a technician left too early.
  never.sort((a, b) => Number(a.armed) - Number(b.armed))
  const more = Math.max(0, never.length - shownMost) + Math.max(0, old.length - shownMost)
  return { days: provenForDays, never: never.slice(0, shownMost), old: old.slice(0, shownMost), more }
}

export function rowOf(enrolment: EnrolmentNeeds['enrolment'], { id: deviceId, residentId, role, room }: Device): ProofRow {
  const proof = enrolment.proof(deviceId)
  return { deviceId, residentId, role, room, armed: isArmed(proof), claimedAt: proof?.claimedAt ?? null, provenAt: proof?.provenAt ?? null }
}
