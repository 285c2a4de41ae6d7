/** The wall of homes: one canvas, one image to a screen reader, with its counts in words. */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { buildingName } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { openPainter, type Painter, type Palette } from './draw.ts'
import { homeAt, type Layout, layOut } from './layout.ts'
import { cells, counts } from './marks.ts'

export function HomesCanvas({ large = false }: { large?: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const [frame, sheet] = [box.current, canvas.current]
    return frame && sheet ? keepPainted(frame, sheet, large) : undefined
  }, [large])
  const { total, active, quiet, urgent, attention, away, offline } = counts.value
  return (
    <div class="homes" ref={box}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={words.value.wall.homesLabel({ total, normal: active + quiet, urgent, attention, away, offline })}
      />
    </div>
  )
}

/** Paints now and after every change, until the returned function is called. */
function keepPainted(frame: HTMLElement, sheet: HTMLCanvasElement, large: boolean): () => void {
  let shown: Shown | null = null
  let waiting = false
  const rebuild = () => {
    shown = prepare(frame, sheet, large)
    shown?.painter.all()
  }
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      shown?.painter.changes()
    })
  }
  const sizes = new ResizeObserver(() => {
    if (shown?.width !== frame.clientWidth || shown.height !== frame.clientHeight) rebuild()
  })
  sizes.observe(frame)
  document.fonts.addEventListener('loadingdone', rebuild)
  sheet.onpointermove = ({ offsetX, offsetY }) => {
    const home = shown && homeAt(shown.layout, offsetX - inset, offsetY)
    sheet.title = home === null ? '' : desk.homes.peek().label(home)
  }
  sheet.onclick = ({ offsetX, offsetY }) => {
    const home = shown && homeAt(shown.layout, offsetX - inset, offsetY)
    if (home !== null) desk.openResident(desk.homes.peek().residentId(home))
  }
  const stops = [
    effect(() => {
      desk.homes.value
      language.value
      rebuild()
    }),
    effect(() => {
      cells.value
      soon()
    }),
    () => sizes.disconnect(),
    () => document.fonts.removeEventListener('loadingdone', rebuild),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

type Shown = { painter: Painter; layout: Layout; width: number; height: number }
/** Room at the left for a large symbol in the first column. */
const inset = 8

function prepare(frame: HTMLElement, sheet: HTMLCanvasElement, large: boolean): Shown | null {
  const homes = desk.homes.peek()
  const pen = sheet.getContext('2d')
  const { clientWidth: width, clientHeight: height } = frame
  if (!pen || width === 0 || height === 0) return null
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const label = root * (large ? 1.75 : 1.2)
  const layout: Layout = layOut(homes.buildings, { width: width - 2 * inset, height, pitchMax: root * (large ? 2.4 : 1.05), label })
  const scale = devicePixelRatio
  sheet.width = Math.round(width * scale)
  sheet.height = Math.round(height * scale)
  pen.setTransform(scale, 0, 0, scale, inset * scale, 0)
  const palette = paletteOf(sheet)
  pen.fillStyle = palette.background
  pen.fillRect(-inset, 0, width + inset, height)
  const font = `${layout.labelHeight * 0.72}px ${getComputedStyle(sheet).fontFamily}`
  const painter = openPainter(pen, { layout, palette, cells: () => cells.peek().looks, labelOf, font })
  return { painter, layout, width, height }
}

const labelOf = (building: string) => buildingName(building, language.peek())

function paletteOf(sheet: HTMLElement): Palette {
  const style = getComputedStyle(sheet)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    background: token('--canvas'),
    active: token('--ok-hi'),
    quiet: token('--ok'),
    away: token('--away'),
    offline: token('--offline'),
    label: token('--t2'),
    urgent: token('--p1'),
    attention: token('--p2'),
  }
}
