import { describe, expect, test } from 'vitest'
import type { AreaLevel, AreaOutline } from '../../../domain/site-plan.ts'
import type { CockpitSite } from '../../contracts-maps.ts'
import { outlinesOf, routeOf, type Spot, spotOf, sumOf, upOf, urgencyOf, viewOf, zoneOf } from './levels.ts'

const answered = { count: 10, median: 20, within: 9 }
const site = (id: string, [city, district, street]: readonly [string, string, string], over: Partial<CockpitSite> = {}): CockpitSite => ({
  ...{
    id,
    name: `社区 ${id}`,
    city,
    district,
    street,
    timeZone: 'Asia/Shanghai',
    point: null,
    residents: 100,
    open: [0, 0, 0],
    waiting: 0,
  },
  ...{ seats: 1, devices: { total: 50, silent: 2, buttons: 20, proven: 15 }, day: answered, week: answered, ...over },
})
const sites = [
  site('1', ['上海市', '徐汇区', '田林街道']),
  site('2', ['上海市', '徐汇区', '虹梅街道'], { open: [0, 1, 0], waiting: 1 }),
  site('3', ['上海市', '静安区', ''], { open: [1, 0, 2], seats: 0 }),
]
const names = (path: readonly string[]) => viewOf(sites, path).groups.map(({ name }) => name)

describe('the address of a spot', () => {
  const spots: readonly Spot[] = [
    { path: [], mode: 'full', homes: false },
    { path: ['上海市', '', '田林/街道', 'a?b#c%'], mode: 'show', homes: true },
  ]
  test.each(spots)('leads back to it', (spot) => expect(spotOf(routeOf(spot))).toEqual(spot))

  test('what nobody can read stays as it is, and nothing lies below a building', () => {
    expect(spotOf('/cockpit/%E0%A4%A/b/c/d/e/f').path).toEqual(['%E0%A4%A', 'b', 'c', 'd', 'e'])
    expect(spotOf('/wall?mode=show')).toEqual({ path: [], mode: 'show', homes: true })
  })
})

describe('the levels', () => {
  test('a level with one choice is passed over; where somebody calls comes first', () => {
    expect(viewOf(sites, []).level).toBe('district')
    expect(names([])).toEqual(['静安区', '徐汇区'])
    expect(viewOf(sites, []).groups[0]?.path).toEqual(['上海市', '静安区'])
    expect(names(['上海市', '徐汇区'])).toEqual(['虹梅街道', '田林街道'])
  })

  test('one site alone is shown as a site, with a street that nobody named in its path', () => {
    const view = viewOf(sites, ['上海市', '静安区'])
    expect([view.level, view.within]).toEqual(['site', ['上海市', '静安区', '']])
    expect(view.groups.map(({ name, path }) => [name, path.at(-1)])).toEqual([['社区 3', '3']])
    expect(viewOf(sites, ['上海市', '静安区', '', '3']).groups).toHaveLength(1)
  })

  test('up is where there was something to choose; at the top there is nothing above', () => {
    const up = (...path: string[]) => upOf(sites, { path, mode: 'show', homes: false })?.path
    expect(up('上海市', '徐汇区', '田林街道', '1', '3 栋')).toEqual(['上海市', '徐汇区', '田林街道', '1'])
    expect(up('上海市', '徐汇区', '田林街道', '1')).toEqual(['上海市', '徐汇区'])
    expect(up('上海市', '静安区', '', '3')).toEqual(['上海市'])
    expect([up('上海市'), up()]).toEqual([[], undefined])
    expect(upOf(sites, { path: [], mode: 'full', homes: true })).toEqual({ path: [], mode: 'full', homes: false })
  })

  test('nothing is found where nothing is', () => {
    expect(names(['杭州市'])).toEqual([])
    expect(viewOf([], []).groups).toEqual([])
  })

  test('a site is in one group only, and the groups add up to the whole', () => {
    const { groups } = viewOf(sites, [])
    const whole = sumOf(sites)
    expect(groups.flatMap((group) => group.sites)).toHaveLength(sites.length)
    expect(groups.reduce((sum, group) => sum + group.sum.residents, 0)).toBe(whole.residents)
    expect(whole).toMatchObject({ open: [1, 1, 2], waiting: 1, attended: 2, count: 3, day: { count: 30, within: 27 } })
  })
})

test('the most urgent decides, and nothing open is no urgency', () => {
  expect([urgencyOf([1, 5, 9]), urgencyOf([0, 1, 9]), urgencyOf([0, 0, 2]), urgencyOf([0, 0, 0])]).toEqual([1, 2, 3, null])
})

test('the clock is that of the sites shown, and the screen’s own where they differ', () => {
  const abroad = [...sites, site('4', ['Berlin', '', ''], { timeZone: 'Europe/Berlin' })]
  expect(zoneOf(sites, [])).toBe('Asia/Shanghai')
  expect([zoneOf(abroad, []), zoneOf(abroad, ['Berlin']), zoneOf([], [])]).toEqual(['', 'Europe/Berlin', ''])
})

test('an area without a site of ours is not drawn; what lies round sites is', () => {
  const outline = (level: AreaLevel, name: string): AreaOutline => ({ level, name, city: '上海市', district: '', parts: [] })
  const districts = [outline('district', '徐汇区'), outline('district', '黄浦区')]
  expect(outlinesOf(districts, viewOf(sites, []))).toEqual([districts[0]])
  const street = [outline('street', '田林街道')]
  expect(outlinesOf(street, viewOf(sites, ['上海市', '徐汇区', '田林街道']))).toEqual(street)
})
