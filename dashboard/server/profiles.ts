/** Mapping profiles over HTTP: written, tried on pasted samples before they are kept, and removed, by those who may change every site. */
import { z } from 'zod'
import type { Signal } from '../../domain/signal.ts'
import type { StoredProfile, TriedLine, TriedSignal, TryAnswer } from '../contracts-profiles.ts'
import type { Audit } from './audit.ts'
import type { ProfileDesk, Tried } from './device-parts.ts'
import { type App, signedIn } from './needs.ts'
import { notFound, refuse } from './refused.ts'
import { idParam } from './schemas.ts'

const text = z.string().min(1).max(20_000)
const body = z.strictObject({ text })
const tryBody = z.strictObject({ text, samples: z.string().max(60_000) })

export function addProfiles<Profile>(app: App, { profiles, audit }: { profiles: ProfileDesk<Profile>; audit: Audit }): void {
  const config = { needs: 'edit-sites' as const }
  app.get('/api/profiles', { config }, async (): Promise<readonly StoredProfile[]> => profiles.stored())
  app.post('/api/profiles/try', { config, schema: { body: tryBody } }, async (request): Promise<TryAnswer> => {
    const checked = profiles.check(request.body.text)
    if ('problem' in checked) return { problem: checked.problem, lines: [] }
    return { problem: null, lines: profiles.tryOn(checked.profile, request.body.samples).map(lineOf) }
  })
  app.put('/api/profiles', { config, schema: { body } }, async (request, reply) => {
    const { user } = signedIn(request)
    const line = audit.line({ userId: user.id, action: 'put-profile', subjectId: '' })
    const checked = await profiles.put(request.body.text, line)
    if ('problem' in checked) throw refuse(400, 'bad-profile', checked.problem)
    return reply.code(204).send()
  })
  app.delete('/api/profiles/:id', { config, schema: { params: idParam } }, async (request, reply) => {
    const { user } = signedIn(request)
    const { id } = request.params
    if (!(await profiles.remove(id, audit.line({ userId: user.id, action: 'remove-profile', subjectId: id })))) throw notFound()
    return reply.code(204).send()
  })
}

const lineOf = ({ line, signals, problem }: Tried): TriedLine => ({ line, problem, signals: signals.map(signalOf) })

function signalOf({ kind, deviceKey, active, value, numbers }: Signal): TriedSignal {
  const named = Object.entries(numbers ?? {}).map(([name, number]) => `${name} ${number}`)
  return {
    kind,
    device: deviceKey,
    shown: [active === undefined ? '' : active ? '✓' : '✗', value ?? '', ...named].filter((word) => word !== '').join(' '),
  }
}
