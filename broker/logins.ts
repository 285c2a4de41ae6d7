/** Who is at the door: the device's own token, a proof seen before, or nobody. The look-up has a time limit, whatever the store does. */
import type { Client } from 'aedes'
import type { StoredCredential } from '../domain/message.ts'
import { deviceIdPattern } from '../domain/topics.ts'
import { type DeviceCertificates, isStillGood } from './arrivals.ts'
import { tokenMatches } from './credentials.ts'
import { type Rights, rightsOf } from './rights.ts'
import { openTimeLimit, type Timed, untimed } from './time-limit.ts'
import type { Proof, Visited } from './visit.ts'

export type Answer = { rights: Rights } | { refused: 'bad-id' | 'bad-token' | 'unavailable'; why?: unknown }
type Knock = Timed & { client: Client; password: Uint8Array; answer: (answer: Answer) => void }

type Needs = {
  credential: (clientId: string) => Promise<StoredCredential | null>
  pepper: Uint8Array
  certificates?: DeviceCertificates | undefined
  /** Called when a device that has two valid tokens used the newest. */
  renewed?: ((deviceId: string) => void) | undefined
  /** Sweeps that a look-up may take; see time-limit.ts. */
  patience: number
}

const noPassword = new Uint8Array(0)

/** Checks logins; the answer comes exactly once. */
export function openLogins({ credential, pepper, patience, renewed, certificates }: Needs) {
  const pending = openTimeLimit<Knock>(patience, ({ answer }) => answer({ refused: 'unavailable', why: 'the credential took too long' }))

  function settle(knock: Knock, answer: Answer): void {
    if (pending.remove(knock)) knock.answer(answer)
  }

  function check(knock: Knock, stored: StoredCredential | null): Answer {
    const proof = (knock.client as Visited).conn.visit?.proof ?? null
    if (proof) return checkProof(proof, stored)
    const matches = tokenMatches(pepper, knock.password, stored)
    if (!matches || stored?.deviceId !== knock.client.id) return { refused: 'bad-token' }
    const [newest, former] = stored.tokenHashes
    if (newest && former && tokenMatches(pepper, knock.password, { ...stored, tokenHashes: [newest] })) renewed?.(stored.deviceId)
    return { rights: rightsOf(stored) }
  }

  function checkProof(proof: Proof, stored: StoredCredential | null): Answer {
    const isIt = stored !== null && stored.deviceId === proof.deviceId && isStillGood(proof, stored, certificates)
    return isIt ? { rights: rightsOf(stored) } : { refused: 'bad-token' }
  }

  async function lookUp(knock: Knock): Promise<void> {
    try {
      settle(knock, check(knock, await credential(knock.client.id)))
    } catch (error) {
      settle(knock, { refused: 'unavailable', why: error })
    }
  }

  return {
    ask(client: Client, name: { username: string | undefined; password: Uint8Array | undefined }, answer: (answer: Answer) => void): void {
      const proof = (client as Visited).conn.visit?.proof
      if (proof?.deviceId === '') {
        answer({ refused: 'bad-token' })
        return
      }
      if (!deviceIdPattern.test(client.id) || name.username !== client.id) {
        answer({ refused: 'bad-id' })
        return
      }
      const knock: Knock = { client, password: name.password ?? noPassword, answer, ...untimed }
      pending.add(knock)
      void lookUp(knock)
    },
    tick: pending.tick,
  }
}
