/** The neighbours of ingest for its tests: a small directory, a desk and stores that write down what they are given and fail when told to. */
import type { Silence } from '../alerts/silence.ts'
import type { KnownDevice } from '../domain/device.ts'
import type { CareEventDraft } from '../domain/event.ts'
import type { Accept, InboundMessage } from '../domain/message.ts'
import type { Reading } from '../domain/reading.ts'
import { type Clock, type Instant, instant } from '../domain/time.ts'
import { type Directory, type Quarantine, type QuarantineEntry, StoreTrouble, type TelemetryStore } from '../store/store.ts'
import type { Standing } from './conditions.ts'
import { type Ingest, type IngestNeeds, openIngest } from './ingest.ts'

export type Recorder = {
  ingest: Ingest
  /** The neighbours, for an ingest of the test's own. */
  needs: IngestNeeds
  accept: Accept
  events: CareEventDraft[]
  readings: Reading[]
  quarantine: QuarantineEntry[]
  /** Where residents said they are. */
  modes: string[]
  /** Ids of devices heard, and of residents (by number) who gave a sign of life, in order. */
  heard: string[]
  active: number[]
  logged: string[]
  /** What senders were answered: `device topic`. */
  answered: string[]
  devices: Map<string, KnownDevice>
  /** Which neighbour fails from now on. */
  failing: Set<'desk' | 'telemetry' | 'quarantine'>
  changeDirectory(): void
  /** Sends one message: a text, bytes, or anything else as JSON. */
  send(topic: string, payload?: unknown, more?: Partial<InboundMessage>): Promise<void>
  /** Forgets what was recorded so far. */
  clear(): void
}

export const firstMoment: Instant = instant(Date.parse('2026-11-22T10:00:00+08:00'))

export const aDevice = (device: Partial<KnownDevice> & { id: string; number: number }): KnownDevice => ({
  siteId: 'site',
  residentId: 'resident-1',
  residentNumber: 1,
  gatewayId: null,
  family: 'native',
  key: device.id,
  base: '',
  role: 'other',
  room: 'bedroom',
  power: 'battery',
  heartbeatSeconds: 60,
  ...device,
})

export function record(
  devices: readonly KnownDevice[],
  standing: readonly Standing[] = [],
  enrolment?: IngestNeeds['enrolment'],
): Recorder {
  const lists = { events: [] as CareEventDraft[], readings: [] as Reading[], quarantine: [] as QuarantineEntry[], modes: [] as string[] }
  const marks = { heard: [] as string[], active: [] as number[], logged: [] as string[], answered: [] as string[] }
  const known = new Map(devices.map((device) => [device.id, device]))
  const failing: Recorder['failing'] = new Set()
  let version = 1
  const needs = {
    directory: directoryOf(known, () => version, lists.modes),
    silence: silenceOf(known, marks),
    telemetry: telemetryOf(lists.readings, failing),
    quarantine: quarantineOf(lists.quarantine, failing),
    desk: {
      async handle(draft: CareEventDraft) {
        if (failing.has('desk')) throw new StoreTrouble('io-error', 'the disk does not answer')
        lists.events.push(draft)
        return { facts: [], refusal: null }
      },
    },
  }
  const quiet = { clock: stoppedClock, log: (_level: unknown, text: string) => void marks.logged.push(text) }
  const ingest = openIngest({
    ...{ ...needs, ...quiet },
    standing,
    ...(enrolment && { enrolment }),
    answer: (deviceId, { topic }) => void marks.answered.push(`${deviceId} ${topic}`),
  })
  return {
    ingest,
    needs: { ...needs, ...quiet },
    accept: ingest.accept,
    ...lists,
    ...marks,
    devices: known,
    failing,
    changeDirectory() {
      version += 1
    },
    send: (topic, payload, more) => ingest.accept(messageOf(topic, payload, more)),
    clear() {
      for (const list of [...Object.values(lists), ...Object.values(marks)]) list.length = 0
    },
  }
}

export function messageOf(topic: string, payload?: unknown, more: Partial<InboundMessage> = {}): InboundMessage {
  const senderId = topic.startsWith('care/') ? (topic.split('/')[1] ?? '') : 'gateway'
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload ?? {}))
  return { senderId, topic, payload: bytes, qos: 1, retain: false, dup: false, receivedAt: firstMoment, ...more }
}

const stoppedClock: Clock = { now: () => firstMoment, elapsed: () => 0, every: () => () => {}, later: () => () => {} }

/** Only what ingest asks of a directory; anything else is a mistake of the test. */
function directoryOf(devices: ReadonlyMap<string, KnownDevice>, version: () => number, modes: string[]): Directory {
  const asked: Pick<Directory, 'version' | 'device' | 'deviceByKey' | 'setMode'> = {
    setMode: async (residentId, { mode, until }, line) =>
      modes.push(`${residentId} ${mode} for ${((until ?? firstMoment) - firstMoment) / 3_600_000} h, ${line?.action} by ${line?.userId}`) >
      0,
    version,
    device: async (id) => devices.get(id) ?? null,
    deviceByKey: async (gatewayId, key) => [...devices.values()].find((one) => one.gatewayId === gatewayId && one.key === key) ?? null,
  }
  return new Proxy(asked as Directory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (value === undefined) throw new Error(`ingest asked the directory for ${String(name)}`)
      return value
    },
  })
}

function silenceOf(devices: ReadonlyMap<string, KnownDevice>, marks: { heard: string[]; active: number[] }): Silence {
  const idOf = (number: number) => [...devices.values()].find((one) => one.number === number)?.id ?? '?'
  return {
    heard: ({ number }) => void marks.heard.push(idOf(number)),
    active: (resident) => void marks.active.push(resident),
    noteState: () => {},
    standing: () => {
      throw new Error('ingest asked how a silence stands')
    },
    usual: () => null,
    lastHeardAt: () => instant(0),
    lastActiveAt: () => instant(0),
    lastActiveDevice: () => 0,
    isSilent: () => false,
    look: () => {},
  }
}

function telemetryOf(readings: Reading[], failing: Recorder['failing']): TelemetryStore {
  return {
    async record(batch) {
      if (failing.has('telemetry')) throw new StoreTrouble('disk-full', 'no room for readings')
      readings.push(...batch)
    },
    readings: async () => readings,
    counts: async () => ({ readings: readings.length, bytes: 0, commits: 0, droppedReadings: 0 }),
    close: async () => {},
  }
}

function quarantineOf(entries: QuarantineEntry[], failing: Recorder['failing']): Quarantine {
  return {
    async put(entry) {
      if (failing.has('quarantine')) throw new StoreTrouble('io-error', 'quarantine does not answer')
      entries.push(entry)
    },
    list: async () => entries.map((entry, id) => ({ ...entry, id })),
    counts: async () => ({ 'unknown-device': 0, 'unknown-topic': 0, undecodable: 0, retained: 0, will: 0, 'too-large': 0 }),
  }
}
