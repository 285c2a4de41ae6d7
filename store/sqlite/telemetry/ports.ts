/** The three contracts as their callers see them, over one line of windows to the worker. */
import type { Reading } from '../../../domain/reading.ts'
import {
  type Quarantine,
  type ReadingQuery,
  type RegisterPage,
  type RegisterStore,
  StoreTrouble,
  type TelemetryStore,
} from '../../store.ts'
import { pack, packedOver, unpack, whyUnfit } from './batch.ts'
import type { Gate } from './gate.ts'
import { cutEntry } from './keep.ts'
import type { Link } from './link.ts'
import type { Window, Windows } from './window.ts'

/** Readings that one question may ask for. */
export const answerReadingsMax = 500_000

type Needs = { link: Link; windows: Windows; isClosing: () => boolean }

const closed = () => Promise.reject(new StoreTrouble('closed', 'Telemetry is closed.'))

export function openReadings({ link, windows, gate, isClosing }: Needs & { gate: Gate }): Omit<TelemetryStore, 'close'> {
  /** All readings of one call nearly always share one window, and its promise. */
  function packAll(readings: readonly Reading[]): Promise<void> {
    let window: Window | null = null
    const earlier: Promise<void>[] = []
    for (const reading of readings) {
      const next = windows.current()
      if (window && window !== next) earlier.push(window.settled)
      window = next
      pack(next.batch, reading)
      windows.filled()
    }
    if (!window) return Promise.resolve()
    if (earlier.length === 0) return window.settled
    return Promise.all([...earlier, window.settled]).then(() => {})
  }

  return {
    record(readings) {
      if (isClosing()) return closed()
      for (const reading of readings) {
        const why = whyUnfit(reading)
        if (why) return Promise.reject(new RangeError(`A reading of device ${reading.device} cannot be kept: ${why}.`))
      }
      const refusal = gate.refusal()
      if (refusal) gate.dropped(readings.length)
      if (refusal) return refusal
      try {
        return packAll(readings)
      } catch (error) {
        gate.dropped(readings.length)
        return Promise.reject(error)
      }
    },
    async readings(query) {
      const why = whyUnanswerable(query)
      if (why) throw new RangeError(why)
      const { buffer, count } = await link.ask('readings', { query })
      return unpack(packedOver(buffer, count))
    },
    async counts() {
      const counts = await link.ask('counts', {})
      return { ...counts, droppedReadings: gate.state().droppedReadings }
    },
  }
}

function whyUnanswerable({ resident, device, from, to, limit }: ReadingQuery): string | null {
  if (device === undefined && !(resident && resident > 0)) return 'Readings are asked for by resident or by device.'
  if (!(Number.isInteger(limit) && limit > 0 && limit <= answerReadingsMax))
    return `A question's limit is 1 to ${answerReadingsMax} readings.`
  return Number.isFinite(from) && Number.isFinite(to) ? null : 'A range of readings has a beginning and an end.'
}

export function openRegisters({ link, windows, isClosing }: Needs): RegisterStore {
  return {
    async loadPages(register) {
      const pages = await link.ask('pages', { register })
      return pages.map(({ page, numbers }) => ({ register, page, values: new Float64Array(numbers.buffer) }))
    },
    /** Pages saved twice in a window are written once. */
    savePages(pages: readonly RegisterPage[]) {
      if (isClosing()) return closed()
      if (pages.length === 0) return Promise.resolve()
      try {
        const window = windows.current()
        for (const page of pages) window.pages.set(`${page.register} ${page.page}`, { ...page, values: page.values.slice() })
        return window.settled
      } catch (error) {
        return Promise.reject(error)
      }
    },
  }
}

export function openQuarantine({ link, windows, isClosing }: Needs): Quarantine {
  return {
    put(entry) {
      if (isClosing()) return closed()
      try {
        const window = windows.current()
        window.entries.push(cutEntry(entry))
        windows.filled()
        return window.settled
      } catch (error) {
        return Promise.reject(error)
      }
    },
    list: (limit) => link.ask('quarantine', { limit }),
    counts: () => link.ask('quarantine-counts', {}),
  }
}
