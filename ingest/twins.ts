/** One press that comes by two ways (our broker and a bridge, Zigbee2MQTT and the terminal itself, two network servers) is one: within a few seconds the n-th of each way are the same. */
import type { InboundMessage } from '../domain/message.ts'
import { type Instant, seconds } from '../domain/time.ts'
import { openBoundedMap } from './bounded.ts'

/** How long one way may take longer than another. A press that is later than this is one of its own: rather one too many than one too few. */
export const twinWithin = seconds(5)
const recentMost = 8

type Recent = { id: string; at: Instant; ways: Set<string> }

export type Twins = {
  /** The id under which this press came first: its own, or that of its twin. */
  first(id: string, at: { scope: string; message: InboundMessage }): string
}

/** `most`: devices, and ids, remembered. */
export function openTwins(most: number): Twins {
  const recents = openBoundedMap<string, Recent[]>(most)
  /** Every id seen, with the one it stands for: what is sent again later is neither a new press nor the twin of one. */
  const known = openBoundedMap<string, string>(most)
  return {
    first(id, { scope, message }) {
      const former = known.get(id)
      const list = (recents.get(scope) ?? []).filter(({ at }) => Math.abs(message.receivedAt - at) <= twinWithin)
      const way = `${message.senderId}\n${message.topic.slice(0, 256)}`
      if (former !== undefined) {
        list.find((each) => each.id === former)?.ways.add(way)
        return former
      }
      const twin = list.find(({ ways }) => !ways.has(way))
      twin?.ways.add(way)
      known.set(id, twin?.id ?? id)
      if (!twin) recents.set(scope, [...list.slice(-recentMost), { id, at: message.receivedAt, ways: new Set([way]) }])
      return twin?.id ?? id
    },
  }
}
