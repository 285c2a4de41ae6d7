/** How each elder of a telephone is, in plain figures: what is known, what nobody knows, and by which way this relative would hear of a call for help. */
import { sentenceOf } from '../../../domain/log.ts'
import { after, before, days, hours, type Instant } from '../../../domain/time.ts'
import { dayFrom, verdictOf } from '../../../domain/verdict.ts'
import type { ResidentCard } from '../../../store/store.ts'
import type { ElderToday, FamilyDevice, FamilyElder, ReachNow } from '../../contracts-family.ts'
import { type Elder, type FamilyNeeds, hersOf } from './needs.ts'
import { elderView, lineOf } from './view.ts'

const batteryKnownFor = days(7)

/** Who she is, and what this relative calls her. */
export async function viewOf({ reach, family }: Pick<FamilyNeeds, 'reach' | 'family'>, { card, link }: Elder): Promise<FamilyElder> {
  const [wishes, shared] = await Promise.all([reach.reach(link.contactId), family.sharedBy(link.residentId)])
  return elderView(card, link, { subject: wishes?.subject ?? '', shared })
}

export async function todayOf(needs: FamilyNeeds, elder: Elder, at: Instant): Promise<ElderToday> {
  const { card } = elder
  const { resident, site, devices } = card
  const [view, { open }, reach, batteries] = await Promise.all([
    viewOf(needs, elder),
    needs.store.load(resident.id),
    reachNow(needs, elder),
    batteriesOf(needs, card, at),
  ])
  const standing = needs.silence.standing(resident.number, at)
  const { mode, modeUntil, sight, blindSince, upAt, lastAt, limit, isAsked, isNoticed, lastDevice } = standing
  const isOverdue = isAsked || isNoticed || (limit?.isDue ?? false)
  const personal = open.filter(({ kind }) => kind !== 'technical')
  const verdict = verdictOf({ alarms: open, mode, isSeen: sight === 'seen', lastAt, isOverdue, dayFrom: dayFrom(site.timeZone, at) })
  const urgent = [...personal].sort((a, b) => a.priority - b.priority || b.raisedAt - a.raisedAt)[0]
  return {
    ...{ ...view, verdict, upAt, lastAt, mode, modeUntil, sight, blindSince, reach },
    lastMinutes: lastAt === null ? null : Math.max(0, Math.floor((at - lastAt) / 60_000)),
    lastRoom: devices.find(({ number }) => number === lastDevice)?.room ?? '',
    alarm: urgent ? lineOf(urgent) : null,
    devices: devices.map((device) => deviceView(needs, device, { battery: batteries.get(device.number) ?? null, open })),
  }
}

type Open = Awaited<ReturnType<FamilyNeeds['store']['load']>>['open']
type Known = { battery: number | null; open: Open }

function deviceView({ silence }: FamilyNeeds, device: ResidentCard['devices'][number], { battery, open }: Known): FamilyDevice {
  const { id, number, role, room, power, heartbeatSeconds } = device
  const heardAt = silence.lastHeardAt(number)
  const promised = heartbeatSeconds !== null
  const link = silence.isSilent(number) ? 'silent' : promised ? (heardAt === 0 ? 'unheard' : 'heard') : heardAt === 0 ? 'unheard' : 'quiet'
  const isBatteryLow = open.some(({ reason, causes }) => reason === 'battery-low' && causes.some(({ deviceId }) => deviceId === id))
  return { id, role, room, link, heardAt: heardAt === 0 ? null : heardAt, battery: power === 'mains' ? null : battery, isBatteryLow }
}

/** The newest level of each device, by its number. A page without them is still a page. */
async function batteriesOf({ history, log }: FamilyNeeds, { resident }: ResidentCard, at: Instant): Promise<ReadonlyMap<number, number>> {
  try {
    const bounds = [before(at, batteryKnownFor), after(at, hours(1))]
    const series = await history.summaries({ resident: resident.number, kinds: ['battery'], bounds })
    return new Map(series.flatMap(({ device, count, last }) => ((count[0] ?? 0) > 0 ? [[device, Math.round(last[0] ?? 0)] as const] : [])))
  } catch (error) {
    log('warn', 'Batteries could not be read for a relative.', { why: sentenceOf(error) })
    return new Map()
  }
}

/** What would happen if a call for help went out to this relative now; asked of what is true now, not of what was set up once. */
export async function reachNow(needs: FamilyNeeds, elder: Elder): Promise<ReachNow> {
  const { contactId, pushId } = elder.link
  const [now, subscriptions] = await Promise.all([needs.messages.reachNow(hersOf(elder)), needs.reach.subscriptionsOf(contactId)])
  const own = subscriptions.find(({ id }) => id === pushId)
  const push = needs.pushKey === '' ? 'not-set-up' : !own ? 'none' : own.deadAt === null ? 'alive' : 'dead'
  return { push, pushUsedAt: own?.usedAt ?? null, ways: now.ways, phone: masked(now.phone), quietUntil: now.quietUntil }
}

/** 138****5678: enough to know one's own number by. */
export const masked = (phone: string): string =>
  phone.length < 8 ? phone.replace(/./g, '*') : `${phone.slice(0, -8)}****${phone.slice(-4)}`
