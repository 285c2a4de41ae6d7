/** Whose device a message speaks of: the directory's answers, kept while its version stays the same, found again without waiting. */
import type { KnownDevice } from '../domain/device.ts'
import type { Directory } from '../store/store.ts'
import { openBoundedMap } from './bounded.ts'

/** undefined: must be asked (`learn`); null: there is none. */
export type Found = KnownDevice | null | undefined

export type Known = {
  /** By id: the sender itself, from its credential. */
  sender(id: string): Found
  learnSender(id: string): Promise<KnownDevice | null>
  /** By what the sender calls it: '' or its own id is itself; a native id must be carried by the sender. */
  behind(sender: KnownDevice, deviceKey: string): Found
  learnBehind(sender: KnownDevice, deviceKey: string): Promise<KnownDevice | null>
  /** The gateway says that these two names are one device. */
  alias(sender: KnownDevice, name: string, other: string): void
}

const devicesMost = 1_000_000
const strangersMost = 20_000
const aliasesMost = 100_000

export function openKnown(directory: Directory): Known {
  const devices = openBoundedMap<string, KnownDevice>(devicesMost)
  const strangers = openBoundedMap<string, null>(strangersMost)
  const aliases = openBoundedMap<string, string>(aliasesMost)
  let version = directory.version()

  const found = (key: string): Found => {
    const now = directory.version()
    if (now !== version) {
      version = now
      devices.clear()
      strangers.clear()
    }
    return devices.get(key) ?? strangers.get(key)
  }
  /** An answer to a question asked of an older directory is used once and not kept. */
  const keep = (key: string, device: KnownDevice | null, asked: number): KnownDevice | null => {
    if (directory.version() !== asked || version !== asked) return device
    if (device) devices.set(key, device)
    else strangers.set(key, null)
    return device
  }
  const keyBehind = (sender: KnownDevice, deviceKey: string) => `${sender.id}\n${deviceKey}`

  return {
    sender: found,
    async learnSender(id) {
      const asked = directory.version()
      return keep(id, await directory.device(id), asked)
    },
    behind: (sender, deviceKey) => (isItself(sender, deviceKey) ? sender : found(keyBehind(sender, deviceKey))),
    async learnBehind(sender, deviceKey) {
      const asked = directory.version()
      const other = aliases.get(keyBehind(sender, deviceKey))
      const device = (await ask(directory, sender, deviceKey)) ?? (other === undefined ? null : await ask(directory, sender, other))
      return keep(keyBehind(sender, deviceKey), device, asked)
    },
    alias(sender, name, other) {
      for (const [from, to] of [
        [name, other],
        [other, name],
      ] as const) {
        if (aliases.get(keyBehind(sender, from)) === to) continue
        aliases.set(keyBehind(sender, from), to)
        strangers.delete(keyBehind(sender, from))
      }
    },
  }
}

const isItself = (sender: KnownDevice, deviceKey: string): boolean => deviceKey === '' || deviceKey === sender.id

async function ask(directory: Directory, sender: KnownDevice, deviceKey: string): Promise<KnownDevice | null> {
  const byKey = await directory.deviceByKey(sender.id, deviceKey)
  if (byKey) return byKey
  const byId = await directory.device(deviceKey)
  return byId && byId.gatewayId === sender.id ? byId : null
}
