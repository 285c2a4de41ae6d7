/** The cities, districts and streets that there are, as the sites say it of themselves. */
import type { Site } from '../../../domain/people.ts'
import type { Area } from '../../../store/store.ts'

export const areaName = ({ city, district, street }: Area): string => [city, district, street].filter((part) => part !== '').join(' / ')

export const areaKey = ({ city, district, street }: Area): string => JSON.stringify([city, district, street])

/** Every area some site is in, the wide before the narrow of the same name. */
export function areasOf(sites: readonly Site[]): readonly Area[] {
  const found = new Map<string, Area>()
  for (const { city, district, street } of sites) {
    const levels = [city && [city, '', ''], district && [city, district, ''], street && [city, district, street]]
    for (const level of levels) {
      if (!level) continue
      const [inCity = '', inDistrict = '', inStreet = ''] = level
      const area = { city: inCity, district: inDistrict, street: inStreet }
      found.set(areaKey(area), area)
    }
  }
  return [...found.values()].sort((one, other) => areaName(one).localeCompare(areaName(other), 'zh'))
}
