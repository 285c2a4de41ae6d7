/** Rings a telephone by Twilio and speaks, twice. One new call a second. An answering machine is no person: its receipt says so. */
import { seconds } from '../../domain/time.ts'
import type { Channel, Letter } from './channel.ts'
import { contextOf } from './shared/people.ts'
import { throttled } from './shared/throttle.ts'
import { sendByTwilio, type TwilioNeeds } from './shared/twilio.ts'
import { spokenOf } from './shared/words.ts'

export function openVoiceTwilioChannel(needs: TwilioNeeds): Channel {
  const message = {
    what: 'Twilio voice',
    resource: 'Calls',
    parameters(letter: Letter, person: Parameters<typeof contextOf>[0]) {
      const language = person.language === 'zh' ? 'zh-CN' : 'en-US'
      const words = escaped(spokenOf(letter, contextOf(person, '')))
      return {
        Twiml: `<Response><Say language="${language}">${words}</Say><Pause length="1"/><Say language="${language}">${words}</Say></Response>`,
        MachineDetection: 'Enable',
        Timeout: '40',
      }
    },
  }
  const channel: Channel = {
    name: 'voice-twilio',
    reaches: async (letter) => ((await needs.personOf(letter))?.phone ?? '') !== '',
    send: (letter, signal) => sendByTwilio(needs, message, { letter, signal }),
  }
  return throttled(channel, { clock: needs.clock, limits: [{ count: 1, per: seconds(1) }] })
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '')
