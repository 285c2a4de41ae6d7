/** Flats as they are usually built, to begin with: 一室一厅, 两室一厅, 三室一厅. Each fills the drawing. */
import type { FlatPlan, FlatRoom } from '../../../domain/site-plan.ts'

type RoomName = 'living' | 'bedroom' | 'second' | 'third' | 'kitchen' | 'bath' | 'door'
type Box = readonly [room: RoomName, x: number, y: number, width: number, height: number]

const boxes: Readonly<Record<'one' | 'two' | 'three', readonly Box[]>> = {
  one: [
    ['bedroom', 0, 0, 50, 30],
    ['kitchen', 50, 0, 25, 30],
    ['bath', 75, 0, 25, 30],
    ['living', 0, 30, 80, 30],
    ['door', 80, 30, 20, 30],
  ],
  two: [
    ['bedroom', 0, 0, 36, 32],
    ['second', 36, 0, 28, 32],
    ['bath', 64, 0, 16, 32],
    ['kitchen', 80, 0, 20, 32],
    ['living', 0, 32, 80, 28],
    ['door', 80, 32, 20, 28],
  ],
  three: [
    ['bedroom', 0, 0, 32, 30],
    ['second', 32, 0, 26, 30],
    ['bath', 58, 0, 16, 30],
    ['kitchen', 74, 0, 26, 30],
    ['third', 0, 30, 24, 30],
    ['living', 24, 30, 56, 30],
    ['door', 80, 30, 20, 30],
  ],
}

export function flatTemplates(names: Readonly<Record<RoomName, string>>): Readonly<Record<keyof typeof boxes, FlatPlan>> {
  const planOf = (from: readonly Box[]): FlatPlan => ({
    rooms: from.map(([room, x, y, width, height]): FlatRoom => ({ name: names[room], x, y, width, height })),
    door: 90,
  })
  return { one: planOf(boxes.one), two: planOf(boxes.two), three: planOf(boxes.three) }
}
