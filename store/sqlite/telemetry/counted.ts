/** Whether a reading is already in the sums: a message sent again after its first copy was summed up must not count twice. */
import { decodeChunk } from './chunk.ts'
import { keyOf } from './hours.ts'
import type { Run, Runs } from './runs.ts'

/** By moment, the values known of it. */
type Known = ReadonlyMap<number, readonly number[]>

/** For each device and kind of an owner: was this value of this moment in one of the runs that are summed up? Only runs that overlap are read, and each once. */
export function openCounted(runs: Runs, owner: number, isSummed: (run: Run) => boolean) {
  const summed = runs.visible().filter(isSummed)
  const read = new Map<number, ReadonlyMap<number, Known>>()

  function readRun(run: Run): ReadonlyMap<number, Known> {
    const known = new Map<number, Known>()
    const bytes = runs.chunkOf(run, owner)
    for (const { device, kind, at, value } of bytes ? decodeChunk(bytes, run.recordedAt) : []) {
      const moments = new Map<number, number[]>()
      at.forEach((moment, i) => void moments.set(moment, [...(moments.get(moment) ?? []), value[i] as number]))
      known.set(keyOf(device, kind), moments)
    }
    read.set(run.id, known)
    return known
  }

  return (device: number, kind: number) => {
    const key = keyOf(device, kind)
    return (at: number, value: number): boolean =>
      summed.some((run) => {
        if (at < run.fromAt || at > run.toAt) return false
        const values = (read.get(run.id) ?? readRun(run)).get(key)?.get(at)
        return values?.some((known) => Object.is(known, value)) ?? false
      })
  }
}
