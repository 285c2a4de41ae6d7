/** The table of `bench:silence` and its bars, in hours. */
import type { ByBudget } from './silence-run.ts'
import type { Score } from './silence-score.ts'
import type { Uniform } from './silence-uniform.ts'

const n = (value: number, digits = 1): string => (Number.isFinite(value) ? value.toFixed(digits) : '–').padStart(5)

export function rowOf(name: string, one: Score & { tuning?: number }): string {
  const interval = `[${one.faCi[0].toFixed(2)}, ${one.faCi[1].toFixed(2)}]`
  const tuned = one.tuning === undefined ? '' : `  (${one.tuning})`
  return `${name.padEnd(34)}${String(one.fa).padStart(5)} ${n(one.faPerMonth, 2)} ${interval.padEnd(15)} ${n(one.meanHomeFa, 2)} |${n(one.mean)} ${n(one.p50)} ${n(one.p90)} | ${n(one.day.p50)}/${n(one.day.p90)} | ${n(one.night.p50)}/${n(one.night.p90)} | ${n(one.detected12h * 100, 0)}${tuned}`
}

export function printTable(detectors: Record<string, ByBudget>): void {
  console.log(
    `\n${'detector'.padEnd(34)}${'fa'.padStart(5)} /month [95 %]           home | mean  p50   p90  |  day p50/p90 | night p50/p90 | <12 h %  (tuned to)`,
  )
  for (const [name, byBudget] of Object.entries(detectors)) {
    const order = Object.entries(byBudget).sort(([a], [b]) => (a === 'published' ? -1 : b === 'published' ? 1 : Number(a) - Number(b)))
    for (const [budget, one] of order) {
      console.log(
        rowOf(
          `${name} ${budget === 'published' ? 'as published' : name === 'ours' ? `asked for ${budget}` : `hindsight ≤ ${budget}`}`,
          one,
        ),
      )
    }
  }
}

/** Onsets at any time, those of the night apart: silent deaths in bed. */
export function printUniform({ onsets, alarm, asked, inBed }: Uniform): void {
  const figures = ({ mean, p50, p90 }: Uniform['alarm']): string => `${n(mean)} ${n(p50)} ${n(p90)}`
  console.log(`\n${onsets} onsets uniform in the time at home, at 0.5: mean p50 p90`)
  console.log(`  the alarm alone       ${figures(alarm)} | between 22 and 6 h ${figures(inBed.alarm)}`)
  console.log(`  asked first, as it is ${figures(asked)} | between 22 and 6 h ${figures(inBed.asked)}`)
}

type Bar = { name: string; value: number; bar: number; isMet: boolean }
type Measured = { detectors: Record<string, ByBudget>; coldStart: Record<string, ByBudget>; strays: { every6h: number } }

/** The bars of the issue, each with what was measured. */
export function printBars({ detectors, coldStart, strays }: Measured): Bar[] {
  const half = detectors.ours?.['0.5']
  const two = detectors.ours?.['2']
  const cold = coldStart['3']?.['0.5']
  if (!half || !two || !cold) return []
  const most = (name: string, value: number, bar: number): Bar => ({ name, value, bar, isMet: value <= bar })
  const bars = [
    most('false alarms a month at 0.5', half.faPerMonth, 0.6),
    ...[most('mean', half.mean, 6.5), most('median', half.p50, 6), most('p90', half.p90, 9.7)],
    ...[most('day median', half.day.p50, 4.5), most('day p90', half.day.p90, 8), most('day median at 2', two.day.p50, 3.5)],
    most('false alarms a month with 3 days', cold.faPerMonth, 1),
    { name: 'strays every 6 h, noticed in 24 h', value: strays.every6h, bar: 0.95, isMet: strays.every6h >= 0.95 },
  ]
  console.log(`\n${bars.map(({ name, value, bar, isMet }) => `${isMet ? 'met   ' : 'missed'} ${name}: ${value} (bar ${bar})`).join('\n')}`)
  return bars
}
