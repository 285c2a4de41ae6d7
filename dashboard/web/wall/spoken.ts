/** What is said aloud after the tones: where and what, never who. The place may be heard by anybody in the room; a name may not. */
import type { Place } from '../../contracts.ts'
import { doorAddress, type Language, siteAmong } from '../shared/format.ts'

const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'] as const

/** A door is read digit by digit: 五零二, "5 0 2". */
const oneByOne = (door: string, language: Language): string =>
  language === 'zh' ? door.replaceAll(/\d/g, (digit) => digits[Number(digit)] ?? digit) : [...door].join(' ')

/** The line for one alarm. An area has no door, only what it is called. */
export function spokenLine(place: Place, { what, language, sites = 1 }: { what: string; language: Language; sites?: number }): string {
  const site = siteAmong(place, sites)
  const where = placeLine(place, language)
  return [site, where, what].filter((part) => part !== '').join(', ')
}

function placeLine(place: Place, language: Language): string {
  if (place.door === '') return doorAddress(place, language)
  const house = doorAddress({ ...place, door: '' }, language)
  return `${house} ${oneByOne(place.door, language)}`
}
