/** 语音通知 by Aliyun: rings a telephone of mainland China and speaks an approved template. One number at most once a minute, five times an hour, twenty a day. */
import { nationalOf } from '../../domain/phone.ts'
import { days, hours, minutes, seconds } from '../../domain/time.ts'
import type { Channel, Letter, Sent } from './channel.ts'
import { type AliyunNeeds, aliyunMeaning, aliyunRequest } from './shared/aliyun.ts'
import type { PersonOf } from './shared/people.ts'
import { ask, type Request } from './shared/post.ts'
import { openThrottles, throttled } from './shared/throttle.ts'
import { reasonOf } from './shared/words.ts'

export type VoiceAliyunNeeds = AliyunNeeds & {
  personOf: PersonOf
  /** Code of the approved template; its blanks may be ${who}, ${what} and ${phone}. */
  template: string
  /** The number that is shown (专属模式). '' = Aliyun's own pool, which does not call at night. */
  shownNumber: string
}

const origin = 'https://dyvmsapi.aliyuncs.com'
const oneNumber = [
  { count: 1, per: minutes(1) },
  { count: 5, per: hours(1) },
  { count: 20, per: days(1) },
]

export function openVoiceAliyunChannel(needs: VoiceAliyunNeeds): Channel {
  const numbers = openThrottles(needs.clock, oneNumber)
  const channel: Channel = {
    name: 'voice-aliyun',
    reaches: async (letter) => nationalOf((await needs.personOf(letter))?.phone ?? '') !== '',
    send: (letter, signal) =>
      ask(
        needs,
        {
          what: 'Aliyun voice',
          request: () => requestOf(needs, letter, numbers.take),
          meaning: (answer) => aliyunMeaning(answer, ({ CallId }) => CallId),
        },
        signal,
      ),
  }
  return throttled(channel, { clock: needs.clock, limits: [{ count: 50, per: seconds(1) }] })
}

async function requestOf(needs: VoiceAliyunNeeds, letter: Letter, take: (number: string) => Sent | null): Promise<Request | Sent> {
  const person = await needs.personOf(letter)
  const number = nationalOf(person?.phone ?? '')
  if (!person || number === '') return { outcome: 'refused', why: 'No telephone of mainland China is known.' }
  const over = take(number)
  if (over) return over
  const blanks = { who: person.subject || '老人', what: reasonOf(letter, 'zh'), phone: person.centrePhone }
  const parameters = {
    CalledNumber: number,
    ...(needs.shownNumber === '' ? {} : { CalledShowNumber: needs.shownNumber }),
    TtsCode: needs.template,
    TtsParam: JSON.stringify(blanks),
    PlayTimes: '3',
  }
  return aliyunRequest(needs, origin, { action: 'SingleCallByTts', parameters })
}
