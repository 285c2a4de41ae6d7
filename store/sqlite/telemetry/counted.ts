/** Whether a reading is already there: a message sent again after its first copy was summed up must not count twice, history moved twice is there once. */
import { decodeChunk, type Group } from './chunk.ts'
import { keyOf } from './hours.ts'
import type { Run, Runs } from './runs.ts'

/** By moment, the values known of it. */
type Known = ReadonlyMap<number, readonly number[]>

/** By device and kind. */
function knownOf(groups: readonly Group[]): ReadonlyMap<number, Known> {
  const known = new Map<number, Known>()
  for (const { device, kind, at, value } of groups) {
    const moments = new Map<number, number[]>()
    at.forEach((moment, i) => void moments.set(moment, [...(moments.get(moment) ?? []), value[i] as number]))
    known.set(keyOf(device, kind), moments)
  }
  return known
}

const holds = (known: Known | undefined, at: number, value: number): boolean =>
  known?.get(at)?.some((other) => Object.is(other, value)) ?? false

/** For each device and kind of an owner: was this value of this moment in one of the runs that are summed up? Only runs that overlap are read, and each once. */
export function openCounted(runs: Runs, owner: number, isSummed: (run: Run) => boolean) {
  const summed = runs.visible().filter(isSummed)
  const read = new Map<number, ReadonlyMap<number, Known>>()

  function readRun(run: Run): ReadonlyMap<number, Known> {
    const bytes = runs.chunkOf(run, owner)
    const known = knownOf(bytes ? decodeChunk(bytes, run.recordedAt) : [])
    read.set(run.id, known)
    return known
  }

  return (device: number, kind: number) => {
    const key = keyOf(device, kind)
    return (at: number, value: number): boolean =>
      summed.some((run) => at >= run.fromAt && at <= run.toAt && holds((read.get(run.id) ?? readRun(run)).get(key), at, value))
  }
}

/** The group without what one of `others` holds. Works in place. */
export function withoutKnown(group: Group, others: readonly Group[]): Group {
  const known = others
    .filter(({ device, kind }) => device === group.device && kind === group.kind)
    .map((other) => knownOf([other]).get(keyOf(group.device, group.kind)))
  if (known.length === 0) return group
  const { at, value } = group
  let kept = 0
  for (let i = 0; i < at.length; i++) {
    const [moment, measured] = [at[i] as number, value[i] as number]
    if (known.some((moments) => holds(moments, moment, measured))) continue
    at[kept] = moment
    value[kept++] = measured
  }
  return { ...group, at: at.subarray(0, kept), value: value.subarray(0, kept) }
}
