/** What is known of devices beside the directory: their lives, what they told of themselves, how far their clocks are off. In memory at once, on the disk within seconds. */
import type { KnownDevice } from '../domain/device.ts'
import { type ClockOff, clockOffOf, type Drift, newDrift, noteClaim } from '../domain/drift.ts'
import { type DeedStep, type DeviceLife, type DeviceNote, type LifeLine, type LifeStore, newLife } from '../domain/enrolment-life.ts'
import type { RecordLine } from '../domain/record.ts'
import type { Signal } from '../domain/signal.ts'
import type { Clock, Instant } from '../domain/time.ts'
import { keptPart, type Part } from './enrolment-part.ts'
import { promote } from './roles.ts'

export type Lives = {
  life(deviceId: string): DeviceLife
  note(deviceId: string): DeviceNote
  /** How far its clock is off; null while nobody knows. */
  clockOff(deviceId: string): ClockOff | null
  /** Of all whose clocks are known. */
  clocks(): readonly { deviceId: string; off: ClockOff }[]
  /** What changes of its life and the line that says why, with the one of the record: all are durable when resolved, or none. */
  live(
    deviceId: string,
    change: Partial<DeviceLife>,
    line: Omit<LifeLine, 'deviceId' | 'at'> & { record?: RecordLine },
  ): Promise<DeviceLife>
  /** The same as a part of something larger. */
  part(step: Omit<DeedStep, 'owesProof'>): Part
  describe(deviceId: string, told: Partial<Pick<DeviceNote, 'vendor' | 'model' | 'firmware'>>): void
  /** Who two valid credentials have since before this moment. */
  rotatedBefore(at: Instant): readonly string[]
  historyOf: LifeStore['historyOf']
  historyIn: LifeStore['historyIn']
  /** Sees every signal of a known device in passing. */
  overhear(raw: Signal, device: KnownDevice, receivedAt: Instant): void
  /** For whom this signal speaks: a retired device that calls for help calls for the home it was in last. */
  whose(raw: Signal, device: KnownDevice): KnownDevice
  save(): Promise<void>
}

const driftsMost = 300_000
const textMost = 100

export function openLives({ store, clock }: { store: LifeStore; clock: Clock }): Lives {
  const lives = new Map(store.lives().map((life) => [life.deviceId, life]))
  const notes = new Map(store.notes().map((note) => [note.deviceId, note]))
  const drifts = new Map<string, Drift>()
  const changed = new Set<string>()
  const life = (deviceId: string) => lives.get(deviceId) ?? newLife(deviceId, clock.now())
  const note = (deviceId: string): DeviceNote => notes.get(deviceId) ?? noNote(deviceId)
  const keep = (next: DeviceNote): void => {
    notes.set(next.deviceId, next)
    changed.add(next.deviceId)
  }
  return {
    ...{ life, note, historyOf: store.historyOf, historyIn: store.historyIn },
    clockOff: (deviceId) => clockOffOf(drifts.get(deviceId)),
    clocks: () =>
      [...drifts].flatMap(([deviceId, drift]) => {
        const off = clockOffOf(drift)
        return off ? [{ deviceId, off }] : []
      }),
    async live(deviceId, change, { record, ...line }) {
      const next = { ...life(deviceId), ...change, deviceId }
      await store.saveLife(next, { ...line, deviceId, at: clock.now() }, record)
      lives.set(deviceId, next)
      return next
    },
    part({ deviceId, change, line: { record, ...line } }) {
      const next = { ...life(deviceId), ...change, deviceId }
      return keptPart(lives, next, () => store.writeLife(next, { ...line, deviceId, at: clock.now() }, record))
    },
    describe: (deviceId, told) => describe(note(deviceId), { told, keep }),
    rotatedBefore: (at) => [...lives.values()].flatMap(({ deviceId, rotatedAt }) => (rotatedAt !== null && rotatedAt < at ? deviceId : [])),
    overhear(raw, device, receivedAt) {
      if (raw.origin !== 'live') return
      if (raw.kind === 'battery' && typeof raw.value === 'number') noteBattery(raw.value, note(device.id), { receivedAt, keep })
      const said = raw.claimedAt ?? raw.saidAt
      if (said === undefined) return
      const known = drifts.get(device.id)
      if (!known && drifts.size >= driftsMost) return
      const drift = known ?? newDrift()
      if (!known) drifts.set(device.id, drift)
      noteClaim(drift, said, receivedAt)
    },
    whose(raw, device) {
      if (device.residentId !== null || device.number === 0 || lives.get(device.id)?.state !== 'retired') return device
      return standIn(raw, device, life(device.id))
    },
    async save() {
      if (changed.size === 0) return
      const saved = [...changed]
      changed.clear()
      try {
        await store.saveNotes(saved.map(note))
      } catch (error) {
        for (const id of saved) changed.add(id)
        throw error
      }
    },
  }
}

const noNote = (deviceId: string): DeviceNote => ({
  ...{ deviceId, batteryPercent: null, batteryAt: null, vendor: '', model: '', firmware: '' },
})

type Told = Partial<Pick<DeviceNote, 'vendor' | 'model' | 'firmware'>>
/** What was told and is not empty; whatever else came with it is left out. */
const short = (told: Told): Told =>
  Object.fromEntries(
    (['vendor', 'model', 'firmware'] as const).flatMap((name) => (told[name] ? [[name, told[name].slice(0, textMost)]] : [])),
  )

function describe(before: DeviceNote, { told, keep }: { told: Told; keep: (next: DeviceNote) => void }): void {
  const next = { ...before, ...short(told) }
  if (next.vendor !== before.vendor || next.model !== before.model || next.firmware !== before.firmware) keep(next)
}

/** The same percentage said again is written down once an hour at most. */
const againMs = 3_600_000

function noteBattery(percent: number, before: DeviceNote, { receivedAt, keep }: { receivedAt: Instant; keep: (next: DeviceNote) => void }) {
  if (before.batteryPercent === percent && Math.abs(receivedAt - (before.batteryAt ?? 0)) < againMs) return
  keep({ ...before, batteryPercent: percent, batteryAt: receivedAt })
}

/** A call for help rings where the device hung last, marked; anything else it says is about nobody. */
function standIn(raw: Signal, device: KnownDevice, { lastResidentId, lastResidentNumber, lastRoom }: DeviceLife): KnownDevice {
  const { kind, origin } = promote(raw, device.role)
  if ((kind !== 'sos' && kind !== 'fall') || origin === 'test' || lastResidentId === null) return device
  return { ...device, residentId: lastResidentId, residentNumber: lastResidentNumber, room: lastRoom, retired: true }
}
