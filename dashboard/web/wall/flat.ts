/** A simple plan of a flat from the names of its rooms: nobody measured it, but the order of rooms and the one that matters are seen at a glance. */

export type Room = { name: string; x: number; y: number; width: number; height: number }
/** In units of a drawing that is 100 wide and 28 high: flat, so that its letters are large where there is little room. `door`: where one comes in, the middle of a gap in the lower wall. */
export type Flat = { rooms: readonly Room[]; door: number; height: number }

export const flatSize = { width: 100, height: 28 } as const

const entrance = /门|入户|玄关|hall|entr|door/i
const large = /客厅|起居|living|卧室|bedroom|主卧/i
const wet = /卫|厕|浴|bath|toilet|厨|kitchen/i

const roomsMost = 8

/** Small and wet rooms stand in the upper row, living rooms and the entrance in the lower. Empty without rooms. */
export function flatOf(names: readonly string[]): Flat | null {
  const rooms = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))].slice(0, roomsMost)
  if (rooms.length === 0) return null
  const entrances = rooms.filter((name) => entrance.test(name))
  const inner = rooms.filter((name) => !entrance.test(name)).sort((a, b) => rankOf(a) - rankOf(b))
  const upper = inner.slice(0, Math.ceil((inner.length + entrances.length) / 2))
  const lower = [...inner.slice(upper.length), ...entrances]
  const rows = [upper, lower].filter((row) => row.length > 0)
  const height = flatSize.height / rows.length
  const placed = rows.flatMap((row, index) => rowOf(row, { y: index * height, height }))
  const way = placed.find(({ name }) => entrance.test(name)) ?? placed.at(-1)
  return { rooms: placed, height: flatSize.height, door: way ? way.x + way.width / 2 : flatSize.width / 2 }
}

const rankOf = (name: string): number => (wet.test(name) ? 0 : large.test(name) ? 2 : 1)
const shareOf = (name: string): number => (large.test(name) ? 3 : 2)

function rowOf(names: readonly string[], { y, height }: { y: number; height: number }): Room[] {
  const whole = names.reduce((sum, name) => sum + shareOf(name), 0)
  let x = 0
  return names.map((name) => {
    const width = (flatSize.width * shareOf(name)) / whole
    const room = { name, x, y, width, height }
    x += width
    return room
  })
}
