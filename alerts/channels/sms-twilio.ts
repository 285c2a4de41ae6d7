/** SMS by Twilio, to any country it serves. One message a second for each number of ours; the rest waits here. */
import { seconds } from '../../domain/time.ts'
import type { Channel, Letter } from './channel.ts'
import { contextOf } from './shared/people.ts'
import { throttled } from './shared/throttle.ts'
import { sendByTwilio, type TwilioNeeds } from './shared/twilio.ts'
import { bodyOf, titleOf } from './shared/words.ts'

export type SmsTwilioNeeds = TwilioNeeds & {
  /** Where the person looks and answers; '' for none. */
  link: (letter: Letter) => string
}

export function openSmsTwilioChannel(needs: SmsTwilioNeeds): Channel {
  const message = {
    what: 'Twilio SMS',
    resource: 'Messages',
    parameters(letter: Letter, person: Parameters<typeof contextOf>[0]) {
      const context = contextOf(person, needs.link(letter))
      return { Body: `${titleOf(letter, context)}\n${bodyOf(letter, context)}` }
    },
  }
  const channel: Channel = {
    name: 'sms-twilio',
    reaches: async (letter) => ((await needs.personOf(letter))?.phone ?? '') !== '',
    send: (letter, signal) => sendByTwilio(needs, message, { letter, signal }),
  }
  return throttled(channel, { clock: needs.clock, limits: [{ count: 1, per: seconds(1) }] })
}
