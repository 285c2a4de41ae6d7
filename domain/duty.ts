/** 值班: who is on duty at a site at a moment, by weekly shifts and single exceptions, over midnight and where clocks change. Pure. */
import { dayIn, dayNumber, dayPlus } from './calendar.ts'
import { type Instant, instant } from './time.ts'

/** One shift that comes back every week. */
export type Shift = {
  id: string
  siteId: string
  name: string
  /** On which local days it begins: 1 Monday … 7 Sunday. */
  weekdays: readonly number[]
  /** Minutes after midnight, on the clocks of the site. `until` at or before `from` is on the next day; equal means round the clock. */
  from: number
  until: number
  /** Users (staff). */
  personIds: readonly string[]
  /** First and last local day, `2026-11-22`; '' for no limit. */
  firstDay: string
  lastDay: string
}

/** One person more or less in one shift of one day: a swap names both, sick only `out`, help only `in`. */
export type DutyException = {
  id: string
  siteId: string
  shiftId: string
  /** The local day on which the shift begins. */
  day: string
  /** User ids; '' for nobody. */
  out: string
  in: string
  note: string
}

/** The shifts of one site, with the zone its clocks are in. */
export type Rota = { timeZone: string; shifts: readonly Shift[]; exceptions: readonly DutyException[] }

/** One shift on one day, `until` excluded. Nobody may be left in it. */
export type Turn = { shiftId: string; name: string; day: string; from: Instant; until: Instant; personIds: readonly string[] }

/** 交班: what one shift tells the next, and the alarms that were open when it was written. */
export type HandOver = {
  id: string
  siteId: string
  /** The author's user id, and the name people call them by. */
  by: string
  byName: string
  at: Instant
  text: string
  alarmIds: readonly string[]
  readBy: string
  readAt: Instant | null
}

/** A line for the record of who changed what, stored with the change or not at all. */
type Line = { at: Instant; userId: string; action: string; subjectId: string; detail: string }

/** Where rotas and hand-overs are kept. All that changes resolves when it is durable; StoreTrouble is thrown otherwise. */
export type DutyStore = {
  shifts(siteId: string): Promise<readonly Shift[]>
  /** Exceptions from day to day, both included. */
  exceptions(siteId: string, span: { from: string; to: string }): Promise<readonly DutyException[]>
  /** Inserts or replaces by id. False, and nothing changed, when that id belongs to another site. */
  putShift(shift: Shift, line?: Line): Promise<boolean>
  putException(exception: DutyException, line?: Line): Promise<boolean>
  /** With the exceptions of the shift. False, and no line, when there was none. */
  removeShift(siteId: string, id: string, line?: Line): Promise<boolean>
  removeException(siteId: string, id: string, line?: Line): Promise<boolean>
  addHandOver(note: HandOver, line?: Line): Promise<void>
  handOver(id: string): Promise<HandOver | null>
  /** Newest first. */
  handOvers(siteId: string, which: 'unread' | 'all', limit: number): Promise<readonly HandOver[]>
  /** False when somebody had read it already. */
  markRead(id: string, read: { by: string; at: Instant }, line?: Line): Promise<boolean>
  /** Sites where a desk was ever signed in and on watch, and sites that have a rota. */
  everManned(): Promise<{ desks: ReadonlySet<string>; rotas: ReadonlySet<string> }>
  deskSeen(siteIds: readonly string[], at: Instant): Promise<void>
}

const dayMs = 86_400_000

/** 1 Monday … 7 Sunday. */
export const weekdayOf = (day: string): number => ((((dayNumber(day) + 3) % 7) + 7) % 7) + 1

/** Every turn that begins on one of these local days, in order of beginning. */
export function turnsOf(rota: Rota, days: readonly string[]): readonly Turn[] {
  const turns = days.flatMap((day) => rota.shifts.filter((shift) => isOn(shift, day)).map((shift) => turnOf(rota, shift, day)))
  return turns.sort((a, b) => a.from - b.from || (a.shiftId < b.shiftId ? -1 : 1))
}

/** The turns that run at this moment. */
export function turnsAt(rota: Rota, at: Instant): readonly Turn[] {
  const day = dayIn(rota.timeZone, at)
  return turnsOf(rota, [dayPlus(day, -1), day]).filter(({ from, until }) => from <= at && at < until)
}

/** Who is on duty at this moment: user ids, each once. Throws a RangeError for an unknown zone. */
export const onDutyAt = (rota: Rota, at: Instant): readonly string[] => [
  ...new Set(turnsAt(rota, at).flatMap(({ personIds }) => personIds)),
]

/** From which to which day exceptions must be known to judge this moment. */
export const daysAround = (timeZone: string, at: Instant): { from: string; to: string } => {
  const day = dayIn(timeZone, at)
  return { from: dayPlus(day, -1), to: day }
}

const isOn = ({ weekdays, firstDay, lastDay }: Shift, day: string): boolean =>
  weekdays.includes(weekdayOf(day)) && (firstDay === '' || firstDay <= day) && (lastDay === '' || day <= lastDay)

function turnOf({ timeZone, exceptions }: Rota, { id: shiftId, name, from, until, personIds }: Shift, day: string): Turn {
  const changes = exceptions.filter((change) => change.shiftId === shiftId && change.day === day)
  const people = changes.reduce(changed, personIds)
  const endDay = until <= from ? dayPlus(day, 1) : day
  return {
    ...{ shiftId, name, day, personIds: [...new Set(people)] },
    from: momentOf(timeZone, day, from),
    until: momentOf(timeZone, endDay, until),
  }
}

const changed = (people: readonly string[], change: DutyException): readonly string[] => [
  ...people.filter((id) => id !== change.out),
  ...(change.in === '' ? [] : [change.in]),
]

/**
 * The first moment at which the clocks of a zone have reached this time of this day. Where they jump over it, that is the jump; where they
 * show it twice, the first time. Whoever ends and whoever begins at the same time so meet at the same moment, whatever the clocks do.
 */
export function momentOf(timeZone: string, day: string, minute: number): Instant {
  const wanted = dayNumber(day) * dayMs + minute * 60_000
  const offsets = [wanted - dayMs, wanted + dayMs].map((at) => localOf(timeZone, at) - at)
  const guesses = offsets.map((offset) => wanted - offset)
  const exact = guesses.filter((at) => localOf(timeZone, at) === wanted)
  return instant(exact.length > 0 ? Math.min(...exact) : jumpOver(timeZone, wanted, guesses))
}

/** The clocks jumped over `wanted`: the first minute at which they are past it. */
function jumpOver(timeZone: string, wanted: number, guesses: readonly number[]): number {
  let before = Math.min(...guesses) / 60_000 - 1
  let past = Math.max(...guesses) / 60_000 + 1
  while (past - before > 1) {
    const middle = Math.floor((before + past) / 2)
    if (localOf(timeZone, middle * 60_000) < wanted) before = middle
    else past = middle
  }
  return past * 60_000
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What the clocks of the zone show, to the minute, as if it were UTC. */
function localOf(timeZone: string, at: number): number {
  let format = formats.get(timeZone)
  if (!format) {
    const two = '2-digit' as const
    format = new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two },
    })
    formats.set(timeZone, format)
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute)
}

/** Why something cannot be kept: a code for programs, a sentence for people. */
export type DutyProblem = { code: string; message: string }
const problem = (code: string, message: string): DutyProblem => ({ code: `duty-${code}`, message })

/** Why this shift cannot be kept, or null. */
export function shiftProblem({ weekdays, firstDay, lastDay }: Shift): DutyProblem | null {
  if (weekdays.length === 0) return problem('no-days', 'A shift needs at least one day of the week.')
  if (firstDay !== '' && lastDay !== '' && lastDay < firstDay) return problem('ends-early', 'The last day is before the first one.')
  return null
}

/** Why this exception cannot be kept, or null: it must change somebody of a shift that begins on that day. */
export function exceptionProblem(rota: Rota, change: DutyException): DutyProblem | null {
  const shift = rota.shifts.find(({ id }) => id === change.shiftId)
  if (!shift) return problem('no-shift', 'There is no such shift at this site.')
  if (Number.isNaN(dayNumber(change.day))) return problem('bad-day', 'The day must be written as 2026-11-22.')
  if (!isOn(shift, change.day)) return problem('other-day', 'This shift does not begin on that day.')
  if (change.out === '' && change.in === '') return problem('nobody', 'Say who is off, who comes instead, or both.')
  const others = rota.exceptions.filter(({ id }) => id !== change.id)
  const people = turnOf({ ...rota, exceptions: others }, shift, change.day).personIds
  if (change.out !== '' && !people.includes(change.out)) return problem('not-in', 'This person is not in that shift on that day.')
  if (change.in !== '' && people.includes(change.in)) return problem('already-in', 'This person is in that shift already.')
  return null
}

/** A hand-over is read by somebody else than its author, or by the author when a later turn of theirs has begun: some sites have one person. */
export function mayRead(note: HandOver, reader: string, running: readonly Turn[]): boolean {
  return reader !== note.by || running.some(({ from, personIds }) => from >= note.at && personIds.includes(reader))
}
