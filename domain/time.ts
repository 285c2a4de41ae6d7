/** Time as data: a moment is an `Instant` (UTC milliseconds), a length is a `Span` (milliseconds). Nothing here reads a clock. */

declare const instantBrand: unique symbol
declare const spanBrand: unique symbol

/** A moment, in milliseconds since 1970-01-01T00:00Z. Names of moments end in `At`. */
export type Instant = number & { readonly [instantBrand]: true }
/** A length of time in milliseconds. */
export type Span = number & { readonly [spanBrand]: true }

/** The only way to learn what time it is; the system's or a virtual one. */
export type Clock = {
  /** Now, by the wall clock (UTC). It may jump. */
  now(): Instant
  /** Milliseconds that only ever grow; for measuring how long something took. */
  elapsed(): number
  /** Calls `work` every `span` until the returned function is called. Overlapping calls are the caller's affair. */
  every(span: Span, work: () => void): () => void
  /** Calls `work` once after `span`; the returned function calls it off. */
  later(span: Span, work: () => void): () => void
}

export const instant = (milliseconds: number): Instant => milliseconds as Instant
export const milliseconds = (n: number): Span => n as Span
export const seconds = (n: number): Span => (n * 1_000) as Span
export const minutes = (n: number): Span => (n * 60_000) as Span
export const hours = (n: number): Span => (n * 3_600_000) as Span
export const days = (n: number): Span => (n * 86_400_000) as Span

export const after = (at: Instant, span: Span): Instant => (at + span) as Instant
export const before = (at: Instant, span: Span): Instant => (at - span) as Instant
export const between = (from: Instant, to: Instant): Span => (to - from) as Span
export const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b)

/** The hour of day (0–23) at `at` in an IANA time zone. Throws RangeError for an unknown zone. */
export function hourIn(timeZone: string, at: Instant): number {
  return Number(hourFormat(timeZone).format(at)) % 24
}

const hourFormats = new Map<string, Intl.DateTimeFormat>()
function hourFormat(timeZone: string): Intl.DateTimeFormat {
  let format = hourFormats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hour12: false, timeZone })
    hourFormats.set(timeZone, format)
  }
  return format
}
