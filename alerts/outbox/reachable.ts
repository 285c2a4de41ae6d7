/** By which ways a person could be reached at this moment, as the outbox would try them: asked by whoever writes a plan, before anybody presses. */
import type { AlarmKind, Priority } from '../../domain/alarm.ts'
import { anyWay } from '../../domain/plans.ts'
import { usualReach, waysFor } from '../../domain/reach.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { Channel, Letter } from '../channels/channel.ts'
import type { People } from './ways.ts'

export type ReachableNeeds = { channels: readonly Channel[]; people: People; clock: Pick<Clock, 'now'> }
export type Reachable = { personId: string; subjectId: string; siteId: string; kind: AlarmKind }

/** The ways in the order in which they would be tried; none: nobody would be reached. Throws what the stores throw. */
export function openReachable({ channels, people, clock }: ReachableNeeds): (person: Reachable) => Promise<readonly string[]> {
  return async (person) => {
    const at = clock.now()
    const letter = letterTo(person, at)
    const able = await Promise.all(channels.map(async (channel) => ((await channel.reaches?.(letter)) ? [channel.name] : [])))
    const [said, zone] = await Promise.all([people.reach(person.personId, person.siteId), people.zoneOf(person.siteId)])
    return waysFor(said ?? usualReach(person.personId), letter, { at, zone, available: new Set(able.flat()) })
  }
}

/** A letter that nobody will send: what it says does not matter, only whom it is for. */
function letterTo({ personId, subjectId, siteId, kind }: Reachable, at: Instant): Letter {
  const priority: Priority = kind === 'technical' ? 3 : kind === 'silence' ? 2 : 1
  return {
    ...{ id: 'preview', alarmId: 'preview', subjectId, siteId, kind, reason: 'button', priority, state: 'raised' },
    ...{ presses: 1, raisedAt: at, dueAt: at, attempt: 1, recipient: { contactId: personId, label: '', channel: anyWay } },
  }
}
