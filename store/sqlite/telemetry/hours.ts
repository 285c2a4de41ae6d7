/** Readings of one device and kind summed up hour by hour: no reading is counted twice, none is lost. Pure. */

export const hourMs = 3_600_000
/** How exactly a kept sum knows when its first and last reading were. */
export const minuteMs = 60_000
const minutesEach = hourMs / minuteMs

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
export const minuteOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs

/** Hourly sums of one device and kind side by side, hour after hour; hours without a reading are left out. Used again and again: an hour must not cost an object. */
export type SumColumns = { length: number } & Record<SumColumn, Float64Array>
/** `firstMinute` and `lastMinute` count from the hour's begin. */
export type SumColumn = 'hour' | 'count' | 'sum' | 'min' | 'max' | 'first' | 'last' | 'firstMinute' | 'lastMinute'

export function newSumColumns(capacity: number): SumColumns {
  const column = () => new Float64Array(capacity)
  return {
    ...{ length: 0, hour: column(), count: column(), sum: column(), min: column(), max: column() },
    ...{ first: column(), last: column(), firstMinute: column(), lastMinute: column() },
  }
}

type Sorted = { at: Float64Array; value: Float64Array }

/** Sums up a sorted group into columns that have room for all of it; readings that `isCounted` already are left out. */
export function sumUp(into: SumColumns, { at, value }: Sorted, isCounted?: (at: number, value: number) => boolean): void {
  into.length = 0
  let i = 0
  while (i < at.length) {
    const hour = hourOf(at[i] as number)
    const endsAt = (hour + 1) * hourMs
    let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    let [first, last] = [-1, -1]
    for (; i < at.length && (at[i] as number) < endsAt; i++) {
      const measured = value[i] as number
      if (isCounted?.(at[i] as number, measured)) continue
      if (count++ === 0) {
        first = i
        sum = measured
      } else sum += measured
      min = Math.min(min, measured)
      max = Math.max(max, measured)
      last = i
    }
    if (count > 0)
      put(into, { hour, count, sum, min, max, first: value[first] as number, last: value[last] as number }, [
        at[first] as number,
        at[last] as number,
      ])
  }
}

type Counted = Record<'hour' | 'count' | 'sum' | 'min' | 'max' | 'first' | 'last', number>

function put(into: SumColumns, of: Counted, [firstAt, lastAt]: readonly [number, number]): void {
  const i = into.length++
  into.hour[i] = of.hour
  into.count[i] = of.count
  into.sum[i] = of.sum
  into.min[i] = of.min
  into.max[i] = of.max
  into.first[i] = of.first
  into.last[i] = of.last
  into.firstMinute[i] = Math.floor(firstAt / minuteMs) - of.hour * minutesEach
  into.lastMinute[i] = Math.floor(lastAt / minuteMs) - of.hour * minutesEach
}
