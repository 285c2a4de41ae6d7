/**
 * From what is remembered to a limit: limit = scale × budget^-tail × (1 + newness / days) × (expected longest + extra hours) × swing × steadiness.
 * The expected longest is a mean of four views of her own longest silences, drawn to the population's while few days are known.
 */
import { absenceIndex, bins, dayKindIndex, field, flag, get, getLong, has, roomWeekIndex, startIndex, weeks } from './layout.ts'
import type { Population } from './population.ts'
import { budgetDefault, type Profile } from './words.ts'

const hourMinutes = 60
const monthDays = 30.44
/** Half-hours around the start that count as "about this time": the same, by pace, and the latest start for the wake-up view. */
const nearBins = 2
const paceBins = 4
const laterBins = 2
const daysMost = 42
const daysLeast = 0.5

/** Days that were learned from, 0.5 … 42. The longest of many days needs less added to it than the longest of three. */
export const daysKnown = (profile: Profile): number => Math.min(daysMost, Math.max(daysLeast, getLong(profile, field.learned) / 86_400))

/** The longest silence that began in a half-hour, over all weeks; of one pace, or of both (-1). Minutes. */
function longestOf(profile: Profile, bin: number, pace: number): number {
  let longest = 0
  for (let slot = 0; slot < weeks; slot += 1) {
    if (pace !== 1) longest = Math.max(longest, get(profile, startIndex(0, slot, bin)))
    if (pace !== 0) longest = Math.max(longest, get(profile, startIndex(1, slot, bin)))
  }
  return longest
}

/** The longest silence that began within ± `around` half-hours. Minutes. */
export function longestNear(profile: Profile, bin: number, { around, pace }: { around: number; pace: number }): number {
  let longest = 0
  for (let by = -around; by <= around; by += 1) longest = Math.max(longest, longestOf(profile, (bin + by + bins) % bins, pace))
  return longest
}

/** For each week the longest that began about this half-hour; weeks without one are left out. Minutes, ascending. */
export function weeklyLongest(profile: Profile, bin: number): number[] {
  const found: number[] = []
  for (let slot = 0; slot < weeks; slot += 1) {
    let longest = 0
    for (let by = -nearBins; by <= nearBins; by += 1) {
      const at = (bin + by + bins) % bins
      longest = Math.max(longest, get(profile, startIndex(0, slot, at)), get(profile, startIndex(1, slot, at)))
    }
    if (longest > 0) found.push(longest)
  }
  return found.sort((a, b) => a - b)
}

/** How long until the latest end, by the clock, of the silences that were running at this time or began soon after. Minutes. */
function untilLatestEnd(profile: Profile, bin: number): number {
  let latest = 0
  for (let by = -bins + laterBins + 1; by <= laterBins; by += 1) {
    const longest = longestOf(profile, (bin + by + 2 * bins) % bins, -1)
    if (longest > 0) latest = Math.max(latest, longest + by * 30)
  }
  return latest
}

function longestInRoom(profile: Profile): number {
  const room = get(profile, field.room)
  let longest = 0
  for (let slot = 0; room > 0 && slot < weeks; slot += 1) {
    longest = Math.max(longest, get(profile, roomWeekIndex(room - 1, has(profile, flag.night) ? 0 : 1, slot)))
  }
  return longest
}

function longestOnSuchADay(profile: Profile, bin: number): number {
  const weekend = has(profile, flag.weekend) ? 1 : 0
  const hour = bin >> 1
  const neighbour = bin % 2 === 0 ? (hour + 23) % 24 : (hour + 1) % 24
  return Math.max(get(profile, dayKindIndex(weekend, hour)), get(profile, dayKindIndex(weekend, neighbour)))
}

/** The longest silence to expect after the last sign, in hours. */
export function expectedHours(profile: Profile, people: Population): number {
  const bin = get(profile, field.bin)
  const pace = has(profile, flag.busy) ? 1 : 0
  const { endShare, roomShare, paceShare, dayKindShare } = people
  const own =
    endShare * untilLatestEnd(profile, bin) +
    roomShare * longestInRoom(profile) +
    paceShare * longestNear(profile, bin, { around: paceBins, pace }) +
    dayKindShare * longestOnSuchADay(profile, bin)
  if (has(profile, flag.nightTrip)) return nightTripHours(profile, people)
  const mean = has(profile, flag.fresh)
    ? longestOfAny(profile, bin) / hourMinutes
    : own / hourMinutes / (endShare + roomShare + paceShare + dayKindShare)
  const days = daysKnown(profile)
  return (days * mean + people.priorDays * priorHours(bin, people)) / (days + people.priorDays)
}

/** After a fresh start she may have been silent for long already, asleep for one: the most cautious view. */
const longestOfAny = (profile: Profile, bin: number): number =>
  Math.max(untilLatestEnd(profile, bin), longestNear(profile, bin, { around: paceBins, pace: -1 }))

const turn = (bin: number, hour: number): number => Math.cos((((bin + 0.5) / 2 - hour) / 24) * 2 * Math.PI)

const priorHours = (bin: number, { dayHours, nightHours }: Population): number =>
  dayHours + (nightHours - dayHours) * Math.max(0, turn(bin, 0.5))

/** Up in the night, and not back in bed: her own longest of six weeks, and never less than a while. */
function nightTripHours(profile: Profile, people: Population): number {
  let longest = 0
  for (let slot = 0; slot < weeks; slot += 1) longest = Math.max(longest, get(profile, field.nightTrips + slot))
  const days = daysKnown(profile)
  const own = Math.max(people.nightTripLeast, longest / hourMinutes)
  return (days * own + people.priorDays * people.nightTripHours) / (days + people.priorDays)
}

/** budget^-tail × (1 + newness / days), and the caution after false alarms. */
const margin = (profile: Profile, budget: number, { scale, tail, newness }: Population): number =>
  scale * Math.max(budget, 0.01) ** -tail * (1 + newness / daysKnown(profile)) * (1 + get(profile, field.caution) / 1_000)

/** Whose silences often come near their limits gets longer ones, whose never do shorter ones: her own rate of near misses, drawn to everybody's. */
function steadiness(profile: Profile, { missRate, missPrior, missPower }: Population): number {
  const expected = (missRate * daysKnown(profile)) / monthDays
  return ((get(profile, field.misses) / 1_000 + missPrior) / (expected + missPrior)) ** missPower
}

/** The limit of a silence at home that begins with the last sign, in hours, before it is known how steady she is. */
function plainLimit(profile: Profile, budget: number, people: Population): number {
  const swing = Math.exp(people.swing * turn(get(profile, field.bin), people.swingHour))
  return margin(profile, budget, people) * swing * (expectedHours(profile, people) + people.extraHours)
}

/** The limit of a silence at home that begins with the last sign, in hours. */
export const silenceLimit = (profile: Profile, budget: number, people: Population): number =>
  steadiness(profile, people) * plainLimit(profile, budget, people)

/** Shorter ones are not looked at: no limit is as short. */
const missLeastSeconds = 1_200
const missMostSeconds = 86_400

/** The silence that began with the last sign ended by itself after `seconds`: did it come near its limit? */
export function noteMiss(profile: Profile, seconds: number, people: Population): void {
  if (seconds < missLeastSeconds || seconds > missMostSeconds || has(profile, flag.afterExit) || has(profile, flag.fresh)) return
  if (seconds / 3_600 < people.missShare * plainLimit(profile, budgetDefault, people)) return
  profile[field.misses] = Math.min(60_000, get(profile, field.misses) + 1_000)
}

/** The not-back limit of an absence that began with the last sign, in hours. */
export function absenceLimit(profile: Profile, budget: number, people: Population): number {
  const quarter = Math.floor(get(profile, field.bin) / 12)
  let longest = 0
  for (let slot = 0; slot < weeks; slot += 1) longest = Math.max(longest, get(profile, absenceIndex(quarter, slot)))
  const days = daysKnown(profile)
  const expected = ((days * longest) / hourMinutes + people.priorDays * people.absenceHours) / (days + people.priorDays)
  return margin(profile, budget, people) * (expected + people.extraHours)
}
