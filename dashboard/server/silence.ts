/** Where somebody is, set by hand; and how it stands with her silence, as the card draws it. Each person inside their own sites, each change recorded. */
import type { Silence } from '../../alerts/silence.ts'
import type { Log } from '../../domain/log.ts'
import { modeEnd } from '../../domain/modes.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory, TelemetryStore } from '../../store/store.ts'
import type { ModeAnswer } from '../contracts.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'
import { notFound } from './refused.ts'
import { idParam, modeRequest } from './schemas.ts'

export type SilenceNeeds = { directory: Directory; silence: Silence; telemetry: TelemetryStore; audit: Audit; clock: Clock; log: Log }

export function addSilence(app: App, needs: SilenceNeeds): void {
  addModes(app, needs)
}

function addModes(app: App, { directory, audit, clock }: SilenceNeeds): void {
  const summary = 'Says that somebody is away, in hospital, on holiday, has guests, or is home again. Every mode but home ends by itself.'
  const schema = { params: idParam, body: modeRequest, summary, tags: ['silence'] }
  app.post('/api/residents/:id/mode', { config: { needs: 'answer' }, schema }, async (request): Promise<ModeAnswer> => {
    const { user } = signedIn(request)
    const residentId = request.params.id
    mustCover(scopeOf(user), await directory.siteOf('residents', residentId))
    const { mode, until: asked } = request.body
    const until = modeEnd(mode, clock.now(), asked)
    const line = audit.line({ userId: user.id, action: `mode-${mode}`, subjectId: residentId, detail: until === null ? '' : String(until) })
    if (!(await directory.setMode(residentId, { mode, until }, line))) throw notFound()
    return { residentId, mode, modeUntil: until }
  })
}
