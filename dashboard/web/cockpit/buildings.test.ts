import { expect, test } from 'vitest'
import type { CockpitHomes } from '../../contracts-maps.ts'
import { buildingsOf, inBuilding } from './buildings.ts'

const homes: CockpitHomes = {
  ...{ at: 1 as CockpitHomes['at'], tooMany: false, sites: [['梧桐', 7]], looks: '0153342' },
  buildings: [
    ['1', 3],
    ['2', 3],
    ['1', 1],
  ],
}

test('each building once, with what is unusual in it, and its own homes alone', () => {
  expect(buildingsOf(homes)).toEqual([
    { name: '1', homes: 4, urgent: 1, attention: 0, offline: 0 },
    { name: '2', homes: 3, urgent: 0, attention: 1, offline: 2 },
  ])
  expect(inBuilding(homes, '1')).toMatchObject({ looks: '0152', buildings: [['1', 4]], sites: [['梧桐', 4]] })
  expect(inBuilding(homes, '9')).toMatchObject({ looks: '', buildings: [] })
  expect(inBuilding(homes, undefined)).toBe(homes)
})
