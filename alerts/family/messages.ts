/** How relatives are written to when it is no alarm: what would reach them now, a test, an ordinary message by the first way that takes it. */
import { quietUntil, type Reach, usualReach, waysFor } from '../../domain/reach.ts'
import { type Clock, seconds } from '../../domain/time.ts'
import { type Channel, type Letter, type Plain, plainChannels, type Sent } from '../channels/channel.ts'
import type { PersonOf } from '../channels/shared/people.ts'
import type { openChannelHealth } from '../outbox/channel-health.ts'

/** One relative of one elder; `timeZone` is the home's. */
export type Relative = { residentId: string; contactId: string; siteId: string; timeZone: string }

export type MessagesNeeds = {
  channels: readonly Channel[]
  health: Pick<ReturnType<typeof openChannelHealth>, 'all' | 'note'>
  reach: (personId: string) => Promise<Reach | null>
  personOf: PersonOf
  clock: Clock
}

const patience = seconds(15)
const help = { kind: 'sos', priority: 1 } as const
const news = { kind: 'technical', priority: 3 } as const

export type FamilyMail = ReturnType<typeof openFamilyMail>

export function openFamilyMail(needs: MessagesNeeds) {
  const personal = needs.channels.filter(({ reaches }) => reaches !== undefined)
  const byName = new Map(personal.map((channel) => [channel.name, channel]))
  const wishesOf = async ({ contactId }: Relative) => (await needs.reach(contactId)) ?? usualReach(contactId)
  const ableOf = async (letter: Letter) => {
    const able = await Promise.all(personal.map(async (channel) => ((await channel.reaches?.(letter)) ? [channel.name] : [])))
    return new Set(able.flat())
  }
  const send = (channel: Channel, letter: Letter) => sendOnce(needs, channel, letter)
  return {
    offered: personal.map(({ name }) => name),
    async reachNow(relative: Relative) {
      const letter = letterTo(relative, { id: 'asked', at: needs.clock.now() })
      const [able, person, wishes] = await Promise.all([ableOf(letter), needs.personOf(letter), wishesOf(relative)])
      const moment = { at: needs.clock.now(), zone: relative.timeZone }
      const broken = new Set(needs.health.all().flatMap(({ channel, works }) => (works ? [] : [channel])))
      const inOrder = waysFor(wishes, help, { ...moment, available: able })
      // What fails now is tried last, and said to.
      const ready = [...inOrder.filter((way) => !broken.has(way)), ...inOrder.filter((way) => broken.has(way))]
      const others = [...byName.keys()].filter((way) => !able.has(way))
      return {
        ways: [
          ...ready.map((channel) => ({ channel, state: broken.has(channel) ? ('not-working' as const) : ('ready' as const) })),
          ...others.map((channel) => ({ channel, state: 'no-address' as const })),
        ],
        phone: person?.phone ?? '',
        quietUntil: quietUntil(wishes, news, moment),
      }
    },
    async test(relative: Relative, { id, pushId, link }: { id: string; pushId: string; link: string }) {
      const channel = byName.get('push')
      if (!channel) return { isAccepted: false, why: 'No pushes are sent here.' }
      const { language } = await wishesOf(relative)
      const plain = { ...testWords[language], link, pushId }
      const sent = await send(channel, letterTo(relative, { id, at: needs.clock.now(), plain }))
      return { isAccepted: sent.outcome === 'delivered', why: sent.why }
    },
    /** By the first way of the day that carries words and takes it. `retry`: none did now, one may later. */
    async write(relative: Relative, message: { id: string; plain: Plain }): Promise<Sent['outcome']> {
      const letter = letterTo(relative, { ...message, at: needs.clock.now() })
      const [able, wishes] = await Promise.all([ableOf(letter), wishesOf(relative)])
      const available = new Set([...able].filter((way) => plainChannels.has(way)))
      let worst: Sent['outcome'] = 'refused'
      for (const way of waysFor(wishes, news, { at: needs.clock.now(), zone: relative.timeZone, available })) {
        const channel = byName.get(way)
        const { outcome } = channel ? await send(channel, letter) : { outcome: 'refused' as const }
        if (outcome === 'delivered') return outcome
        if (outcome === 'retry') worst = outcome
      }
      return worst
    },
  }
}

const testWords = {
  zh: { title: '测试消息', body: '收到这条消息，说明这部手机能收到安铃的推送。' },
  en: { title: 'Test message', body: 'This telephone receives pushes from Anling.' },
} as const

type Written = { id: string; at: Letter['raisedAt']; plain?: Plain }

/** As channels know letters: about no alarm, of the lowest weight. */
function letterTo({ residentId, siteId, contactId }: Relative, { id, at, plain }: Written): Letter {
  const recipient = { contactId, label: '', channel: 'any' }
  return {
    ...{ id, alarmId: '', subjectId: residentId, siteId, ...news, reason: 'device-silent', state: 'raised', presses: 1 },
    ...{ raisedAt: at, dueAt: at, attempt: 1, recipient },
    ...(plain && { plain }),
  }
}

async function sendOnce({ clock, health }: MessagesNeeds, channel: Channel, letter: Letter): Promise<Sent> {
  const giveUp = new AbortController()
  const stop = clock.later(patience, () => giveUp.abort())
  const sent = await channel.send(letter, giveUp.signal)
  stop()
  health.note(channel.name, sent)
  return sent
}
