/** The wall of homes: one canvas, one image to a screen reader, with its counts in words. */
import './homes.css'
import { effect, type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { mapWords } from '../maps/words.ts'
import { buildingName } from '../shared/format.ts'
import { language, words } from '../shared/i18n/i18n.ts'
import * as desk from './desk.ts'
import { openPainter, type Painter, type Palette } from './draw.ts'
import { type Counts, type Homes, looks } from './homes.ts'
import { homeAt, homeBeside, type Layout, layOut } from './layout.ts'
import { cells } from './marks.ts'
import { fitted } from './names.ts'

/** What is drawn. `open` null: no card can be opened here. */
export type Board = {
  homes: ReadonlySignal<Homes>
  cells: ReadonlySignal<{ looks: Uint8Array; counts: Counts }>
  open: ((residentId: string) => void) | null
}
const ours: Board = { homes: desk.homes, cells, open: (id) => desk.openResident(id) }

export function HomesCanvas({ large = false, board = ours }: { large?: boolean; board?: Board }) {
  const shown = useSignal<Shown | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const [frame, sheet] = [box.current, canvas.current]
    return frame && sheet ? keepPainted({ frame, sheet, large, board, shown }) : undefined
  }, [large, board, shown])
  const { total, active, quiet, urgent, attention, away, offline } = board.cells.value.counts
  return (
    <div class="homes" ref={box}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={words.value.wall.homesLabel({ total, normal: active + quiet, urgent, attention, away, offline })}
      />
      <Walker board={board} shown={shown} />
    </div>
  )
}

const lookNames = Object.keys(looks) as (keyof typeof looks)[]
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The one cell that has the keyboard: a real button over the canvas, moved by the arrow keys, so that its ring and its name are the browser's own. */
function Walker({ board, shown }: { board: Board; shown: Signal<Shown | null> }) {
  const here = useSignal(-1)
  const size = board.homes.value.size
  const layout = shown.value?.layout
  if (!layout || size === 0) return null
  const index = Math.max(0, Math.min(here.value, size - 1))
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    // The queue has the same keys when nothing else has the focus.
    event.stopPropagation()
    here.value = homeBeside(layout, index, step)
  }
  const state = words.value.wall.looks[lookNames[board.cells.value.looks[index] ?? 0] ?? 'quiet']
  const t = mapWords.value
  const style = {
    left: `${(layout.xs[index] ?? 0) + inset}px`,
    top: `${layout.ys[index] ?? 0}px`,
    width: `${layout.cell}px`,
    height: `${layout.cell}px`,
  }
  return (
    <button
      type="button"
      class="walker"
      style={style}
      title={board.open ? t.focusHint : t.moveHint}
      aria-label={t.home(board.homes.value.label(index), state)}
      onKeyDown={onKey}
      onClick={() => board.open?.(board.homes.peek().residentId(index))}
    />
  )
}

type Kept = { frame: HTMLElement; sheet: HTMLCanvasElement; large: boolean; board: Board; shown: Signal<Shown | null> }

/** Paints now and after every change, until the returned function is called. */
function keepPainted(kept: Kept): () => void {
  const { frame, sheet, board, shown } = kept
  let waiting = false
  const rebuild = () => {
    shown.value = prepare(kept)
    shown.peek()?.painter.all()
  }
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      shown.peek()?.painter.changes()
    })
  }
  const sizes = new ResizeObserver(() => {
    const now = shown.peek()
    if (now?.width !== frame.clientWidth || now.height !== frame.clientHeight) rebuild()
  })
  sizes.observe(frame)
  // A letter that came for another part of the page changes nothing here.
  const onFonts = () => {
    if (shown.peek()?.lettersCame === false) rebuild()
  }
  document.fonts.addEventListener('loadingdone', onFonts)
  const under = (x: number, y: number): number | null => {
    const now = shown.peek()
    return now && homeAt(now.layout, x - inset, y)
  }
  sheet.onpointermove = ({ offsetX, offsetY }) => {
    const home = under(offsetX, offsetY)
    sheet.title = home === null ? '' : board.homes.peek().label(home)
  }
  sheet.onclick = ({ offsetX, offsetY }) => {
    const home = under(offsetX, offsetY)
    if (home !== null) board.open?.(board.homes.peek().residentId(home))
  }
  const stops = [
    effect(() => {
      board.homes.value
      language.value
      rebuild()
    }),
    effect(() => {
      board.cells.value
      soon()
    }),
    () => sizes.disconnect(),
    () => document.fonts.removeEventListener('loadingdone', onFonts),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** `lettersCame`: every letter of the buildings' names was there when they were drawn. */
type Shown = { painter: Painter; layout: Layout; width: number; height: number; lettersCame: boolean }
/** Room at the left for a large symbol in the first column. */
const inset = 8

function prepare({ frame, sheet, large, board }: Kept): Shown | null {
  const homes = board.homes.peek()
  const pen = sheet.getContext('2d')
  const { clientWidth: width, clientHeight: height } = frame
  if (!pen || width === 0 || height === 0) return null
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const label = root * (large ? 1.75 : 1.2)
  const family = getComputedStyle(sheet).fontFamily
  const fontOf = (high: number) => `${high * 0.72}px ${family}`
  const labelWidth = (building: string, high: number) => {
    pen.font = fontOf(high)
    return pen.measureText(nameOf(building)).width
  }
  const space = { width: width - 2 * inset, height, pitchMax: root * (large ? 2.4 : 1.05), label }
  const layout: Layout = layOut(homes.buildings, { ...space, labelWidth })
  const scale = devicePixelRatio
  sheet.width = Math.round(width * scale)
  sheet.height = Math.round(height * scale)
  pen.setTransform(scale, 0, 0, scale, inset * scale, 0)
  const palette = paletteOf(sheet)
  pen.fillStyle = palette.background
  pen.fillRect(-inset, 0, width + inset, height)
  const font = fontOf(layout.labelHeight)
  pen.font = font
  const names = new Map(layout.blocks.map(({ building }) => [building, nameOf(building)]))
  const written = new Map(
    [...names].map(([building, name]) => [building, fitted(name, layout.labelRoom, (text) => pen.measureText(text).width)]),
  )
  const labelOf = (building: string) => written.get(building) ?? ''
  const painter = openPainter(pen, { layout, palette, cells: () => board.cells.peek().looks, labelOf, font })
  const lettersCame = document.fonts.check(font, [...names.values()].join(''))
  return { painter, layout, width, height, lettersCame }
}

const nameOf = (building: string) => buildingName(building, language.peek())

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
