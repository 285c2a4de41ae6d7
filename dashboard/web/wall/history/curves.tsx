/** Curves by uPlot: gaps stay gaps; what is drawn is also said in words. */
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { localeOf } from '../../shared/format.ts'
import { language } from '../../shared/i18n/i18n.ts'
import { type Curve, gapsIn } from './shape.ts'
import { historyWords } from './words.ts'

export type NamedCurve = Curve & { name: string }
type Shown = { at: readonly number[]; curves: readonly NamedCurve[]; timeZone: string; height: number }

/** Told apart by lightness and by dashes, not by hue alone. */
const strokes = ['#8cc6f7', '#ffc24a', '#9fe0b8', '#eef1f4', '#c9a6f5', '#ff8a8a'] as const
const dashes: readonly number[][] = [[], [6, 3], [2, 3], [10, 4, 2, 4]]

export function Curves({ at, curves, timeZone, height }: Shown) {
  const box = useRef<HTMLDivElement>(null)
  const locale = localeOf(language.value)
  useEffect(() => {
    const parent = box.current
    if (!parent) return
    const plot = new uPlot({ ...optionsOf({ curves, timeZone, locale }), width: parent.clientWidth, height }, dataOf(at, curves), parent)
    const fit = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height }))
    fit.observe(parent)
    return () => {
      fit.disconnect()
      plot.destroy()
    }
  }, [at, curves, timeZone, locale, height])
  return (
    <div class="curves">
      <div ref={box} class="plot" role="img" aria-label={curves.map(textOf).join('; ')} />
      <ul class="curve-names" aria-hidden="true">
        {curves.map(({ key, name, values }, i) => (
          <li key={key}>
            <svg viewBox="0 0 24 6" aria-hidden="true">
              <line
                x1="0"
                y1="3"
                x2="24"
                y2="3"
                stroke={strokes[i % strokes.length]}
                stroke-width="3"
                stroke-dasharray={(dashes[i % 4] ?? []).join(' ')}
              />
            </svg>
            {name} <b>{lastOf(values)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

const lastOf = (values: Curve['values']) => values.findLast((value) => value !== null) ?? '–'

function textOf({ name, values }: NamedCurve): string {
  const known = values.filter((value) => value !== null)
  return historyWords.value.curveText({ name, first: known[0] ?? 0, last: known[known.length - 1] ?? 0, gaps: gapsIn(values) })
}

const dataOf = (at: readonly number[], curves: readonly NamedCurve[]): uPlot.AlignedData => [
  at.map((moment) => moment / 1_000),
  ...curves.map(({ values }) => [...values]),
]

function optionsOf({
  curves,
  timeZone,
  locale,
}: {
  curves: readonly NamedCurve[]
  timeZone: string
  locale: string
}): Omit<uPlot.Options, 'width' | 'height'> {
  const day = new Intl.DateTimeFormat(locale, { timeZone, month: 'numeric', day: 'numeric' })
  const axis = { stroke: '#b6c0ca', grid: { stroke: '#3b4550', width: 1 }, ticks: { show: false }, font: '13px system-ui' }
  return {
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone),
    axes: [
      { ...axis, size: 24, values: (_plot, splits) => splits.map((seconds) => day.format(seconds * 1_000)) },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...curves.map(({ name }, i) => ({
        label: name,
        stroke: strokes[i % strokes.length] ?? '#eef1f4',
        dash: [...(dashes[i % dashes.length] ?? [])],
        width: 2,
        points: { size: 4 },
        spanGaps: false,
      })),
    ],
  }
}
