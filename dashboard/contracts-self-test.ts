/** What a desk and the server say to each other about the test at the start of a shift. */
import type { Instant } from '../domain/time.ts'

/** POST /api/self-test { sound, screen, siteIds? } → SelfTestAnswer: tried now, and on record. `none`: there is no siren. */
export type SelfTestAnswer = {
  at: Instant
  sound: 'ok' | 'failed'
  screen: 'ok' | 'failed'
  siren: 'ok' | 'failed' | 'none'
  press: 'ok' | 'failed'
  pressMs: number | null
}
