/** What it takes to show when every device of all homes was last heard: from the register in memory to the bytes of the answer. */
import { PerformanceObserver } from 'node:perf_hooks'
import { openSilence } from '../../alerts/silence.ts'
import { newSeenPage, seenParts } from '../../dashboard/server/last-seen-page.ts'
import { instant } from '../../domain/time.ts'
import type { WatchedDevice } from '../../store/store.ts'
import { percentiles } from './figures.ts'
import { townStart } from './town-readings.ts'

/** Milliseconds; `gc`: collections of garbage that fell into the looks, and what they took, contained in the figures. */
export type LastSeen = {
  homes: number
  devices: number
  looks: number
  bytes: number
  p50: number
  p99: number
  max: number
  gc: { count: number; ms: number }
}

const devicesPerHome = 3

function devicesOf(homes: number): WatchedDevice[] {
  return Array.from({ length: homes * devicesPerHome }, (_, i) => {
    const home = Math.floor(i / devicesPerHome)
    const isTerminal = i % devicesPerHome === 0
    return {
      ...{ id: `device-${i + 1}`, number: i + 1, siteId: 'site', residentId: `r-${home}`, residentNumber: home + 1 },
      ...{ gatewayId: isTerminal ? null : `device-${home * devicesPerHome + 1}`, power: 'mains', heartbeatSeconds: isTerminal ? 60 : null },
      ...{ role: isTerminal ? 'terminal' : 'motion', room: '', building: String(Math.floor(i / 100)) },
    }
  })
}

/** Looks at all of them again and again, while heartbeats come in as they do in life: 1,667 a second for 100,000 homes. The first ten looks only warm up. */
export async function measureLastSeen(homes: number, looks: number): Promise<LastSeen> {
  const devices = devicesOf(homes)
  const at = instant(townStart)
  const silence = openSilence({ devices, residents: [], pages: [], at })
  for (const { number } of devices) silence.heard({ number }, instant(at + number))
  const numbers = Uint32Array.from(devices, ({ number }) => number)
  const page = newSeenPage(numbers.length)
  const gc = { count: 0, ms: 0 }
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      gc.count++
      gc.ms += duration
    }
  })
  let bytes = 0
  const spent: number[] = []
  for (let n = -10; n < looks; n++) {
    if (n === 0) observer.observe({ entryTypes: ['gc'] })
    const from = performance.now()
    silence.look(numbers, page)
    bytes = 0
    for (const part of seenParts(page)) bytes += part.length
    if (n >= 0) spent.push(performance.now() - from)
    const last = page.heardAt[numbers.length - 1] as number
    if (last < at + devices.length) throw new Error('The register has forgotten a device.')
    for (let i = 0; i < homes / 60; i++)
      silence.heard({ number: 1 + (((n + 10) * 7_919 + i * devicesPerHome) % devices.length) }, instant(last + n + 11))
    await new Promise((resolve) => setImmediate(resolve))
  }
  observer.disconnect()
  const { p50, p99 } = percentiles(spent)
  const round = (value: number) => Math.round(value * 1_000) / 1_000
  return {
    homes,
    devices: devices.length,
    looks,
    bytes,
    p50,
    p99,
    max: round(Math.max(...spent)),
    gc: { count: gc.count, ms: round(gc.ms) },
  }
}
