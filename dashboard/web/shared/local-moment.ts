/** A moment as an `<input type=datetime-local>` writes it, by the clocks of a home and not of the machine that looks. Only what browsers of 2020 know. */

const formats = new Map<string, Intl.DateTimeFormat>()

/** What `<input type=datetime-local>` shows for a moment there. Throws a RangeError for an unknown zone. */
export function localOf(at: number, timeZone: string): string {
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { ...digits, year: 'numeric', hourCycle: 'h23', timeZone })
  formats.set(timeZone, format)
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}T${parts.get('hour')}:${parts.get('minute')}`
}

/** The moment when clocks of that zone show this; `local` as the input writes it. Null when it cannot be read. */
export function momentOf(local: string, timeZone: string): number | null {
  const asIfUtc = Date.parse(`${local}Z`)
  if (Number.isNaN(asIfUtc)) return null
  // Twice: near a change of the clocks the first guess may lie on the other side of it.
  const first = asIfUtc - offsetAt(asIfUtc, timeZone)
  return asIfUtc - offsetAt(first, timeZone)
}

const offsetAt = (at: number, timeZone: string): number => Date.parse(`${localOf(at, timeZone)}Z`) - Math.floor(at / 60_000) * 60_000
