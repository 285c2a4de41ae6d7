/** Moments and lengths in words: always in the home's time zone, whoever looks and wherever. */

export type Language = 'zh' | 'en'
export const localeOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB')

let centreZone = ''
/** What belongs to no home (`timeZone` '') is told in the centre's zone, never in that of whichever machine looks. '' = not known yet. */
export function useCentreZone(timeZone: string): void {
  centreZone = timeZone
}

const formats = new Map<string, Intl.DateTimeFormat>()
function format(language: Language, given: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const timeZone = given === '' ? centreZone : given
  const key = `${language} ${timeZone} ${JSON.stringify(options)}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(localeOf(language), { ...options, ...(timeZone === '' ? {} : { timeZone }) })
    formats.set(key, found)
  }
  return found
}

export type Where = { language: Language; timeZone: string }

/** In a form of the caller's own choice, such as with its year. */
export const fullTime = (at: number, { language, timeZone }: Where, options: Intl.DateTimeFormatOptions): string =>
  format(language, timeZone, options).format(at)

/** 14:31:15 */
export const clockTime = (at: number, { language, timeZone }: Where): string =>
  format(language, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at)

/** 14:31 */
export const shortTime = (at: number, { language, timeZone }: Where): string =>
  format(language, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)

/** 11月21日 周六 */
export const dayOf = (at: number, { language, timeZone }: Where): string =>
  format(language, timeZone, { month: language === 'zh' ? 'long' : 'short', day: 'numeric', weekday: 'short' }).format(at)

/** 14:31 today, else 11月21日 14:31 */
export function dayTime(at: number, now: number, where: Where): string {
  const sameDay = dayOf(at, where) === dayOf(now, where) && Math.abs(now - at) < 86_400_000
  return sameDay ? shortTime(at, where) : format(where.language, where.timeZone, dayTimeOptions(where.language)).format(at)
}
const dayTimeOptions = (language: Language): Intl.DateTimeFormatOptions => ({
  month: language === 'zh' ? 'long' : 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

const lists = { zh: new Intl.ListFormat(localeOf('zh')), en: new Intl.ListFormat(localeOf('en')) } as const
/** A、B和C; A, B and C. */
export const listedIn = (items: readonly string[], language: Language): string => lists[language].format(items)

const pad = (n: number) => String(n).padStart(2, '0')

/** A running timer: 00:52, 14:18, then 3:05:07. Never negative. */
export function timer(spanMs: number): string {
  const s = Math.max(0, Math.floor(spanMs / 1000))
  const [hours, minutes, rest] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60), s % 60]
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${pad(minutes)}:${pad(rest)}`
}

/** Making a format costs a hundred times as much as using it, and the wall writes hundreds of figures a second. */
const figures = { zh: new Intl.NumberFormat(localeOf('zh')), en: new Intl.NumberFormat(localeOf('en')) } as const
const percentOptions = { style: 'percent', maximumFractionDigits: 1 } as const
const percents = {
  zh: new Intl.NumberFormat(localeOf('zh'), percentOptions),
  en: new Intl.NumberFormat(localeOf('en'), percentOptions),
} as const

export const figure = (value: number, language: Language): string => figures[language].format(value)

/** 12 → "12"; 99.27 → "99.3" */
export const percent = (part: number, whole: number, language: Language): string =>
  whole === 0 ? '–' : percents[language].format(part / whole)

/** 3 栋, Bldg 3: a bare number gets its word, a written name keeps its own; so does the building of a named site, 梅园社区 · 3. */
export function buildingName(building: string, language: Language): string {
  const [site, named] = building.split(siteMark)
  if (named !== undefined) return [site, buildingName(named, language)].join(siteMark)
  const said = language === 'en' ? building.replace(buildingWord, '$1') : building
  return /^[0-9]+$/.test(said) ? (language === 'zh' ? `${said} 栋` : `Bldg ${said}`) : said
}

const siteMark = ' · '
/** 3栋 and 2单元 are numbers with their Chinese word: in English they get the English one. */
const buildingWord = /^([0-9A-Za-z]{1,3}) ?(?:栋|幢|座|号楼)$/
const unitWord = /^([0-9A-Za-z]{1,3}) ?单元$/

/** 3栋 2单元 502 from whatever the site writes in its columns: bare numbers get their word. */
export function doorAddress(place: { building: string; unit: string; door: string; title: string }, language: Language): string {
  if (place.building === '' && place.door === '') return areaName(place.title, language)
  const words = language === 'zh' ? { building: '栋', unit: '单元' } : { building: 'Bldg ', unit: 'Unit ' }
  const dress = (written: string, word: string) => {
    const text = language === 'en' ? written.replace(buildingWord, '$1').replace(unitWord, '$1') : written
    if (!/^[0-9A-Za-z]{1,3}$/.test(text)) return text
    return language === 'zh' ? `${text} ${word}` : `${word}${text}`
  }
  return [dress(place.building, words.building), dress(place.unit, words.unit), place.door].filter((part) => part !== '').join(' ')
}

/** A building of a site, 梅园社区 · 3 栋; any other title as it is. */
const areaName = (title: string, language: Language): string => (title.split(siteMark).length === 2 ? buildingName(title, language) : title)

/** The site's name where a reader sees several sites and the address does not say it already, else ''. */
export function siteAmong(place: { siteName: string; building: string; unit: string; door: string; title: string }, sites: number): string {
  return sites < 2 || doorAddress(place, 'zh').includes(place.siteName) ? '' : place.siteName
}

const siteAndBuilding = /^(.+ )?((?!栋|幢|座|号楼)\S+(?: (?:栋|幢|座|号楼))?)$/

/** A home's short name, 2栋-2单元-601, with its site before it or without, as an address; any other name as it is. */
export function labelAddress(label: string, language: Language): string {
  const [named = '', unit = '', door = '', ...more] = label.split('-')
  const [, site = '', building = ''] = siteAndBuilding.exec(named) ?? []
  return door === '' || more.length > 0 ? label : site + doorAddress({ building, unit, door, title: '' }, language)
}
