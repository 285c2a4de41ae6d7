/** Where and who, as the queue shows it: from the directory, remembered until the directory changes. */
import type { Alarm } from '../../domain/alarm.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { Site } from '../../domain/people.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory, ResidentCard } from '../../store/store.ts'
import type { Place } from '../contracts.ts'

/** What a place is asked for: an alarm, or a test press. */
export type Subject = { subjectId: string; siteId: string; residentIds?: readonly string[]; detail?: Alarm['detail'] }

export type Places = {
  /** From memory and at once, or null when the directory must be asked first. */
  known(subject: Subject): Place | null
  /** One place for each subject; what is not in memory is asked of the directory in one query. Never throws: a fact without its address is still shown. */
  find(subjects: readonly Subject[]): Promise<readonly Place[]>
}

const rememberedMax = 20_000

type Memory = { version: number; residents: Map<string, Place | null>; sites: Map<string, Site> | null }

export function openPlaces({ directory, clock, log }: { directory: Directory; clock: Clock; log: Log }): Places {
  let memory: Memory = { version: -1, residents: new Map(), sites: null }
  const fresh = (): Memory => {
    const version = directory.version()
    if (memory.version !== version || memory.residents.size > rememberedMax) memory = { version, residents: new Map(), sites: null }
    return memory
  }
  const find = async (subjects: readonly Subject[]): Promise<readonly Place[]> => {
    const into = fresh()
    try {
      into.sites ??= new Map((await directory.sites()).map((site) => [site.id, site]))
      const missing = [...new Set(subjects.map(anchorOf))].filter((id) => id !== '' && !into.residents.has(id))
      const found = missing.length === 0 ? [] : await directory.whereabouts(missing)
      for (const id of missing) into.residents.set(id, null)
      for (const where of found) into.residents.set(where.resident.id, placeOf(where, clock))
    } catch (error) {
      log('error', 'The directory could not say where; facts are shown without their place.', { why: sentenceOf(error) })
    }
    return subjects.map((subject) => placeIn(into, subject) ?? emptyPlace(subject.siteId, into.sites?.get(subject.siteId)))
  }
  return { find, known: (subject) => placeIn(fresh(), subject) }
}

function placeIn({ sites, residents }: Memory, subject: Subject): Place | null {
  const anchor = anchorOf(subject)
  const place = anchor === '' ? null : residents.get(anchor)
  if (!sites || place === undefined) return null
  const site = sites.get(subject.siteId)
  return isArea(subject) ? areaPlace({ subject, site, anchor: place }) : (place ?? emptyPlace(subject.siteId, site))
}

/** `area:…` names many homes at once. */
export const isArea = ({ subjectId }: Pick<Subject, 'subjectId'>): boolean => subjectId.startsWith('area:')

/** The resident whose home stands for the subject: her own, or the first one of an area. */
const anchorOf = (subject: Subject): string => (isArea(subject) ? (subject.residentIds?.[0] ?? '') : subject.subjectId)

function placeOf({ resident, home, site }: Pick<ResidentCard, 'resident' | 'home' | 'site'>, clock: Clock): Place {
  const year = new Date(clock.now()).getUTCFullYear()
  return {
    siteId: site.id,
    siteName: site.name,
    building: home.building,
    unit: home.unit,
    door: home.door,
    title: labelOf(home),
    person: resident.name,
    age: resident.birthYear === null ? null : year - resident.birthYear,
    timeZone: site.timeZone,
  }
}

function areaPlace({ subject, site, anchor }: { subject: Subject; site: Site | undefined; anchor: Place | null }): Place {
  // An alarm about other sites says which: it is shown at the desk that was asked to look after them.
  const named = subject.detail?.siteNames
  if (typeof named === 'string') return { ...emptyPlace(subject.siteId, site), title: named }
  const building = anchor?.building ?? ''
  return { ...emptyPlace(subject.siteId, site), title: [site?.name ?? '', building].filter(Boolean).join(' · ') }
}

const emptyPlace = (siteId: string, site: Site | undefined): Place => ({
  siteId,
  siteName: site?.name ?? '',
  building: '',
  unit: '',
  door: '',
  title: site?.name ?? '',
  person: '',
  age: null,
  timeZone: site?.timeZone ?? 'Asia/Shanghai',
})

/** One line for a home: 3-2-502. */
export const labelOf = ({ building, unit, door }: { building: string; unit: string; door: string }): string =>
  [building, unit, door].filter((part) => part !== '').join('-')
