/** Readings of one owner summed up hour by hour, as chunks of the same codec and back: no reading is counted twice, none is lost. Pure. */
import { addTo, type Columns, type Group } from './chunk.ts'

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

/** By device and kind (`device * 256 + kind`), then by hour since 1970. */
export type Hours = Map<number, Map<number, Sum>>

/** Fields of a sum in a chunk; a chunk's kind is `kind * 8 + field`. Part of the stored format. A reading alone in its hour is only `last`. */
const field = { count: 0, sum: 1, min: 2, max: 3, first: 4, last: 5 } as const
const fields = 8

export const sumOf = (at: number, value: number): Sum => ({
  ...{ count: 1, sum: value, min: value, max: value },
  ...{ first: value, firstAt: at, last: value, lastAt: at },
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

/** Sums up a group; readings that `isCounted` already are left out. */
export function addGroup(hours: Hours, { device, kind, at, value }: Group, isCounted: (at: number, value: number) => boolean): void {
  const key = keyOf(device, kind)
  let series = hours.get(key)
  for (let i = 0; i < at.length; i++) {
    const [moment, measured] = [at[i] as number, value[i] as number]
    if (isCounted(moment, measured)) continue
    if (!series) {
      series = new Map()
      hours.set(key, series)
    }
    const hour = hourOf(moment)
    const known = series.get(hour)
    if (known) addSum(known, sumOf(moment, measured))
    else series.set(hour, sumOf(moment, measured))
  }
}

/** Appends the sums to `columns`, to be encoded as a chunk. */
export function putHours(hours: Hours, columns: Columns): void {
  for (const [key, series] of hours) {
    const device = Math.floor(key / 256)
    const code = (key % 256) * fields
    for (const [hour, sum] of series) {
      const put = (which: number, at: number, value: number) => addTo(columns, { device, kind: code + which, at, value })
      put(field.last, sum.lastAt, sum.last)
      if (sum.count === 1) continue
      put(field.count, hour * hourMs, sum.count)
      put(field.sum, hour * hourMs, sum.sum)
      put(field.first, sum.firstAt, sum.first)
      // The least and the most are most often the first or the last: those are not written twice.
      if (sum.min !== Math.min(sum.first, sum.last)) put(field.min, hour * hourMs, sum.min)
      if (sum.max !== Math.max(sum.first, sum.last)) put(field.max, hour * hourMs, sum.max)
    }
  }
}

/** Calls `visit` for every sum of a decoded chunk. */
export function readHours(groups: readonly Group[], visit: (key: number, hour: number, sum: Sum) => void): void {
  for (let i = 0; i < groups.length; ) {
    const own = ownGroups(groups, i)
    readSeries(own, visit)
    i += own.length
  }
}

/** The groups of one device and kind; they stand together, since a chunk is sorted. */
function ownGroups(groups: readonly Group[], from: number): readonly Group[] {
  const own = groups[from] as Group
  const isOwn = ({ device, kind }: Group) => device === own.device && Math.floor(kind / fields) === Math.floor(own.kind / fields)
  let to = from + 1
  while (to < groups.length && isOwn(groups[to] as Group)) to++
  return groups.slice(from, to)
}

function readSeries(own: readonly Group[], visit: (key: number, hour: number, sum: Sum) => void): void {
  const { device, kind } = own[0] as Group
  const series = new Map<number, Sum>()
  const groupOf = (which: number) => own.find((group) => group.kind % fields === which)
  const each = (which: number, work: (sum: Sum, value: number, at: number) => void) => {
    const group = groupOf(which)
    for (let i = 0; i < (group?.at.length ?? 0); i++) {
      const at = group?.at[i] as number
      const sum = series.get(hourOf(at))
      if (sum) work(sum, group?.value[i] as number, at)
    }
  }
  const last = groupOf(field.last)
  last?.at.forEach((at, i) => void series.set(hourOf(at), sumOf(at, last.value[i] as number)))
  each(field.first, (sum, value, at) => {
    sum.first = value
    sum.firstAt = at
    sum.min = Math.min(value, sum.last)
    sum.max = Math.max(value, sum.last)
  })
  each(field.count, (sum, value) => {
    sum.count = value
  })
  each(field.sum, (sum, value) => {
    sum.sum = value
  })
  each(field.min, (sum, value) => {
    sum.min = value
  })
  each(field.max, (sum, value) => {
    sum.max = value
  })
  for (const [hour, sum] of series) visit(keyOf(device, Math.floor(kind / fields)), hour, sum)
}
