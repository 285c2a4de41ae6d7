/** Readings of a town in the order a platform hears them, hour by hour: heartbeats each minute, movements by day, batteries now and then. The same for the same seed. */
import { openRandom } from '../../devices-sim/random.ts'
import type { Reading, ReadingKind } from '../../domain/reading.ts'
import { instant } from '../../domain/time.ts'

export type Mix = 'all' | 'heartbeats' | 'motion'
/** Midnight of a Monday, UTC. */
export const townStart = Date.UTC(2026, 7, 3)
/** Terminal, two motion sensors. */
export const devicesPerHome = 3
const hourMs = 3_600_000

export const terminalOf = (home: number): number => home * devicesPerHome + 1
export const residentOf = (home: number): number => home + 1

/** Readings of one home and day, about. */
export const perHomeDay: Readonly<Record<Mix, number>> = { all: 1_440 + 416 + 72, heartbeats: 1_440, motion: 416 }

type Asked = { homes: number; hour: number; mix: Mix }

/** Everything of one hour since `townStart`, oldest first. */
export function hourOf({ homes, hour, mix }: Asked): Reading[] {
  const readings: Reading[] = []
  for (let home = 0; home < homes; home++) {
    const random = openRandom(home, hour)
    const put = (device: number, kind: ReadingKind, of: { after: number; value: number }) =>
      readings.push({
        ...{ device: terminalOf(home) + device, resident: residentOf(home), kind },
        at: instant(townStart + hour * hourMs + Math.floor(of.after)),
        value: of.value,
      })
    if (mix !== 'motion') {
      const [phase, signal] = [openRandom(home).whole(0, 59_000), -45 - (home % 40)]
      for (let minute = 0; minute < 60; minute++)
        put(0, 'heartbeat', { after: minute * 60_000 + phase + random.whole(0, 400), value: signal + random.whole(-2, 2) })
    }
    if (mix !== 'heartbeats') {
      const movements = hour % 24 >= 7 && hour % 24 < 22 ? random.whole(10, 17) : random.whole(0, 1)
      // The number of the movement in its last digits: no two are the same reading.
      for (let n = 0; n < movements; n++) {
        const [device, after] = [random.whole(1, 2), Math.floor(random.next() * 50_000) * 70 + n]
        put(device, 'motion', { after, value: 1 })
        put(device, 'motion', { after: after + random.whole(900, 1_300) * 70, value: 0 })
      }
    }
    if (mix === 'all')
      for (const device of [0, 1, 2]) put(device, 'battery', { after: random.next() * hourMs, value: 100 - Math.floor(hour / 40) - device })
  }
  // Made anew in their order: as they come from a decoder, one after the other in memory.
  return readings.sort((a, b) => a.at - b.at).map((reading) => ({ ...reading }))
}
