/** The test at the start of a shift: sirens, and a call for help the whole way, tried now; with what the screen says of its own sound it goes on record. */
import { z } from 'zod'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { SelfTestAnswer } from '../contracts-self-test.ts'
import { covers, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'
import type { SelfTestParts } from './self-test-parts.ts'

export type SelfTestNeeds = { selfTest: SelfTestParts; directory: Pick<Directory, 'sites'>; audit: Audit; clock: Clock; log: Log }

const sitesMost = 20
const asked = z.strictObject({
  sound: z.enum(['ok', 'failed']),
  screen: z.enum(['ok', 'failed']),
  siteIds: z.array(z.string().max(64)).max(1_000).optional(),
})
/** Sirens are loud: a few times a minute is a test, more is a nuisance. */
const rateLimit = { max: 6, timeWindow: 60_000 }

export function addSelfTest(app: App, needs: SelfTestNeeds): void {
  const summary =
    'Tries the sirens of your sites and a call for help the whole way, and records it with what your screen says of its sound.'
  const options = { config: { needs: 'answer' as const, rateLimit }, schema: { body: asked, summary } }
  app.post('/api/self-test', options, async (request): Promise<SelfTestAnswer> => {
    const { user } = signedIn(request)
    const { sound, screen, siteIds } = request.body
    const sites = (await needs.directory.sites()).filter(({ id }) => covers(scopeOf(user), id) && (siteIds?.includes(id) ?? true))
    const [press, siren] = await Promise.all([
      tryPress(needs),
      trySirens(
        needs,
        sites.slice(0, sitesMost).map(({ id }) => id),
      ),
    ])
    const answer = { at: needs.clock.now(), sound, screen, siren, ...press }
    const detail = `sound ${sound}, screen ${screen}, siren ${siren}, press ${press.press}${press.pressMs === null ? '' : ` ${press.pressMs} ms`}`
    await needs.audit.record({ userId: user.id, action: 'self-test', subjectId: user.id, detail })
    return answer
  })
}

async function tryPress({ selfTest, log }: SelfTestNeeds): Promise<Pick<SelfTestAnswer, 'press' | 'pressMs'>> {
  try {
    return { press: 'ok', pressMs: await selfTest.press() }
  } catch (error) {
    log('error', 'The call for help of a self-test was lost.', { why: sentenceOf(error) })
    return { press: 'failed', pressMs: null }
  }
}

async function trySirens({ selfTest, log }: SelfTestNeeds, siteIds: readonly string[]): Promise<SelfTestAnswer['siren']> {
  try {
    const all = await Promise.all(siteIds.map((siteId) => selfTest.sirens(siteId)))
    const found = all.reduce((sum, site) => sum + site.found, 0)
    if (found === 0) return 'none'
    return all.every((site) => site.heard === site.found) ? 'ok' : 'failed'
  } catch (error) {
    log('error', 'The sirens of a self-test could not be tried.', { why: sentenceOf(error) })
    return 'failed'
  }
}
