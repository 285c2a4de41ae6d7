/** Devices that were heard and are in no list: a bounded memory, written down from time to time. One gateway cannot push out what others heard. */
import type { Family, KnownDevice } from '../domain/device.ts'
import type { EnrolmentStore, NewDevice } from '../domain/enrolment.ts'
import type { SignalKind } from '../domain/signal.ts'
import { after, days, type Instant } from '../domain/time.ts'
import type { Decoded } from './decoders/decoder.ts'

export const newDevicesMost = 1_000
/** A gateway in a town hears every telephone that passes: the ones heard longest ago make room. */
export const ofOneGatewayMost = 200
const kindsMost = 8
const textMost = 100
const keyMost = 100
const namesMost = 2_000
/** A neighbour's lamp is out of sight for so long; a restart shows it again. */
const hiddenFor = days(1)

type Of = Pick<NewDevice, 'gatewayId' | 'key'>
export type Register = {
  heard(sender: KnownDevice, from: { key: string; kind: SignalKind; family: Family; at: Instant }): void
  stranger(senderId: string, at: Instant): void
  told(sender: KnownDevice, decoded: Decoded, from: { family: Family; at: Instant }): void
  all(): readonly NewDevice[]
  /** Other names of the same device, as the gateway told them. */
  otherName(of: Of): string | undefined
  find(of: Of): NewDevice | undefined
  forget(of: Of): void
  hide(of: Of, at: Instant): void
  isHidden(of: Of, at: Instant): boolean
  save(): Promise<void>
}

const idOf = ({ gatewayId, key }: Of): string => `${gatewayId}\n${key}`
const short = (value: string | undefined): string => (value ?? '').slice(0, textMost)

export function openRegister(store: Pick<EnrolmentStore, 'newDevices' | 'saveNewDevices'>): Register {
  const entries = new Map<string, NewDevice>(store.newDevices().map((one) => [idOf(one), one]))
  const changed = new Set<string>()
  const gone = new Map<string, Of>()
  const names = new Map<string, string>()
  const hiddenUntil = new Map<string, Instant>()

  const drop = (of: Of): void => {
    if (!entries.delete(idOf(of))) return
    changed.delete(idOf(of))
    hiddenUntil.delete(idOf(of))
    gone.set(idOf(of), { gatewayId: of.gatewayId, key: of.key })
  }
  const note = (of: Of, family: Family, at: Instant): NewDevice | null => {
    if (of.key === '' || of.key.length > keyMost) return null
    const former = entries.get(idOf(of))
    const oldest = former ? null : inTheWay([...entries.values()], of.gatewayId)
    if (oldest) drop(oldest)
    const fresh = former ?? { ...of, family, firstAt: at, lastAt: at, kinds: [], vendor: '', model: '', name: '' }
    const entry = { ...fresh, family, lastAt: at }
    entries.set(idOf(of), entry)
    changed.add(idOf(of))
    gone.delete(idOf(of))
    return entry
  }
  return {
    heard(sender, { key, kind, family, at }) {
      const entry = note({ gatewayId: sender.id, key }, family, at)
      if (!entry || entry.kinds.includes(kind) || entry.kinds.length >= kindsMost) return
      entries.set(idOf(entry), { ...entry, kinds: [...entry.kinds, kind] })
    },
    stranger: (senderId, at) => void note({ gatewayId: '', key: senderId }, 'native', at),
    told(sender, { aliases = [], hints = [] }, { family, at }) {
      for (const [name, other] of aliases) {
        if (names.size >= namesMost) names.clear()
        names.set(idOf({ gatewayId: sender.id, key: name }), other)
      }
      for (const { deviceKey, vendor, model, name } of hints) {
        const entry = note({ gatewayId: sender.id, key: deviceKey }, family, at)
        if (entry) entries.set(idOf(entry), { ...entry, vendor: short(vendor), model: short(model), name: short(name) })
      }
    },
    all: () => [...entries.values()],
    otherName: (of) => names.get(idOf(of)),
    find: (of) => entries.get(idOf(of)),
    forget: drop,
    hide: (of, at) => void (entries.has(idOf(of)) && hiddenUntil.set(idOf(of), after(at, hiddenFor))),
    isHidden: (of, at) => at < (hiddenUntil.get(idOf(of)) ?? 0),
    save: () => saveChanges({ store, entries, changed, gone }),
  }
}

/** Who must go so that one more of this gateway can come: heard longest ago; null when there is room. */
function inTheWay(entries: readonly NewDevice[], gatewayId: string): NewDevice | null {
  const own = entries.filter((one) => one.gatewayId === gatewayId)
  const among = own.length >= ofOneGatewayMost ? own : entries.length >= newDevicesMost ? entries : []
  return among.reduce<NewDevice | null>((least, one) => (least === null || one.lastAt < least.lastAt ? one : least), null)
}

type Unsaved = {
  store: Pick<EnrolmentStore, 'saveNewDevices'>
  entries: ReadonlyMap<string, NewDevice>
  changed: Set<string>
  gone: Map<string, Of>
}

/** What could not be written is tried again with the next changes. */
async function saveChanges({ store, entries, changed, gone }: Unsaved): Promise<void> {
  if (changed.size === 0 && gone.size === 0) return
  const saved = { changed: [...changed], gone: [...gone.values()] }
  changed.clear()
  gone.clear()
  try {
    const rows = saved.changed.flatMap((id) => entries.get(id) ?? [])
    await store.saveNewDevices(rows, saved.gone)
  } catch (error) {
    for (const id of saved.changed) if (entries.has(id)) changed.add(id)
    for (const of of saved.gone) if (!entries.has(idOf(of))) gone.set(idOf(of), of)
    throw error
  }
}
