/** A call to `@duty` becomes, at the moment it is sent, one call to each person who is on duty at its site. Nobody on duty is an answer, not a wait. */
import { onDuty } from '../../domain/plans.ts'
import type { Clock } from '../../domain/time.ts'
import type { Channel, Letter, Sent } from '../channels/channel.ts'
import { openWhoIsOnDuty, type WhoIsOnDuty, type WhoNeeds } from './who.ts'
import { isWished, type WishNeeds } from './wishes.ts'

type Office = { whoIsOnDuty: WhoIsOnDuty; clock: Pick<Clock, 'now'>; wishes: WishNeeds }

const nobody: Sent = { outcome: 'refused', why: 'Nobody who is on duty here can be reached this way.' }
const unread: Sent = { outcome: 'retry', why: 'The rota could not be read.' }

/** The same channels; those that reach one person also reach whoever is on duty. */
export function alsoToDuty(needs: WhoNeeds & WishNeeds & Pick<Office, 'clock'>, channels: readonly Channel[]): Channel[] {
  const office = { clock: needs.clock, wishes: needs, whoIsOnDuty: openWhoIsOnDuty(needs) }
  return channels.map((channel) => withDuty(office, channel))
}

function withDuty(needs: Office, channel: Channel): Channel {
  const { reaches } = channel
  if (!reaches) return channel
  const reached = async (letter: Letter): Promise<readonly Letter[]> => {
    const letters = await lettersTo(needs, letter)
    const by = { channel: channel.name, at: needs.clock.now() }
    const able = await Promise.all(letters.map(async (each) => (await reaches(each)) && (await isWished(needs.wishes, each, by))))
    return letters.filter((_each, index) => able[index])
  }
  return {
    ...channel,
    reaches: async (letter) => (isToDuty(letter) ? (await reached(letter)).length > 0 : reaches(letter)),
    async send(letter, signal) {
      if (!isToDuty(letter)) return channel.send(letter, signal)
      try {
        const letters = await reached(letter)
        return best(await Promise.all(letters.map((each) => channel.send(each, signal))))
      } catch {
        return unread
      }
    },
  }
}

const isToDuty = ({ recipient }: Letter): boolean => recipient.contactId === onDuty

async function lettersTo({ whoIsOnDuty, clock }: Office, letter: Letter): Promise<readonly Letter[]> {
  const people = await whoIsOnDuty(letter.siteId, clock.now())
  const to = (id: string): Letter => ({ ...letter, isToStaff: true, recipient: { ...letter.recipient, contactId: id } })
  // One person's letter keeps its id, by which receipts find it; of several each has its own, or a provider would take them for one.
  return people.length === 1 ? people.map(to) : people.map((id) => ({ ...to(id), id: `${letter.id}/${id}` }))
}

/** One of them has it: that is a call made. One who may get it later is hope. */
function best(all: readonly Sent[]): Sent {
  return all.find(({ outcome }) => outcome === 'delivered') ?? all.find(({ outcome }) => outcome === 'retry') ?? all[0] ?? nobody
}
