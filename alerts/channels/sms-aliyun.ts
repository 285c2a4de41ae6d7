/** 短信 by Aliyun, to mobile telephones of mainland China. Only an approved template may be sent: its words are fixed, its blanks are filled here. */
import { isChineseMobile, nationalOf } from '../../domain/phone.ts'
import { seconds } from '../../domain/time.ts'
import type { Channel, Letter, Sent } from './channel.ts'
import { type AliyunNeeds, aliyunMeaning, aliyunRequest } from './shared/aliyun.ts'
import type { PersonOf } from './shared/people.ts'
import { ask, type Request } from './shared/post.ts'
import { throttled } from './shared/throttle.ts'
import { reasonOf, urgencyOf } from './shared/words.ts'

export type SmsAliyunNeeds = AliyunNeeds & {
  personOf: PersonOf
  /** 签名, approved. */
  signName: string
  /** Code of the approved template; its blanks may be ${urgency}, ${who}, ${what} and ${phone}. */
  template: string
}

const origin = 'https://dysmsapi.aliyuncs.com'
/** A blank of a template holds no more. */
const blankMax = 35

export function openSmsAliyunChannel(needs: SmsAliyunNeeds): Channel {
  const channel: Channel = {
    name: 'sms-aliyun',
    reaches: async (letter) => isChineseMobile((await needs.personOf(letter))?.phone ?? ''),
    send: (letter, signal) =>
      ask(
        needs,
        { what: 'Aliyun SMS', request: () => requestOf(needs, letter), meaning: (answer) => aliyunMeaning(answer, ({ BizId }) => BizId) },
        signal,
      ),
  }
  return throttled(channel, { clock: needs.clock, limits: [{ count: 100, per: seconds(1) }] })
}

async function requestOf(needs: SmsAliyunNeeds, letter: Letter): Promise<Request | Sent> {
  const person = await needs.personOf(letter)
  if (!person || !isChineseMobile(person.phone)) return { outcome: 'refused', why: 'No mobile telephone of mainland China is known.' }
  const blanks = {
    urgency: urgencyOf(letter, 'zh'),
    who: person.subject || '老人',
    what: reasonOf(letter, 'zh'),
    phone: person.centrePhone,
  }
  const filled = Object.fromEntries(Object.entries(blanks).map(([name, text]) => [name, text.slice(0, blankMax)]))
  const parameters = {
    PhoneNumbers: nationalOf(person.phone),
    SignName: needs.signName,
    TemplateCode: needs.template,
    TemplateParam: JSON.stringify(filled),
    OutId: letter.id,
  }
  return aliyunRequest(needs, origin, { action: 'SendSms', parameters })
}
