/** What is true of people in general: the few constants of the routine. Chosen on recorded homes by leave-one-home-out; docs/routine.md says how. */

export type Population = {
  /** Factor of every limit at a budget of one false alarm a month after one day of history. */
  scale: number
  /** Tail exponent: the limit falls as (budget × days known)^-tail. A Pareto-like tail of ln(silence / own longest) has this mean excess. */
  tail: number
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
}

export const population: Population = {
  ...{ scale: 1.63, tail: 0.16, extraHours: 1.25 },
  ...{ nightHours: 8, dayHours: 2.5, priorDays: 1 },
  ...{ swing: 0.1, swingHour: 19.5 },
  ...{ endShare: 1, roomShare: 1, paceShare: 1, dayKindShare: 0.35 },
  absenceHours: 8,
}
