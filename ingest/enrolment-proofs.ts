/** When each device last showed that it works: in memory at once, on the disk within seconds. */
import { type DeviceProof, type EnrolmentStore, isArmed } from '../domain/enrolment.ts'
import type { Instant } from '../domain/time.ts'
import { keptPart, type Part } from './enrolment-part.ts'

export type Proofs = {
  get(deviceId: string): DeviceProof | undefined
  /** Every device of which anything is known. */
  ids(): readonly string[]
  isArmed(deviceId: string): boolean
  /** From now on it owes a proof. Durable when resolved. */
  claimed(deviceId: string, at: Instant): Promise<void>
  /** The same as a part of something larger. */
  part(deviceId: string, at: Instant): Part
  prove(deviceId: string, at: Instant): DeviceProof
  save(): Promise<void>
}

export function openProofs(store: Pick<EnrolmentStore, 'proofs' | 'saveProofs' | 'writeProofs'>): Proofs {
  const proofs = new Map<string, DeviceProof>(store.proofs().map((proof) => [proof.deviceId, proof]))
  const changed = new Set<string>()
  return {
    get: (deviceId) => proofs.get(deviceId),
    ids: () => [...proofs.keys()],
    isArmed: (deviceId) => isArmed(proofs.get(deviceId)),
    async claimed(deviceId, at) {
      const proof = { deviceId, claimedAt: at, provenAt: null }
      await store.saveProofs([proof])
      proofs.set(deviceId, proof)
    },
    part(deviceId, at) {
      const proof = { deviceId, claimedAt: at, provenAt: null }
      return keptPart(proofs, proof, () => store.writeProofs([proof]))
    },
    prove(deviceId, at) {
      const proof = { deviceId, claimedAt: proofs.get(deviceId)?.claimedAt ?? null, provenAt: at }
      proofs.set(deviceId, proof)
      changed.add(deviceId)
      return proof
    },
    async save() {
      if (changed.size === 0) return
      const saved = [...changed]
      changed.clear()
      try {
        await store.saveProofs(saved.flatMap((id) => proofs.get(id) ?? []))
      } catch (error) {
        for (const id of saved) changed.add(id)
        throw error
      }
    },
  }
}
