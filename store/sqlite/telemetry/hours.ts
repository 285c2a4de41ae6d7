/** Readings of one device and kind summed up hour by hour: no reading is counted twice, none is lost. Pure. */
import type { Group } from './chunk.ts'

export const hourMs = 3_600_000

/** What one device measured of one kind within some time. `first` and `last` by when they were measured; of one moment, as recorded. */
export type Sum = {
  count: number
  sum: number
  min: number
  max: number
  first: number
  firstAt: number
  last: number
  lastAt: number
}

/** One device's sums of one kind, hour after hour; hours without a reading are left out. */
export type Series = { device: number; kind: number; sums: readonly Sum[] }

export const sumOf = (at: number, value: number): Sum => ({
  count: 1,
  sum: value,
  min: value,
  max: value,
  first: value,
  firstAt: at,
  last: value,
  lastAt: at,
})

/** Adds what another sum counted. */
export function addSum(into: Sum, more: Sum): void {
  into.count += more.count
  into.sum += more.sum
  into.min = Math.min(into.min, more.min)
  into.max = Math.max(into.max, more.max)
  if (more.firstAt < into.firstAt) [into.firstAt, into.first] = [more.firstAt, more.first]
  if (more.lastAt >= into.lastAt) [into.lastAt, into.last] = [more.lastAt, more.last]
}

export const keyOf = (device: number, kind: number): number => device * 256 + kind
export const hourOf = (at: number): number => Math.floor(at / hourMs)

/** Sums up a sorted group; readings that `isCounted` already are left out. */
export function sumsOf({ device, kind, at, value }: Group, isCounted?: (at: number, value: number) => boolean): Series {
  const sums: Sum[] = []
  let endsAt = Number.NEGATIVE_INFINITY
  let open: Sum | null = null
  for (let i = 0; i < at.length; i++) {
    const [moment, measured] = [at[i] as number, value[i] as number]
    if (isCounted?.(moment, measured)) continue
    if (open && moment < endsAt) addLater(open, moment, measured)
    else {
      endsAt = (hourOf(moment) + 1) * hourMs
      open = sumOf(moment, measured)
      sums.push(open)
    }
  }
  return { device, kind, sums }
}

function addLater(sum: Sum, at: number, value: number): void {
  sum.count++
  sum.sum += value
  sum.min = Math.min(sum.min, value)
  sum.max = Math.max(sum.max, value)
  sum.lastAt = at
  sum.last = value
}
