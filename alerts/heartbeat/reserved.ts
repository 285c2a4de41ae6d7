/** The directory with the platform's own button and its plan in it: known when it is asked for by name, and in no list. */
import { lifeSignDevice, lifeSignPlan, lifeSignSubject } from '../../domain/life-sign.ts'
import type { Directory } from '../../store/store.ts'

/** `tokenHash`: of a token made anew at each start and kept nowhere, so nobody else can ever be this device. */
export function withLifeSign(directory: Directory, tokenHash: Uint8Array): Directory {
  const { id } = lifeSignDevice
  const credential = { deviceId: id, tokenHashes: [tokenHash], carries: [], base: '' }
  return {
    ...directory,
    device: async (asked) => (asked === id ? lifeSignDevice : directory.device(asked)),
    planFor: async (subjectId, siteId, kind) => (subjectId === lifeSignSubject ? lifeSignPlan : directory.planFor(subjectId, siteId, kind)),
    credential: async (asked) => (asked === id ? credential : directory.credential(asked)),
  }
}
