/** Whether all is well, in a form that an outside watcher can ask for without signing in: codes and sentences, no names and no secrets. */
import type { HealthAnswer } from '../contracts.ts'
import type { Screens } from './live.ts'
import type { App, PlatformHealth } from './needs.ts'
import type { Receipts } from './receipts.ts'

export type HealthNeeds = { health: () => PlatformHealth; screens: () => Screens; receipts: Receipts }

export function addHealth(app: App, { health, screens, receipts }: HealthNeeds): void {
  app.get('/api/health', { config: { needs: 'nobody' } }, async (): Promise<HealthAnswer> => {
    const counts = screens()
    const painting = receipts.counts()
    const reasons = [...health().reasons, ...screenReasons(counts, painting.waiting)]
    return { state: reasons.length === 0 ? 'ok' : 'degraded', reasons, screens: { ...counts, ...painting } }
  })
}

function screenReasons({ connected, onDuty, sounding }: Screens, waiting: number): HealthAnswer['reasons'] {
  const reasons: { code: string; message: string }[] = []
  if (connected === 0) reasons.push({ code: 'no-screen', message: 'No screen is connected: a press would be seen by nobody here.' })
  if (onDuty > 0 && sounding === 0) reasons.push({ code: 'no-sound', message: 'Screens are on watch, but none of them can make a sound.' })
  if (waiting > 0) reasons.push({ code: 'unpainted', message: 'A priority-1 alarm has not been painted by any screen.' })
  return reasons
}
