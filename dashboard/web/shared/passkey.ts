/** Passkeys in the browser. What speaks to the authenticator is loaded when somebody asks for it. */
import type { Me, Refused } from '../../contracts.ts'
import type { FactorMade, PasskeyOffer, PasskeyQuestion } from '../../contracts-accounts.ts'
import { type Answer, request } from './api.ts'

/** Browsers have passkeys for names over HTTPS and for `localhost`, not for bare addresses. */
export const canUsePasskeys = (): boolean =>
  window.isSecureContext && 'PublicKeyCredential' in window && !/^[\d.]+$|^\[/.test(location.hostname)

const nothing: Refused = { code: 'no-passkey', message: '' }
/** The person closed the browser's window, or has no passkey. */
const declined = { ok: false, status: 0, refused: nothing } as const

/** Signs in by whichever passkey the person chooses. Never throws. */
export async function signInByPasskey(): Promise<Answer<Me>> {
  const asked = await request<PasskeyQuestion>('POST', '/api/sign-in/passkey/options')
  if (!asked.ok) return asked
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser')
    const answer = await startAuthentication({ optionsJSON: asked.value })
    return await request<Me>('POST', '/api/sign-in/passkey', { answer })
  } catch {
    return declined
  }
}

/** Makes a passkey for who is signed in. Never throws. */
export async function addPasskey(label: string): Promise<Answer<FactorMade>> {
  const offered = await request<PasskeyOffer>('POST', '/api/me/passkeys/options')
  if (!offered.ok) return offered
  try {
    const { startRegistration } = await import('@simplewebauthn/browser')
    const answer = await startRegistration({ optionsJSON: offered.value })
    return await request<FactorMade>('POST', '/api/me/passkeys', { label, answer })
  } catch {
    return declined
  }
}
