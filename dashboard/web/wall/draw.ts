/** Paints homes on the canvas: only the cells that changed, and a whole building where a large symbol overlaps its neighbours. */
import { looks } from './homes.ts'
import type { Block, Layout } from './layout.ts'

export type Palette = {
  background: string
  active: string
  quiet: string
  away: string
  offline: string
  label: string
  urgent: string
  attention: string
}
type Pen = CanvasRenderingContext2D

export type Painter = {
  /** Everything anew: after a new layout, a new font, a new palette. */
  all(): void
  /** What differs from what is on the canvas. Returns how many cells were painted. */
  changes(): number
}

const isLarge = (look: number) => look >= looks.attention

/** `cells` is read at every call; `labelOf` names a building. */
export function openPainter(
  pen: Pen,
  needs: { layout: Layout; palette: Palette; cells: () => Uint8Array; labelOf: (building: string) => string; font: string },
): Painter {
  const { layout, palette, cells, labelOf, font } = needs
  const painted = new Uint8Array(layout.xs.length).fill(255)
  const paintBlock = (block: Block): number => {
    const { x, y, width, height } = block
    pen.fillStyle = palette.background
    pen.fillRect(x - 2, y, width, height)
    pen.fillStyle = palette.label
    pen.font = font
    if (layout.labelHeight > 0) pen.fillText(labelOf(block.building), x, y + layout.labelHeight * 0.72, width - 6)
    const now = cells()
    for (const index of block.cells) if (!isLarge(now[index] ?? 0)) cell(index, now[index] ?? 0)
    for (const index of block.cells) if (isLarge(now[index] ?? 0)) cell(index, now[index] ?? 0)
    return block.cells.length
  }
  /** Ten thousand cells pass here with every piece of news, so nothing is made that must be collected. */
  const repaint = (block: Block, now: Uint8Array): number => {
    let [changed, overlaps] = [0, false]
    for (const index of block.cells) {
      if (now[index] !== painted[index]) changed += 1
      if (isLarge(painted[index] ?? 0) || isLarge(now[index] ?? 0)) overlaps = true
    }
    if (changed === 0) return 0
    if (overlaps) return paintBlock(block)
    for (const index of block.cells) if (now[index] !== painted[index]) cell(index, now[index] ?? 0)
    return changed
  }
  const cell = (index: number, look: number) => {
    painted[index] = look
    paintCell(pen, { x: layout.xs[index] ?? 0, y: layout.ys[index] ?? 0, size: layout.cell, pitch: layout.pitch }, { look, palette })
  }
  return {
    all() {
      for (const block of layout.blocks) paintBlock(block)
    },
    changes() {
      const now = cells()
      let count = 0
      for (const block of layout.blocks) count += repaint(block, now)
      return count
    },
  }
}

type Spot = { x: number; y: number; size: number; pitch: number }

function paintCell(pen: Pen, spot: Spot, { look, palette }: { look: number; palette: Palette }): void {
  const { x, y, size, pitch } = spot
  pen.fillStyle = palette.background
  pen.fillRect(x - 0.5, y - 0.5, pitch, pitch)
  const shape = shapes[look]
  if (shape) {
    shape(pen, spot, palette)
    return
  }
  pen.fillStyle = look === looks.active ? palette.active : palette.quiet
  pen.fillRect(x, y, size, size)
}

/** Everything that is not a plain cell. */
const shapes: Readonly<Record<number, (pen: Pen, spot: Spot, palette: Palette) => void>> = {
  [looks.urgent]: paintUrgent,
  [looks.attention]: paintAttention,
  [looks.away]: paintDot,
  [looks.offline]: paintSlash,
}

function paintDot(pen: Pen, { x, y, size }: Spot, palette: Palette): void {
  pen.fillStyle = palette.away
  pen.beginPath()
  pen.arc(x + size / 2, y + size / 2, Math.max(1, size * 0.24), 0, 7)
  pen.fill()
}

function paintSlash(pen: Pen, { x, y, size }: Spot, palette: Palette): void {
  const line = Math.max(1, size * 0.12)
  pen.strokeStyle = palette.offline
  pen.lineWidth = line
  pen.strokeRect(x + line / 2, y + line / 2, size - line, size - line)
  pen.beginPath()
  pen.moveTo(x + line / 2, y + size - line / 2)
  pen.lineTo(x + size - line / 2, y + line / 2)
  pen.stroke()
}

/** Larger than its cell, so that it is found at a glance among ten thousand. */
const largeSize = (size: number) => Math.max(16, size * 1.5)

function paintUrgent(pen: Pen, { x, y, size }: Spot, palette: Palette): void {
  const side = largeSize(size)
  const [left, top] = [x + size / 2 - side / 2, y + size / 2 - side / 2]
  pen.fillStyle = palette.urgent
  pen.strokeStyle = '#fff'
  pen.lineWidth = 2
  pen.fillRect(left, top, side, side)
  pen.strokeRect(left, top, side, side)
  pen.fillStyle = '#fff'
  pen.fillRect(x + size / 2 - side * 0.075, top + side * 0.2, side * 0.15, side * 0.36)
  pen.fillRect(x + size / 2 - side * 0.075, top + side * 0.66, side * 0.15, side * 0.15)
}

function paintAttention(pen: Pen, { x, y, size }: Spot, palette: Palette): void {
  const side = largeSize(size)
  const [middle, top] = [x + size / 2, y + size / 2 - side / 2]
  pen.fillStyle = palette.attention
  pen.strokeStyle = palette.background
  pen.lineWidth = 1
  pen.beginPath()
  pen.moveTo(middle, top)
  pen.lineTo(middle + side / 2, top + side)
  pen.lineTo(middle - side / 2, top + side)
  pen.closePath()
  pen.fill()
  pen.stroke()
}
