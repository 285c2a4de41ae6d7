/**
 * Tells each Home Assistant how its elders are, and takes its answers as those of the relative behind it. The platform itself answers a
 * subscription with how it stands; whoever's consent ended hears nothing from that moment on and is cut off within two seconds.
 */
import type { Bus } from '../../bus/bus.ts'
import type { AlarmFact } from '../../domain/alarm.ts'
import { type HomeAssistantLink, type HomeAssistantStore, homeAssistantIds, homeEvent, homeTopics } from '../../domain/home-assistant.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import type { InboundMessage, StoredCredential } from '../../domain/message.ts'
import { type Clock, milliseconds } from '../../domain/time.ts'
import { isWithinFilter } from '../../domain/topics.ts'
import { type AnswerNeeds, answered } from './home-assistant-answers.ts'
import { discoveryOf, type StateNeeds, stateOf } from './home-assistant-states.ts'

export type HomeAssistantNeeds = StateNeeds &
  AnswerNeeds & {
    links: HomeAssistantStore
    bus: Pick<Bus, 'subscribe'>
    clock: Clock
    log: Log
    /** Of discovery topics: what Home Assistant's own setting says. */
    prefix: string
  }

/** What the broker does for it. */
export type Wire = {
  tell: (clientId: string, said: { topic: string; payload: string; isCurrent?: boolean }) => boolean
  disconnect: (clientId: string) => boolean
}

export type HomeAssistants = ReturnType<typeof openHomeAssistants>

/** Everybody is looked at once in ten looks, so that somebody whose consent ended is cut off within two seconds and no press waits for a long look. */
const lookEvery = milliseconds(200)
const looksOfRound = 10
/** That its device was taken away must get out before the line is cut. */
const takenAwayWithin = milliseconds(200)
/** How soon a change that is no alarm is told, in rounds: 30 s. */
const stateEveryRounds = 15

/** One that is connected: what it heard of whom, so that only news is told. */
type Present = { links: ReadonlyMap<string, HomeAssistantLink>; told: Map<string, string>; line: Promise<void> }
type House = HomeAssistantNeeds & { present: Map<string, Present>; wire: Wire }

export function openHomeAssistants(needs: HomeAssistantNeeds) {
  const house: House = { ...needs, present: new Map(), wire: { tell: () => false, disconnect: () => false } }
  let looks = 0
  const stopLooking = needs.clock.every(lookEvery, () => {
    looks += 1
    const isTimeForState = Math.floor(looks / looksOfRound) % stateEveryRounds === 0
    const turn = [...house.present].filter((_, place) => place % looksOfRound === looks % looksOfRound)
    for (const [clientId, present] of turn) look(house, { clientId, present }, isTimeForState)
  })
  const stopListening = needs.bus.subscribe((facts) => {
    if (house.present.size === 0) return
    for (const { fact } of facts) if (fact.kind !== 'test-pressed') tellFact(house, fact)
  })
  return {
    /** The login and the rights of one of them, or null when this is none. Asked anew at each connection. */
    async credential(clientId: string): Promise<StoredCredential | null> {
      const credential = clientId.startsWith(homeAssistantIds) ? credentialOf(needs, clientId) : null
      const present = credential === null && house.present.get(clientId)
      // Somebody else may be about to cut it off: first its devices are taken away.
      if (present) await new Promise<void>((taken) => takeAway(house, { clientId, present }, { ended: [...present.links.keys()], taken }))
      return credential
    },
    /** Null when the message is not from one of them; else resolves when what it says is recorded. */
    accept: (message: InboundMessage): Promise<void> | null =>
      message.senderId.startsWith(homeAssistantIds) ? accept(house, message) : null,
    /** One asked for these topics just now. */
    subscribed: (clientId: string, filters: readonly string[]): void => subscribed(house, clientId, { filters, isCurrent: true }),
    connect(wire: Wire): void {
      house.wire = wire
    },
    stop(): void {
      stopLooking()
      stopListening()
    },
  }
}

function credentialOf({ links, prefix }: HomeAssistantNeeds, clientId: string): StoredCredential | null {
  const login = links.login(clientId)
  if (!login) return null
  const keys = login.links.map(({ key }) => key)
  const answers = login.links.filter(({ contactId }) => contactId !== null).map(({ key }) => key)
  return { deviceId: clientId, tokenHashes: [login.tokenHash], carries: [], base: '', listens: { prefix, keys, answers } }
}

/** Home Assistant says "online" after its start, and is told everything anew. A message that comes back from a broker's memory is nobody's word. */
async function accept(house: House, message: InboundMessage): Promise<void> {
  if (message.topic === `${house.prefix}/status`) {
    const filters = [`${house.prefix}/#`, 'anling/#']
    if (Buffer.from(message.payload).toString() === 'online') subscribed(house, message.senderId, { filters, isCurrent: false })
    return
  }
  if (message.retain) return
  await answered(house, { message, links: house.links.login(message.senderId)?.links ?? [] })
}

/** `isCurrent`: marked as retained, for this is the answer to a subscription. Home Assistant takes only the first such message of a topic. */
type Asked = { filters: readonly string[]; isCurrent: boolean }

function subscribed(house: House, clientId: string, { filters, isCurrent }: Asked): void {
  const links = house.links.login(clientId)?.links ?? []
  const known = house.present.get(clientId)
  const present = known ?? { links: new Map(links.map((link) => [link.key, link])), told: new Map(), line: Promise.resolve() }
  house.present.set(clientId, present)
  const asks = (topic: string) => filters.some((filter) => isWithinFilter(filter, topic))
  for (const link of present.links.values()) {
    const { key } = link
    const discovery = homeTopics.discovery(house.prefix, key)
    if (asks(discovery)) inLine(house, present, () => tellDiscovery(house, { clientId, isCurrent }, link))
    if (!asks(homeTopics.state(key))) continue
    present.told.delete(key)
    inLine(house, present, () => tellState(house, { clientId, present, isCurrent }, link))
  }
}

/** One thing after the other for each listener, so that an older state never comes after a newer one. */
function inLine({ log }: House, present: Present, work: () => Promise<void>): void {
  present.line = present.line.then(work).catch((error: unknown) => {
    log('warn', 'A Home Assistant could not be told how somebody is; it is tried again.', { why: sentenceOf(error) })
  })
}

type Listener = { clientId: string; present: Present; isCurrent?: boolean }

/** Is everything it hears of still its own? Else it forgets what is not, and comes in anew with the rights it has now. */
function look(house: House, { clientId, present }: Listener, isTimeForState: boolean): void {
  const now = new Set((house.links.login(clientId)?.links ?? []).map(({ key }) => key))
  const ended = [...present.links.keys()].filter((key) => !now.has(key))
  if (ended.length > 0) takeAway(house, { clientId, present }, { ended, taken: () => void house.wire.disconnect(clientId) })
  if (ended.length > 0 || !isTimeForState) return
  for (const link of present.links.values()) inLine(house, present, () => tellState(house, { clientId, present }, link))
}

/** An empty discovery takes an elder's device out of Home Assistant. */
function takeAway(house: House, { clientId }: Listener, { ended, taken }: { ended: readonly string[]; taken: () => void }): void {
  for (const key of ended) house.wire.tell(clientId, { topic: homeTopics.discovery(house.prefix, key), payload: '' })
  house.present.delete(clientId)
  house.clock.later(takenAwayWithin, taken)
}

const isHers = ({ links }: House, clientId: string, { key }: HomeAssistantLink): boolean =>
  links.login(clientId)?.links.some((link) => link.key === key) ?? false

async function tellDiscovery(
  house: House,
  { clientId, isCurrent = false }: Omit<Listener, 'present'>,
  link: HomeAssistantLink,
): Promise<void> {
  const payload = await discoveryOf(house, link)
  if (payload === null || !isHers(house, clientId, link)) return
  house.wire.tell(clientId, { topic: homeTopics.discovery(house.prefix, link.key), payload, isCurrent })
}

/** Told only when it is news to this listener; one that is not there any more is forgotten. */
async function tellState(house: House, { clientId, present, isCurrent = false }: Listener, link: HomeAssistantLink): Promise<void> {
  const payload = await stateOf(house, link)
  if (payload === null || present.told.get(link.key) === payload || !isHers(house, clientId, link)) return
  if (house.wire.tell(clientId, { topic: homeTopics.state(link.key), payload, isCurrent })) present.told.set(link.key, payload)
}

/** The event goes out in the very moment after the commit; the state follows it. */
function tellFact(house: House, fact: AlarmFact): void {
  const payload = homeEvent(fact)
  for (const [clientId, present] of house.present) {
    for (const link of present.links.values()) {
      if (link.residentId !== fact.subjectId || !isHers(house, clientId, link)) continue
      if (payload !== null) house.wire.tell(clientId, { topic: homeTopics.alarm(link.key), payload })
      inLine(house, present, () => tellState(house, { clientId, present }, link))
    }
  }
}
