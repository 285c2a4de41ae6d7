/** Passkeys (WebAuthn): asked for and checked. Each challenge is ours, for one purpose and one person, and good once. */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { after, type Clock, type Instant, minutes } from '../../domain/time.ts'
import type { Passkey, User } from '../../store/store.ts'
import type { RequestOrigin } from './origins.ts'

const goodFor = minutes(5)
const challengesMax = 10_000
/** Ed25519, ES256, RS256, as COSE numbers them. Said by us: by itself the library tries what this runtime calls an experiment. */
const algorithms = [-8, -7, -257] as const
const platformName = 'Anling 安铃'

export type Passkeys = ReturnType<typeof openPasskeys>

/** What a browser answered; its inside is checked by the library, which refuses what it does not understand. */
export type Answered = { id: string; rawId: string; type: string; response: object; clientExtensionResults: object }

export function openPasskeys({ clock }: { clock: Clock }) {
  const challenges = openChallenges(clock)
  return {
    /** What the browser needs to make a passkey for this person. */
    async registration(own: RequestOrigin, { user, known }: { user: User; known: readonly Passkey[] }) {
      const options = await generateRegistrationOptions({
        ...{ rpName: platformName, rpID: hostOf(own), userName: user.name, userDisplayName: user.displayName },
        userID: new Uint8Array(Buffer.from(user.id)),
        attestationType: 'none',
        supportedAlgorithmIDs: [...algorithms],
        excludeCredentials: known.map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      challenges.give(options.challenge, `register ${user.id}`)
      return options
    },
    /** The passkey that was made, or null for what is none, is late, or was asked for by somebody else. */
    async registered(own: RequestOrigin, { user, answer }: { user: User; answer: Answered }) {
      const checked = await quietly(() =>
        verifyRegistrationResponse({
          ...{ response: answer as unknown as RegistrationResponseJSON, expectedOrigin: own.origin, expectedRPID: hostOf(own) },
          expectedChallenge: (challenge) => challenges.take(challenge, `register ${user.id}`),
          supportedAlgorithmIDs: [...algorithms],
        }),
      )
      if (!checked?.verified) return null
      const { id, publicKey, counter, transports = [] } = checked.registrationInfo.credential
      return { id, publicKey, counter, transports }
    },
    /** What the browser needs to find one of its passkeys for this platform. */
    async question(own: RequestOrigin) {
      const options = await generateAuthenticationOptions({ rpID: hostOf(own), userVerification: 'required' })
      challenges.give(options.challenge, 'sign-in')
      return options
    },
    /** How far the authenticator says it has counted, or null when this is not the passkey's own answer to our question. */
    async answered(own: RequestOrigin, { passkey, answer }: { passkey: Passkey; answer: Answered }): Promise<number | null> {
      const { id, publicKey, counter } = passkey
      const checked = await quietly(() =>
        verifyAuthenticationResponse({
          ...{ response: answer as unknown as AuthenticationResponseJSON, expectedOrigin: own.origin, expectedRPID: hostOf(own) },
          expectedChallenge: (challenge) => challenges.take(challenge, 'sign-in'),
          credential: { id, publicKey, counter },
        }),
      )
      return checked?.verified ? checked.authenticationInfo.newCounter : null
    },
  }
}

/** The name that passkeys are bound to. Browsers make none for a bare address: `localhost` has them, `127.0.0.1` has not. */
export const hostOf = ({ origin }: RequestOrigin): string => new URL(origin).hostname
export const canHavePasskeys = (own: RequestOrigin): boolean => (own.secure || own.loopback) && !/^[\d.]+$|^\[/.test(hostOf(own))

/** The library throws for everything that is not as it must be; to us it is all one: not an answer. */
async function quietly<T>(check: () => Promise<T>): Promise<T | null> {
  try {
    return await check()
  } catch {
    return null
  }
}

function openChallenges(clock: Clock) {
  const given = new Map<string, { purpose: string; until: Instant }>()
  return {
    give(challenge: string, purpose: string) {
      for (const [each, { until }] of given) {
        if (until > clock.now() && given.size < challengesMax) break
        given.delete(each)
      }
      given.set(challenge, { purpose, until: after(clock.now(), goodFor) })
    },
    take(challenge: string, purpose: string): boolean {
      const one = given.get(challenge)
      given.delete(challenge)
      return one !== undefined && one.purpose === purpose && one.until > clock.now()
    },
  }
}
