/** By which channel a call goes out, and whether it must wait: what a plan names, or for `any` what the person wishes, way after way. */
import type { Alarm } from '../domain/alarm.ts'
import { quietUntil, type Reach, usualReach, waysFor } from '../domain/reach.ts'
import type { Instant } from '../domain/time.ts'
import type { CareStore, StoredNotice } from '../store/store.ts'
import { type Channel, letterOf } from './channels/channel.ts'

/** What plans write in place of a channel: as the person wishes to be reached. */
export const anyWay = 'any'

export type WaysNeeds = {
  store: Pick<CareStore, 'noticesOf'>
  channels: readonly Channel[]
  /** What the person said about being reached; null when they said nothing. */
  reach: (personId: string) => Promise<Reach | null>
  /** The IANA zone of a site's homes. */
  zoneOf: (siteId: string) => Promise<string>
}

export type Way =
  | { go: 'by'; channel: string }
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
      if (contactId === null) return { go: 'by', channel }
      const reach = (await needs.reach(contactId)) ?? usualReach(contactId)
      const zone = await needs.zoneOf(notice.siteId)
      const quiet = quietUntil(reach, alarm, { at: now, zone })
      if (quiet !== null) return { go: 'later', at: quiet }
      if (channel !== anyWay) return { go: 'by', channel }
      const available = await availableFor(needs, notice, alarm)
      const ways = turned(waysFor(reach, alarm, { at: now, zone, available }), await deliveredBefore(needs, notice))
      return next(memoryOf(notice), ways)
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
function next(memory: Memory, ways: readonly string[]): Way {
  const possible = ways.filter((way) => !memory.refused.has(way))
  memory.possible = possible
  if (possible.every((way) => memory.tried.has(way))) memory.tried = new Set(memory.refused)
  const channel = possible.find((way) => !memory.tried.has(way))
  return channel === undefined ? { go: 'nowhere' } : { go: 'by', channel }
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
