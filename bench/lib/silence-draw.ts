/** The trade-off curve as SVG: false alarms a month against the mean delay, and against the daytime median. */
import type { Curves, Point } from './silence-run.ts'

const size = { width: 460, height: 360, left: 50, bottom: 46, top: 30, right: 14 }
const colours: Record<string, string> = {
  ours: '#c2410c',
  cuddihy: '#2563eb',
  floeckLitz: '#059669',
  fixed: '#6b7280',
  wakingHours: '#a855f7',
}
const rates = { least: 0.1, most: 20 }
const hoursMost = 16

const x = (rate: number): number => {
  const share = Math.log(Math.min(rates.most, Math.max(rates.least, rate)) / rates.least) / Math.log(rates.most / rates.least)
  return size.left + share * (size.width - size.left - size.right)
}
const y = (hours: number): number =>
  size.height - size.bottom - (Math.min(hours, hoursMost) / hoursMost) * (size.height - size.bottom - size.top)

export function drawCurves(curves: Curves): string {
  const panels = [
    panel(curves, { title: 'mean delay (h)', of: ({ mean }) => mean, at: 0 }),
    panel(curves, { title: 'daytime median (h)', of: ({ dayP50 }) => dayP50, at: size.width }),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width * 2}" height="${size.height}" font-family="sans-serif" font-size="11">
<title>Delay of each detector over its false alarms for a resident and month</title>
<rect width="100%" height="100%" fill="#fff"/>${panels.join('')}</svg>\n`
}

type Panel = { title: string; of: (point: Point) => number; at: number }

function panel(curves: Curves, { title, of, at }: Panel): string {
  const ticksX = [0.1, 0.5, 1, 2, 5, 10, 20].map((rate) => tick(x(rate), size.height - size.bottom + 16, String(rate)))
  const ticksY = [0, 4, 8, 12, 16].map(
    (hours) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(hours)}" y2="${y(hours)}" stroke="#e5e7eb"/>${tick(size.left - 16, y(hours) + 4, String(hours))}`,
  )
  const lines = Object.entries(curves).map(([name, points], n) => curve(points, { name, of, n }))
  const axis = tick(size.width / 2, size.height - 8, 'false alarms per resident-month (left edge: at most 0.1)')
  return `<g transform="translate(${at} 0)">${tick(size.width / 2, 18, title)}${ticksX.join('')}${ticksY.join('')}${lines.join('')}${axis}</g>`
}

const tick = (atX: number, atY: number, text: string): string => `<text x="${atX}" y="${atY}" text-anchor="middle">${text}</text>`

function curve(points: readonly Point[], { name, of, n }: { name: string; of: (point: Point) => number; n: number }): string {
  const sorted = points.filter((point) => Number.isFinite(of(point))).sort((a, b) => a.faPerMonth - b.faPerMonth)
  const path = sorted.map((point) => `${x(point.faPerMonth).toFixed(1)},${y(of(point)).toFixed(1)}`).join(' ')
  const label = `<text x="${size.width - 96}" y="${size.top + 14 + n * 15}" fill="${colours[name] ?? '#000'}">${name}</text>`
  return `<polyline points="${path}" fill="none" stroke="${colours[name] ?? '#000'}" stroke-width="${name === 'ours' ? 2.5 : 1.3}"/>${label}`
}
