import { describe, expect, test } from 'vitest'
import { looks, openHomes } from './homes.ts'
import { homeAt, layOut } from './layout.ts'
import { fitted } from './names.ts'

const now = 10_000_000
const homes = () =>
  openHomes({
    residentIds: ['a', 'b', 'c', 'd'],
    buildings: ['1', '1', '2', '2'],
    labels: ['1-101', '1-102', '2-101', '2-102'],
    sites: [['Meiyuan', 4]],
    states: [0, 0, 1, 2],
    activeAt: [now - 60_000, now - 3_600_000, now, now],
  })

describe('the homes', () => {
  test('active, quiet, away and offline are counted apart', () => {
    const cells = new Uint8Array(4)
    const counts = homes().looksAt(now, new Map(), cells)
    expect([...cells]).toEqual([looks.active, looks.quiet, looks.away, looks.offline])
    expect(counts).toEqual({ total: 4, active: 1, quiet: 1, away: 1, offline: 1, attention: 0, urgent: 0 })
  })

  test('a call for help hides whatever else is true of the home; an unknown home is no error', () => {
    const marks = new Map<string, 1 | 2>([
      ['d', 1],
      ['a', 2],
      ['nobody', 1],
    ])
    const counts = homes().looksAt(now, marks, new Uint8Array(4))
    expect(counts).toMatchObject({ urgent: 1, attention: 1, offline: 0, active: 0 })
  })

  test('a change of the beat moves one home', () => {
    const some = homes()
    some.change([
      ['b', 0, now],
      ['nobody', 2, 0],
    ])
    expect(some.looksAt(now, new Map(), new Uint8Array(4)).active).toBe(2)
  })
})

describe('several sites in view', () => {
  const several = (sites: readonly (readonly [string, number])[]) =>
    openHomes({
      ...{ residentIds: ['a', 'b', 'c', 'd'], buildings: ['10 栋', '2 栋', '2 栋', '2 栋'], labels: ['10-1', '2-1', '2-2', '2-3'], sites },
      ...{ states: [0, 0, 0, 0], activeAt: [0, 0, 0, 0] },
    })
  const drawn = (sites: readonly (readonly [string, number])[]) => {
    const { blocks } = layOut(several(sites).buildings, { width: 500, height: 300, pitchMax: 17, label: 19 })
    return blocks.map(({ building, cells }) => [building, cells])
  }

  test('a building of one site is not that of another, though they share its name; each site stands together', () => {
    const drawnHere = drawn([
      ['兰亭社区', 2],
      ['安居社区', 2],
    ])
    expect(drawnHere).toEqual([
      ['安居社区 · 2 栋', [2, 3]],
      ['兰亭社区 · 2 栋', [1]],
      ['10 栋', [0]],
    ])
    const homes = several([
      ['兰亭社区', 2],
      ['安居社区', 2],
    ])
    expect([homes.label(1), homes.label(2)]).toEqual(['兰亭社区 2-1', '安居社区 2-2'])
  })

  test('two sites of one name stay two; a site without homes and one alone change nothing', () => {
    expect(
      drawn([
        ['安居', 2],
        ['安居', 2],
      ]).map(([, cells]) => cells),
    ).toEqual([[1], [0], [2, 3]])
    const alone = drawn([
      ['兰亭', 0],
      ['安居', 4],
    ])
    expect(alone.map(([name]) => name)).toEqual(['2 栋', '10 栋'])
  })
})

describe('the layout', () => {
  const buildings = (count: number, per: number) => Array.from({ length: count }, (_, index) => String(1 + Math.floor(index / per)))

  test.each([
    [300, 25, 504, 420],
    [1_286, 107, 504, 420],
    [10_000, 107, 476, 380],
    [10_000, 107, 1_310, 760],
    [10_000, 10_000, 476, 380],
    [3, 1, 476, 380],
  ])('%i homes, %i a building, all stand inside %i × %i', (...[count, per, width, height]) => {
    const layout = layOut(buildings(count, per), { width, height, pitchMax: 17, label: 19 })
    expect(layout.height).toBeLessThanOrEqual(height)
    const right = Math.max(...layout.xs) + layout.cell
    expect(right).toBeLessThanOrEqual(width)
    expect(layout.pitch).toBeGreaterThanOrEqual(count === 10_000 && width < 1_000 ? 2 : 3)
  })

  test('names of several sites have their room where there is any, and are cut where there is none, never squeezed', () => {
    const wide = (text: string, label: number) => [...text].length * label * 0.72
    const sites = ['春晖社区', '长乐坊社区', '梧桐苑社区', '银杏园社区', '桂花里社区', '映月社区'].map((name) => [name, 50] as const)
    const parts = { residentIds: Array.from({ length: 300 }, (_, index) => `r${index}`), states: [], activeAt: [], labels: [] }
    const two = Array.from({ length: 300 }, (_, index) => `${1 + (Math.floor(index / 25) % 2)} 栋`)
    const { buildings } = openHomes({ ...parts, buildings: two, sites })
    const layout = layOut(buildings, { width: 330, height: 230, pitchMax: 12, label: 13.7, labelWidth: wide })
    for (const { building } of layout.blocks)
      expect(
        wide(
          fitted(building, layout.labelRoom, (text) => wide(text, layout.labelHeight)),
          layout.labelHeight,
        ),
      ).toBeLessThanOrEqual(layout.labelRoom)
    expect(layout.blocks.filter(({ building }) => wide(building, layout.labelHeight) > layout.labelRoom)).toEqual([])
    expect(layout.labelHeight * 0.72).toBeGreaterThanOrEqual(9)
    expect([11, 10, 9, 8, 3, 1, 0].map((room) => fitted('长乐坊社区 · 2 栋', room, (text) => [...text].length))).toEqual([
      ...['长乐坊社区 · 2 栋', '长乐坊… · 2 栋', '长乐… · 2 栋', '2 栋', '2 栋', '2', ''],
    ])
  })

  test('no two homes share a place', () => {
    const layout = layOut(buildings(2_000, 73), { width: 504, height: 420, pitchMax: 17, label: 19 })
    const places = new Set(Array.from(layout.xs, (x, index) => `${x.toFixed(2)} ${layout.ys[index]?.toFixed(2)}`))
    expect(places.size).toBe(2_000)
  })

  test('buildings stand in the order of their numbers, and a point finds its home', () => {
    const layout = layOut(['10', '2', '1'], { width: 500, height: 300, pitchMax: 17, label: 19 })
    expect(layout.blocks.map(({ building }) => building)).toEqual(['1', '2', '10'])
    expect(homeAt(layout, (layout.xs[1] ?? 0) + 2, (layout.ys[1] ?? 0) + 2)).toBe(1)
    expect(homeAt(layout, 499, 299)).toBeNull()
  })
})
