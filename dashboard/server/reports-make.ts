/** One report: the figures of a period and of some sites, made from the store when it is asked for, and kept for some seconds. */
import { dayIn, dayPlus, startOfDay } from '../../domain/calendar.ts'
import { type DutyStore, daysAround, type Rota } from '../../domain/duty.ts'
import type { AlarmFigures, FigureStore } from '../../domain/figures.ts'
import { type Breach, breachesOf, type CallTrouble, withCalls } from '../../domain/figures-breaches.ts'
import { loadOf } from '../../domain/figures-load.ts'
import { grouped, openShifts, type ReportSite, type Shifts } from '../../domain/figures-report.ts'
import { before, type Clock, hours, type Instant } from '../../domain/time.ts'
import type { CareStore, Directory } from '../../store/store.ts'
import type { FiguresReport } from '../contracts-reports.ts'
import type { Scope } from './access.ts'
import { breathe } from './breathe.ts'
import type { FigureFollower } from './reports-follow.ts'

export type ReportNeeds = {
  store: Pick<CareStore, 'noticesOf'>
  directory: Pick<Directory, 'sites'>
  figures: FigureStore
  follower: Pick<FigureFollower, 'caughtUp'>
  duty?: Pick<DutyStore, 'shifts' | 'exceptions'> | undefined
  clock: Clock
}

/** The alarms of a period with everything they are judged by. */
export type Judged = {
  from: Instant
  to: Instant
  now: Instant
  siteIds: readonly string[]
  siteNames: ReadonlyMap<string, string>
  timeZones: ReadonlyMap<string, string>
  alarms: readonly AlarmFigures[]
  truncated: boolean
  shifts: Shifts
}

const pageMost = 2_000
/** More alarms than this are not judged at once; the report says that it is not whole. */
const alarmsMost = 100_000
const breachesShown = 500
const usualZone = 'Asia/Shanghai'

/** The period ends now and begins with the first moment of a local day: today is 1, a week 7. Days are those of the first site. */
export async function judgedAlarms(needs: ReportNeeds, scope: Scope, days: number): Promise<Judged> {
  await needs.follower.caughtUp()
  const all = await needs.directory.sites()
  const sites = scope === 'all' ? all : all.filter(({ id }) => scope.includes(id))
  const now = needs.clock.now()
  const zone = sites[0]?.timeZone ?? usualZone
  const from = startOfDay(zone, dayPlus(dayIn(zone, now), 1 - days))
  const { alarms, truncated } = await alarmsBetween(needs, scope, { from, to: now })
  const reportSites = await Promise.all(
    sites.map(async ({ id, timeZone }) => ({ id, timeZone, rota: await rotaOf(needs, { id, timeZone }, { from, now }) })),
  )
  return {
    ...{ from, to: now, now, alarms, truncated, siteIds: sites.map(({ id }) => id) },
    siteNames: new Map(sites.map(({ id, name }) => [id, name])),
    timeZones: new Map(sites.map(({ id, timeZone }) => [id, timeZone])),
    shifts: openShifts(reportSites satisfies readonly ReportSite[], { from, to: now }),
  }
}

async function alarmsBetween({ figures }: ReportNeeds, scope: Scope, span: { from: Instant; to: Instant }) {
  const alarms: AlarmFigures[] = []
  let after: Parameters<FigureStore['between']>[2]['after'] = null
  // The moment itself belongs to the period: what was stored in this millisecond is shown.
  const whole = { from: span.from, to: (span.to + 1) as Instant }
  do {
    const page = await figures.between(scope, whole, { after, limit: pageMost })
    alarms.push(...page.rows)
    after = page.next
    await breathe()
  } while (after !== null && alarms.length < alarmsMost)
  return { alarms, truncated: after !== null }
}

async function rotaOf(
  { duty }: ReportNeeds,
  site: { id: string; timeZone: string },
  span: { from: Instant; now: Instant },
): Promise<Rota | null> {
  if (!duty) return null
  const shifts = await duty.shifts(site.id)
  if (shifts.length === 0) return null
  const { from } = daysAround(site.timeZone, span.from)
  const { to } = daysAround(site.timeZone, span.now)
  return { timeZone: site.timeZone, shifts, exceptions: await duty.exceptions(site.id, { from, to }) }
}

export async function makeReport(needs: ReportNeeds, scope: Scope, days: number): Promise<FiguresReport> {
  const judged = await judgedAlarms(needs, scope, days)
  const { alarms, shifts, from, to, now, siteIds } = judged
  const { load, isFlood } = loadOf(alarms, { shifts, siteIds, from, to })
  const breaches = breachesOf(alarms, { shifts, now, isFlood })
  const places = new Map((await needs.directory.sites()).map((site) => [site.id, site]))
  const inArea = (id: string) => ({ street: places.get(id)?.street ?? '', district: places.get(id)?.district ?? '' })
  return {
    ...{ from, to, days, truncated: judged.truncated },
    sites: siteIds.map((id) => ({
      id,
      name: judged.siteNames.get(id) ?? id,
      timeZone: judged.timeZones.get(id) ?? usualZone,
      ...inArea(id),
    })),
    ...grouped(alarms, shifts, now),
    load,
    standing: await needs.figures.standing(scope, before(now, hours(24))),
    breachesAll: breaches.length,
    // The newest are what can still be mended.
    breaches: await explained(needs, alarms, breaches.slice(-breachesShown).reverse()),
  }
}

/** With what became of the calls: looked up only for what is shown. */
export async function explained({ store }: Pick<ReportNeeds, 'store'>, alarms: readonly AlarmFigures[], breaches: readonly Breach[]) {
  const byId = new Map(alarms.map((alarm) => [alarm.alarmId, alarm]))
  const explainedOnes: Breach[] = []
  for (const breach of breaches) {
    const alarm = byId.get(breach.alarmId)
    if (alarm) explainedOnes.push(withCalls(breach, alarm, troubleOf(await store.noticesOf(breach.alarmId))))
  }
  return explainedOnes
}

function troubleOf(notices: Awaited<ReturnType<CareStore['noticesOf']>>): CallTrouble {
  const refused = notices.filter(({ state }) => state === 'refused').length
  const undelivered = notices.filter(
    ({ state, attempts }) => (state === 'owed' && attempts > 0) || (state === 'delivered' && attempts > 1),
  ).length
  return { refused, undelivered }
}
