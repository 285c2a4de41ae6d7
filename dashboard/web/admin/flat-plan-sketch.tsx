/** The drawing of a flat: rooms are moved and sized with the pointer, or with the arrow keys (with shift: their size). */
import { useRef } from 'preact/hooks'
import { type FlatPlan, type FlatRoom, flatPlanSize } from '../../../domain/site-plan.ts'
import { sitePlanWords } from './site-plan-words.ts'

const { width, height } = flatPlanSize
/** Rooms stand on a grid of this, so that walls meet; by key one goes the same way. */
const grid = 2
const least = 6

type Part = 'place' | 'size'
type Grip = { at: number; part: Part; room: FlatRoom; x: number; y: number }
type Props = { plan: FlatPlan; onChange: (at: number, room: FlatRoom) => void }

const within = (value: number, from: number, to: number): number => Math.min(Math.max(value, from), Math.max(from, to))
const onGrid = (value: number): number => Math.round(value / grid) * grid

/** The room moved, or made larger, by so much, and never out of the drawing. */
export function shifted(room: FlatRoom, part: Part, [right, down]: readonly [number, number]): FlatRoom {
  if (part === 'place')
    return {
      ...room,
      x: within(onGrid(room.x + right), 0, width - room.width),
      y: within(onGrid(room.y + down), 0, height - room.height),
    }
  return {
    ...room,
    width: within(onGrid(room.width + right), least, width - room.x),
    height: within(onGrid(room.height + down), least, height - room.y),
  }
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-grid, 0],
  ArrowRight: [grid, 0],
  ArrowUp: [0, -grid],
  ArrowDown: [0, grid],
}

export function FlatSketch({ plan, onChange }: Props) {
  const t = sitePlanWords.value
  const sheet = useRef<HTMLFieldSetElement>(null)
  const grip = useRef<Grip | null>(null)
  const take = (event: PointerEvent, at: number, part: Part) => {
    const room = plan.rooms[at]
    if (!room || event.button !== 0) return
    event.stopPropagation()
    sheet.current?.setPointerCapture(event.pointerId)
    grip.current = { at, part, room, x: event.clientX, y: event.clientY }
  }
  const drag = (event: PointerEvent) => {
    const [held, box] = [grip.current, sheet.current?.getBoundingClientRect()]
    if (!held || !box) return
    const unit = width / box.width
    onChange(held.at, shifted(held.room, held.part, [(event.clientX - held.x) * unit, (event.clientY - held.y) * unit]))
  }
  const letGo = () => {
    grip.current = null
  }
  const key = (event: KeyboardEvent, at: number) => {
    const [step, room] = [arrows[event.key], plan.rooms[at]]
    if (!step || !room) return
    event.preventDefault()
    onChange(at, shifted(room, event.shiftKey ? 'size' : 'place', step))
  }
  return (
    <fieldset
      ref={sheet}
      class="sketch"
      aria-label={t.flat}
      style={{ aspectRatio: `${width} / ${height}` }}
      onPointerMove={drag}
      onPointerUp={letGo}
      onPointerCancel={letGo}
    >
      {plan.rooms.map((room, at) => (
        <button
          key={at}
          type="button"
          class="room"
          aria-label={t.roomAt(room.name, room)}
          aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"
          style={boxOf(room)}
          onPointerDown={(event) => take(event, at, 'place')}
          onKeyDown={(event) => key(event, at)}
        >
          {room.name}
          <span class="grip" aria-hidden="true" onPointerDown={(event) => take(event, at, 'size')} />
        </button>
      ))}
      <span class="door" aria-hidden="true" style={{ left: `${plan.door - 4}%` }} />
      {plan.rooms.length === 0 && <p class="dim">{t.flatEmpty}</p>}
    </fieldset>
  )
}

const share = (of: number, all: number): string => `${(of / all) * 100}%`

const boxOf = (room: FlatRoom) => ({
  ...{ left: share(room.x, width), top: share(room.y, height) },
  ...{ width: share(room.width, width), height: share(room.height, height) },
})
