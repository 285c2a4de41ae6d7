/** Today's silence as a curve over the band of what is usual, hour by hour, by uPlot. What is drawn is also said in words. */
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { SilenceAnswer } from '../../../contracts.ts'
import './silence.css'
import { silenceWords } from './words.ts'

export type ChartProps = { answer: SilenceAnswer }

const height = 84
const hourMarks = [0, 6, 12, 18, 24]
/** Told apart by lightness and by fill, not by hue alone. */
const colours = {
  today: '#ffffff',
  within: '#6f8ba3',
  longest: '#4c6173',
  band: 'rgb(140 198 247 / 22%)',
  wide: 'rgb(140 198 247 / 11%)',
} as const

export function SilenceChart({ answer }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const parent = box.current
    if (!parent) return
    const plot = new uPlot({ ...optionsOf(answer), width: parent.clientWidth, height }, dataOf(answer), parent)
    const fit = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height }))
    fit.observe(parent)
    return () => {
      fit.disconnect()
      plot.destroy()
    }
  }, [answer])
  return (
    <>
      <div ref={box} class="silence-plot" role="img" aria-label={textOf(answer)} />
      <Legend hasUsual={answer.usual.longest.length > 0} />
    </>
  )
}

function Legend({ hasUsual }: { hasUsual: boolean }) {
  const t = silenceWords.value
  return (
    <ul class="silence-legend" aria-hidden="true">
      <li class="today">{t.today}</li>
      {hasUsual && <li class="within">{t.within}</li>}
      {hasUsual && <li class="longest">{t.longest}</li>}
    </ul>
  )
}

function textOf({ today, usual }: SilenceAnswer): string {
  const now = today.silent.findLastIndex((minutes) => minutes !== null)
  return now < 0 ? silenceWords.value.nothing : silenceWords.value.chart(today.silent[now] ?? 0, usual.within[now] ?? 0)
}

/** Hours of the day against hours of silence; the fourth series is the floor of the band. */
function dataOf({ today, usual }: SilenceAnswer): uPlot.AlignedData {
  const points = today.silent.length
  const asHours = (values: readonly (number | null)[]) =>
    Array.from({ length: points }, (_, i) => (values[i] === undefined || values[i] === null ? null : (values[i] ?? 0) / 60))
  const hours = Array.from({ length: points }, (_, i) => (i * today.step) / 3_600_000)
  const floor = hours.map(() => (usual.longest.length > 0 ? 0 : null))
  return [hours, asHours(usual.longest), asHours(usual.within), floor, asHours(today.silent)]
}

function optionsOf({ today }: SilenceAnswer): Omit<uPlot.Options, 'width' | 'height'> {
  const last = ((today.silent.length - 1) * today.step) / 3_600_000
  const axis = { stroke: '#b6c0ca', grid: { stroke: '#3b4550', width: 1 }, ticks: { show: false }, font: '13px system-ui' }
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [0, last] }, y: { range: (_plot, _min, max) => [0, Math.max(2, Math.ceil(max))] } },
    axes: [
      {
        ...axis,
        size: 22,
        splits: () => hourMarks.filter((hour) => hour <= last),
        values: (_plot, splits) => splits.map((hour) => `${hour}:00`),
      },
      { ...axis, size: 38, values: (_plot, splits) => splits.map((hour) => (Number.isInteger(hour) ? `${hour} h` : '')) },
    ],
    bands: [
      { series: [1, 2], fill: colours.wide },
      { series: [2, 3], fill: colours.band },
    ],
    series: [
      {},
      { stroke: colours.longest, width: 1, dash: [3, 3], points: { show: false } },
      { stroke: colours.within, width: 1, points: { show: false } },
      { width: 0, points: { show: false } },
      { stroke: colours.today, width: 2, points: { show: false }, spanGaps: false },
    ],
  }
}
