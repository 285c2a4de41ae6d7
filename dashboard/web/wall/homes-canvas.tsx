/** The wall of homes: one canvas, one image to a screen reader, with its counts in words. */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { openPainter, type Painter, type Palette } from './draw.ts'
import { type Layout, layOut } from './layout.ts'
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
  let painter: Painter | null = null
  let waiting = false
  const rebuild = () => {
    painter = prepare(frame, sheet, large)
    painter?.all()
  }
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      painter?.changes()
    })
  }
  const sizes = new ResizeObserver(rebuild)
  sizes.observe(frame)
  document.fonts.addEventListener('loadingdone', rebuild)
  const stops = [
    effect(() => {
      desk.homes.value
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

function prepare(frame: HTMLElement, sheet: HTMLCanvasElement, large: boolean): Painter | null {
  const homes = desk.homes.peek()
  const pen = sheet.getContext('2d')
  const { clientWidth: width, clientHeight: height } = frame
  if (!pen || width === 0 || height === 0) return null
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const label = root * (large ? 1.75 : 1.2)
  const layout: Layout = layOut(homes.buildings, { width: width - 4, height, pitchMax: root * (large ? 2.4 : 1.05), label })
  const scale = devicePixelRatio
  sheet.width = Math.round(width * scale)
  sheet.height = Math.round(height * scale)
  pen.setTransform(scale, 0, 0, scale, 2 * scale, 0)
  const palette = paletteOf(sheet)
  pen.fillStyle = palette.background
  pen.fillRect(-2, 0, width + 2, height)
  const font = `${layout.labelHeight * 0.72}px ${getComputedStyle(sheet).fontFamily}`
  return openPainter(pen, { layout, palette, cells: () => cells.peek().looks, labelOf, font })
}

const labelOf = (building: string) => (/^[0-9]+$/.test(building) ? `${building} 栋` : building)

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
