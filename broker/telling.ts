/** Tells a Home Assistant one thing, if it asked for it and may hear it. Aedes asks the rights once more on the way. */
import { isWithinFilter } from '../domain/topics.ts'
import { mayBeTold } from './listener-rights.ts'
import type { Visited } from './visit.ts'

/** `isCurrent`: how it stands, said because somebody asked, as a broker would say what it retained. */
export type Telling = { topic: string; payload: string; isCurrent?: boolean }

/** False when it is not here, did not ask, or may not hear it. */
export function tell(client: Visited | undefined, { topic, payload, isCurrent = false }: Telling): boolean {
  const listens = client?.conn.visit?.stage === 'in' ? client.conn.visit.rights?.listens : null
  if (!client || !listens || !mayBeTold(listens, topic)) return false
  if (!Object.keys(client.subscriptions).some((filter) => isWithinFilter(filter, topic))) return false
  client.publish({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: isCurrent }, () => {})
  return true
}

type Subscribed = (clientId: string, filters: readonly string[]) => void

/** Hands on what a Home Assistant just asked for; devices are heard of elsewhere. */
export function openSubscribed(onSubscribed: Subscribed | undefined) {
  return (subscriptions: readonly { topic: string }[], client: Pick<Visited, 'id' | 'conn'>): void => {
    if (onSubscribed && client.conn.visit?.rights?.listens)
      onSubscribed(
        client.id,
        subscriptions.map(({ topic }) => topic),
      )
  }
}
