/** By which channel a call goes out, and whether it must wait: what a plan names, or for `any` what the person wishes, way after way. */
import type { Alarm } from '../../domain/alarm.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { anyWay } from '../../domain/plans.ts'
import { quietUntil, type Reach, usualReach, waysFor } from '../../domain/reach.ts'
import type { Instant } from '../../domain/time.ts'
import type { CareStore, StoredNotice } from '../../store/store.ts'
import { type Channel, letterOf } from '../channels/channel.ts'

export { anyWay }

export type WaysNeeds = {
  store: Pick<CareStore, 'noticesOf'>
  channels: readonly Channel[]
  /** What the person said about being reached; null when they said nothing. Who is on duty depends on the site. */
  reach: (personId: string, siteId?: string) => Promise<Reach | null>
  /** The IANA zone of a site's homes. */
  zoneOf: (siteId: string) => Promise<string>
  /** Whether a channel is working as far as is known; one that is not is tried last. */
  isTrusted: (channel: string) => boolean
}

export type Way =
  /** `others`: there is another way, should this channel be found not to work before its turn comes. */
  | { go: 'by'; channel: string; others: boolean }
  /** Quiet hours; looked at again before they end. */
  | { go: 'later'; at: Instant }
  | { go: 'nowhere' }

export type Ways = {
  /** Throws what the stores throw. */
  choose(notice: StoredNotice, alarm: Alarm, now: Instant): Promise<Way>
  /** That way was tried; `forGood`: it will not do for this call. */
  tried(notice: StoredNotice, channel: string, forGood: boolean): void
  /** How many ways this call was not sent by yet, and how many may still do. */
  left(notice: StoredNotice): { untried: number; possible: number }
  /** The call is made, or no longer wanted. */
  forget(noticeId: string): void
}

/** What was tried for one call that may go any way, and what the latest look found possible. */
type Memory = { tried: Set<string>; refused: Set<string>; possible: readonly string[] }

/** Calls remembered at once; a forgotten one begins with its first way again. */
const rememberedMax = 10_000

export function openWays(needs: WaysNeeds): Ways {
  const memories = new Map<string, Memory>()
  const memoryOf = ({ id }: StoredNotice): Memory => {
    const memory = memories.get(id) ?? { tried: new Set(), refused: new Set(), possible: [] }
    memories.set(id, memory)
    if (memories.size > rememberedMax) memories.delete(memories.keys().next().value ?? '')
    return memory
  }
  return {
    async choose(notice, alarm, now) {
      const { contactId, channel } = notice.recipient
      // A place has no wishes; and what names nobody and no channel can only be meant for a mistake.
      if (contactId === null) return { go: 'by', channel, others: false }
      const reach = (await needs.reach(contactId, notice.siteId)) ?? usualReach(contactId)
      const zone = await needs.zoneOf(notice.siteId)
      const quiet = quietUntil(reach, alarm, { at: now, zone })
      if (quiet !== null) return { go: 'later', at: quiet }
      if (channel !== anyWay) return { go: 'by', channel, others: false }
      const available = await availableFor(needs, notice, alarm)
      const ways = turned(waysFor(reach, alarm, { at: now, zone, available }), await deliveredBefore(needs, notice))
      return next(memoryOf(notice), ways, needs.isTrusted)
    },
    tried(notice, channel, forGood) {
      const memory = memoryOf(notice)
      memory.tried.add(channel)
      if (forGood) memory.refused.add(channel)
    },
    left(notice) {
      const { tried, refused, possible } = memoryOf(notice)
      const still = possible.filter((way) => !refused.has(way))
      return { untried: still.filter((way) => !tried.has(way)).length, possible: still.length }
    },
    forget: (noticeId) => void memories.delete(noticeId),
  }
}

/** The first way not yet tried; after the last one the first again, but for those that will never do. */
function next(memory: Memory, ways: readonly string[], isTrusted: WaysNeeds['isTrusted']): Way {
  const possible = ways.filter((way) => !memory.refused.has(way))
  memory.possible = possible
  if (possible.every((way) => memory.tried.has(way))) memory.tried = new Set(memory.refused)
  const untried = possible.filter((way) => !memory.tried.has(way))
  const trusted = untried.filter(isTrusted)
  const channel = trusted[0] ?? untried[0]
  return channel === undefined ? { go: 'nowhere' } : { go: 'by', channel, others: trusted.length > 1 }
}

async function availableFor({ channels }: WaysNeeds, notice: StoredNotice, alarm: Alarm): Promise<ReadonlySet<string>> {
  const letter = letterOf(notice, alarm)
  const able = await Promise.all(channels.map(async (channel) => ((await channel.reaches?.(letter)) ? [channel.name] : [])))
  return new Set(able.flat())
}

/** Each call that was delivered and brought no answer makes the next one begin a way further on: a push that was slept through is followed by a ringing telephone. */
async function deliveredBefore({ store }: WaysNeeds, { id, alarmId, recipient }: StoredNotice): Promise<number> {
  const all = await store.noticesOf(alarmId)
  return all.filter((other) => other.id !== id && other.state === 'delivered' && other.recipient.contactId === recipient.contactId).length
}

function turned(ways: readonly string[], by: number): readonly string[] {
  const first = ways.length === 0 ? 0 : by % ways.length
  return [...ways.slice(first), ...ways.slice(0, first)]
}

export type People = Pick<WaysNeeds, 'reach' | 'zoneOf'>

/** Everybody in the usual order, at any hour. */
export const noWishes: People = { reach: async () => null, zoneOf: async () => 'Asia/Shanghai' }

type Choosing = { store: Pick<CareStore, 'alarm'>; ways: Ways; log: Log }

/**
 * A call to a place goes as the plan says. An alarm that is gone is found gone behind the gate. Stores in trouble keep a call that names
 * its channel from nobody; one that may go any way waits for the next look (null), and holds up no other.
 */
export async function wayOf({ store, ways, log }: Choosing, notice: StoredNotice, now: Instant): Promise<Way | null> {
  const { contactId, channel } = notice.recipient
  const asPlanned: Way = { go: 'by', channel, others: false }
  if (contactId === null) return asPlanned
  try {
    const alarm = await store.alarm(notice.alarmId)
    return alarm ? await ways.choose(notice, alarm, now) : asPlanned
  } catch (error) {
    log('warn', `How a person wishes to be reached could not be read: ${sentenceOf(error)}`, { notice: notice.id, alarm: notice.alarmId })
    return channel === anyWay ? null : asPlanned
  }
}
