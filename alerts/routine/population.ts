/** What is true of people in general: the few constants of the routine. Chosen on recorded homes by leave-one-home-out; docs/routine.md says how. */

export type Population = {
  /** Factor of every limit at a budget of one false alarm a month, of somebody known for long. */
  scale: number
  /** The limit falls as budget^-tail: the mean excess of ln(silence / limit) among the longest, a Pareto-like tail. */
  tail: number
  /** … and with the days known as 1 + newness / days: the longest of three days is far from the longest of many. */
  newness: number
  /** Hours that are added to the expected longest: short silences vary by more than in proportion. */
  extraHours: number
  /** Longest silence to expect of somebody unknown, in hours: at night and by day. */
  nightHours: number
  dayHours: number
  /** The population weighs as much as so many days of her own. */
  priorDays: number
  /** Evenings are less regular than mornings: amplitude and hour of the largest limit. */
  swing: number
  swingHour: number
  /** Shares of the four views of her longest silences (see `expectedHours`). */
  endShare: number
  roomShare: number
  paceShare: number
  dayKindShare: number
  /** Expected longest absence of somebody unknown, in hours. */
  absenceHours: number
  /** A silence that reached this share of its limit was near it; so many a month are to be expected of anybody at half a false alarm a month. */
  missShare: number
  missRate: number
  /** How many near misses the population weighs, and how far a person's own rate of them moves her limits. */
  missPrior: number
  missPower: number
  /** Out of bed in the night: hours to expect of somebody unknown, and the least for anybody. */
  nightTripHours: number
  nightTripLeast: number
}

export const population: Population = {
  ...{ scale: 0.96, tail: 0.19, newness: 1.5, extraHours: 1.25 },
  ...{ nightHours: 8, dayHours: 2.5, priorDays: 1 },
  ...{ swing: 0.1, swingHour: 19.5 },
  ...{ endShare: 1, roomShare: 1, paceShare: 1, dayKindShare: 0.35 },
  absenceHours: 8,
  ...{ missShare: 0.7, missRate: 4, missPrior: 4, missPower: 0.12 },
  ...{ nightTripHours: 4, nightTripLeast: 1.25 },
}
