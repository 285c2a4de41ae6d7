/** The corners that are placed, as handles over the picture: dragged with the pointer, moved with the arrow keys, taken away with Delete. */
import type { Signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { Point } from '../../../domain/site-plan.ts'
import { sitePlanWords } from './site-plan-words.ts'

type Size = { width: number; height: number }
type Props = { corners: Signal<readonly Point[]>; picture: Size }

const arrows: Readonly<Record<string, Point>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
/** Of the width of the picture, by one key; with shift a tenth of it, and never less than a pixel. */
const step = 1 / 100

const within = (value: number, most: number): number => Math.min(Math.max(Math.round(value), 0), most)

/** A corner moved by so much, in pixels of the picture, and never out of it. */
export const movedCorner = ([x, y]: Point, [right, down]: Point, { width, height }: Size): Point => [
  within(x + right, width),
  within(y + down, height),
]

export function Corners({ corners, picture }: Props) {
  const t = sitePlanWords.value
  const sheet = useRef<HTMLFieldSetElement>(null)
  const put = (at: number, corner: Point) => {
    corners.value = corners.value.map((each, index) => (index === at ? corner : each))
  }
  const drag = (event: PointerEvent & { currentTarget: HTMLButtonElement }, at: number) => {
    const box = sheet.current?.getBoundingClientRect()
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const unit = picture.width / box.width
    put(at, movedCorner([0, 0], [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit], picture))
  }
  const key = (event: KeyboardEvent, at: number) => {
    const [arrow, corner] = [arrows[event.key], corners.value[at]]
    if (event.key === 'Delete' || event.key === 'Backspace') corners.value = corners.value.filter((_corner, index) => index !== at)
    else if (!arrow || !corner) return
    else {
      const far = Math.max(1, Math.round(picture.width * step * (event.shiftKey ? 0.1 : 1)))
      put(at, movedCorner(corner, [arrow[0] * far, arrow[1] * far], picture))
    }
    event.preventDefault()
  }
  return (
    <fieldset ref={sheet} class="corners" aria-label={t.cornersPlaced}>
      {corners.value.map(([x, y], at) => (
        <button
          key={at}
          type="button"
          class="corner"
          aria-label={t.cornerAt(at + 1, x, y)}
          aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Delete"
          style={{ left: `${(x / picture.width) * 100}%`, top: `${(y / picture.height) * 100}%` }}
          onPointerDown={(event) => event.button === 0 && event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) => drag(event, at)}
          onKeyDown={(event) => key(event, at)}
        />
      ))}
    </fieldset>
  )
}
