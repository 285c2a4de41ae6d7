/** Who is signed in, or what stands in the way: first run, or a sign-in. */
import { signal } from '@preact/signals'
import type { Me, SetupState } from '../../contracts.ts'
import { request, useCsrfToken } from './api.ts'
import { useCentreZone } from './format.ts'

export type Gate = 'asking' | 'unreachable' | 'setup' | 'sign-in' | 'open'

export const gate = signal<Gate>('asking')
export const me = signal<Me | null>(null)

/** Asks the server what stands in the way. Called at start and after a refusal. */
export async function askGate(): Promise<void> {
  const who = await request<Me>('GET', '/api/me')
  if (who.ok) return enter(who.value)
  if (who.status === 0) {
    gate.value = 'unreachable'
    return
  }
  const setup = await request<SetupState>('GET', '/api/setup')
  if (!setup.ok && setup.status === 0) gate.value = 'unreachable'
  else gate.value = setup.ok && setup.value.needed ? 'setup' : 'sign-in'
}

/** Opens the screens for this user. */
export function enter(who: Me): void {
  useCsrfToken(who.csrfToken)
  me.value = who
  if (who.timeZone !== undefined) useCentreZone(who.timeZone)
  // A sign-in does not tell the centre's zone: no time is shown before it is known.
  if (who.timeZone !== undefined || gate.value === 'open') gate.value = 'open'
  else void request<Me>('GET', '/api/me').then((answer) => enter({ ...who, timeZone: '', ...(answer.ok && answer.value) }))
}

/** The session is over, by our wish or the server's: the page starts anew, so that nothing of one person's shift is left for the next. */
export function leave(): void {
  history.replaceState(null, '', '/')
  location.reload()
}

/** Ends the session on the server too. When nobody answers, the person is still signed in, and the page stays. */
export async function signOut(): Promise<void> {
  const answer = await request('POST', '/api/sign-out')
  if (answer.ok) leave()
}
