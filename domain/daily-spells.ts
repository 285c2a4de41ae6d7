/** Stretches of a day read from when somebody was seen: asleep, and out of the house. Pure. */
import type { Reading } from './reading.ts'
import { between, type Instant, instant, milliseconds, minutes, type Span } from './time.ts'

/** From one moment to another. */
export type Stay = { from: Instant; to: Instant }
type Seen = Pick<Reading, 'at' | 'device' | 'kind'>

/** Nobody seen for this long at night: asleep, not only sitting still. */
const quietMin = minutes(30)
/** A visit to the bathroom interrupts a night; being about for longer ends it. */
const awakeMax = minutes(25)
const sleepMin = minutes(150)
/** Nobody seen for this long after the front door moved: out. */
const outMin = minutes(12)
/** A sensor still holds what it saw just before the door closed. */
const doorLag = minutes(2)

/** The longest sleep that begins within the span: quiet stretches with short times awake between. Null when nobody was seen before and after it. */
export function sleepOf(seen: readonly Seen[], { from, to }: Stay, doors: ReadonlySet<number>): Stay | null {
  const inside = seen.filter(({ at }) => at >= from && at < to)
  const nights: (Stay & { quiet: number })[] = []
  for (let i = 1; i < inside.length; i += 1) {
    const gap = { from: inside[i - 1]?.at ?? from, to: inside[i]?.at ?? to }
    const quiet = between(gap.from, gap.to)
    // Quiet that begins at the front door is an empty home, not a sleeping one.
    if (quiet < quietMin || doors.has(inside[i - 1]?.device ?? 0)) continue
    const last = nights[nights.length - 1]
    if (last && between(last.to, gap.from) <= awakeMax) Object.assign(last, { to: gap.to, quiet: last.quiet + quiet })
    else nights.push({ ...gap, quiet })
  }
  const longest = nights.reduce((best, night) => (night.quiet > best.quiet ? night : best), { from, to, quiet: 0 })
  return longest.quiet >= sleepMin ? { from: longest.from, to: longest.to } : null
}

/** How long nobody was in: from a movement of the front door to the next one, when nobody was seen inside in between. */
export function timeOut({ seen, doors, span }: { seen: readonly Seen[]; doors: ReadonlySet<number>; span: Stay }): Span {
  let out = 0
  let leftAt: Instant | null = null
  let isSeenInside = false
  const add = (to: Instant) => {
    if (leftAt === null || isSeenInside || to - leftAt < outMin) return
    out += Math.max(0, Math.min(to, span.to) - Math.max(leftAt, span.from))
  }
  for (const { at, device, kind } of seen) {
    if (at >= span.to) break
    if (kind === 'door' && doors.has(device)) {
      add(at)
      leftAt = at
      isSeenInside = false
    } else if (leftAt !== null && at > leftAt + doorLag) isSeenInside = true
  }
  add(instant(span.to))
  return milliseconds(out)
}
