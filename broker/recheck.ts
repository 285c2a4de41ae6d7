/** Rights are given at login; when the directory changes, those who are connected are looked up again, a few at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoredCredential } from '../domain/message.ts'
import { type DeviceCertificates, isStillGood } from './arrivals.ts'
import { rightsOf } from './rights.ts'
import type { Visited } from './visit.ts'

type Needs = {
  clients: () => Readonly<Record<string, Visited>>
  credential: (clientId: string) => Promise<StoredCredential | null>
  disconnect: (client: Visited) => void
  certificates?: DeviceCertificates | undefined
}

/** Looked up in one turn of the event loop: a press never waits for more than these. */
const atOnce = 50

/**
 * Gives every connected client the rights its credential has now; who has none any more is disconnected. Resolves with how many were.
 * Rejects when credentials cannot be read; then those not yet looked at keep what they had.
 */
export async function recheck({ clients, credential, disconnect, certificates }: Needs): Promise<number> {
  const ids = Object.keys(clients())
  let sentAway = 0
  for (let from = 0; from < ids.length; from += atOnce) {
    for (const id of ids.slice(from, from + atOnce)) {
      const stored = await credential(id)
      const client = clients()[id]
      if (!client?.conn.visit?.rights) continue
      if (stored && isStillGood(client.conn.visit.proof, stored, certificates)) {
        client.conn.visit.rights = rightsOf(stored)
        continue
      }
      disconnect(client)
      sentAway++
    }
    await nextTurn()
  }
  return sentAway
}
