/** How one elder is, as Home Assistant is told: by the same verdict that the family page shows. */
import { type HomeAssistantLink, homeDiscovery, homeState } from '../../domain/home-assistant.ts'
import type { Clock } from '../../domain/time.ts'
import { dayFrom, verdictOf } from '../../domain/verdict.ts'
import type { CareStore, Directory, ReachStore } from '../../store/store.ts'
import type { Silence } from '../silence.ts'

export type StateNeeds = {
  store: Pick<CareStore, 'load'>
  directory: Pick<Directory, 'card'>
  reach: Pick<ReachStore, 'reach'>
  silence: Pick<Silence, 'standing'>
  clock: Pick<Clock, 'now'>
  /** The page with more about her; '' where there is none. */
  pageUrl: string
}

/** The discovery message; null when she is not here any more. She is called what this relative calls her. */
export async function discoveryOf({ directory, reach, pageUrl }: StateNeeds, link: HomeAssistantLink): Promise<string | null> {
  const card = await directory.card(link.residentId)
  if (!card) return null
  const wishes = link.contactId === null ? null : await reach.reach(link.contactId)
  const canAnswer = card.contacts.some(({ id }) => id === link.contactId)
  const name = wishes?.subject || card.resident.name
  return JSON.stringify(homeDiscovery({ key: link.key, name, language: wishes?.language ?? 'zh', canAnswer, url: pageUrl }))
}

/** The state message; null when she is not here any more. */
export async function stateOf({ store, directory, silence, clock }: StateNeeds, { residentId }: HomeAssistantLink): Promise<string | null> {
  const [card, { open }] = await Promise.all([directory.card(residentId), store.load(residentId)])
  if (!card) return null
  const at = clock.now()
  const { resident, site, devices } = card
  const { mode, sight, lastAt, limit, isAsked, isNoticed, lastDevice } = silence.standing(resident.number, at)
  const isOverdue = isAsked || isNoticed || (limit?.isDue ?? false)
  const personal = open.filter(({ kind }) => kind !== 'technical')
  const verdict = verdictOf({ alarms: open, mode, isSeen: sight === 'seen', lastAt, isOverdue, dayFrom: dayFrom(site.timeZone, at) })
  const [urgent] = [...personal].sort((a, b) => a.priority - b.priority || b.raisedAt - a.raisedAt)
  const room = devices.find(({ number }) => number === lastDevice)?.room ?? ''
  return homeState({ verdict, lastAt, room, reason: urgent?.reason ?? null, priority: urgent?.priority ?? null })
}
