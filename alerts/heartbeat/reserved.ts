/** The directory with the platform's own button in it: known when it is asked for by name, and in no list. */
import { lifeSignDevice } from '../../domain/life-sign.ts'
import type { Directory } from '../../store/store.ts'

/** `tokenHash`: of a token made anew at each start and kept nowhere, so nobody else can ever be this device. */
export function withLifeSign(directory: Directory, tokenHash: Uint8Array): Directory {
  const { id } = lifeSignDevice
  const credential = { deviceId: id, tokenHashes: [tokenHash], carries: [], base: '' }
  return {
    ...directory,
    device: async (asked) => (asked === id ? lifeSignDevice : directory.device(asked)),
    credential: async (asked) => (asked === id ? credential : directory.credential(asked)),
  }
}
