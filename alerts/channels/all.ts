/** Every way to reach people that this platform was given: one line for each. */
import type { Clock } from '../../domain/time.ts'
import type { Channel, Letter } from './channel.ts'
import { openConsoleChannel } from './console.ts'
import { openDingtalkChannel } from './dingtalk.ts'
import { openEmailChannel } from './email.ts'
import { openFeishuChannel } from './feishu.ts'
import { openPushChannel, type PushSubscriptions, type VapidKeys } from './push.ts'
import type { PersonOf } from './shared/people.ts'
import { openSirenChannel, type SirenNeeds } from './siren.ts'
import { openSmsAliyunChannel } from './sms-aliyun.ts'
import { openSmsTwilioChannel } from './sms-twilio.ts'
import { openVoiceAliyunChannel } from './voice-aliyun.ts'
import { openVoiceTwilioChannel } from './voice-twilio.ts'
import { openWebhookChannel } from './webhook.ts'
import { openWecomChannel } from './wecom.ts'

/** The settings of config.ts that concern channels; '' for what is not used. */
export type ChannelSettings = Readonly<{
  ANLING_PUBLIC_ORIGIN: string
  ANLING_WEBHOOK_URL: string
  ANLING_WEBHOOK_SECRET: string
  ANLING_WEBHOOK_ALLOW_PRIVATE: boolean
  ANLING_PUSH_CONTACT: string
  ANLING_SMTP_URL: string
  ANLING_SMTP_ALLOW_PLAIN: boolean
  ANLING_MAIL_FROM: string
  ANLING_WECOM_URL: string
  ANLING_DINGTALK_URL: string
  ANLING_DINGTALK_SECRET: string
  ANLING_FEISHU_URL: string
  ANLING_FEISHU_SECRET: string
  ANLING_ALIYUN_KEY_ID: string
  ANLING_ALIYUN_KEY_SECRET: string
  ANLING_ALIYUN_SMS_SIGN: string
  ANLING_ALIYUN_SMS_TEMPLATE: string
  ANLING_ALIYUN_VOICE_TEMPLATE: string
  ANLING_ALIYUN_VOICE_NUMBER: string
  ANLING_TWILIO_ACCOUNT: string
  ANLING_TWILIO_TOKEN: string
  ANLING_TWILIO_FROM: string
}>

export type AllNeeds = {
  settings: ChannelSettings
  clock: Clock
  /** Where the console channel writes its calls. */
  write: (line: string) => void
  personOf: PersonOf
  subscriptions: PushSubscriptions
  vapid: VapidKeys
  siren: Pick<SirenNeeds, 'sirensOf' | 'ring'>
  /** Has this person joined the family's page? Absent: nobody has. */
  hasPage?: ((personId: string) => boolean) | undefined
}

/** Throws RangeError, one sentence that quotes no secret, for settings that cannot be used or are only half there. */
export function openChannels(needs: AllNeeds): Channel[] {
  return [
    openConsoleChannel(needs),
    openSirenChannel({ ...needs.siren, clock: needs.clock }),
    ...posted(needs),
    ...toPersons(needs),
    ...byAliyun(needs),
    ...byTwilio(needs),
  ]
}

/** Where a message to the centre leads: '' when the platform does not know by which address people see it. */
const onWall =
  ({ ANLING_PUBLIC_ORIGIN: origin }: PageNeeds['settings']) =>
  ({ alarmId }: Letter): string =>
    origin === '' ? '' : `${origin}/#/alarm/${encodeURIComponent(alarmId)}`

type PageNeeds = { settings: Pick<ChannelSettings, 'ANLING_PUBLIC_ORIGIN'> } & Pick<AllNeeds, 'hasPage'>

/** Where a message to a person leads: to their own page, or to the alarm on the wall for whoever works here. Whoever joined no page gets no link: one that opens nothing helps nobody. */
export const onOwnPage =
  ({ settings, hasPage }: PageNeeds) =>
  (letter: Letter): string => {
    const { ANLING_PUBLIC_ORIGIN: origin } = settings
    const { alarmId, recipient, plain, isToStaff } = letter
    if (plain) return plain.link
    if (isToStaff) return onWall(settings)(letter)
    if (origin === '' || recipient.contactId === null || !hasPage?.(recipient.contactId)) return ''
    return `${origin}/family#/alarm/${encodeURIComponent(alarmId)}`
  }

function posted({ settings, clock }: AllNeeds): Channel[] {
  const common = { clock, allowPrivate: settings.ANLING_WEBHOOK_ALLOW_PRIVATE, link: onWall(settings) }
  const { ANLING_WEBHOOK_URL: webhook, ANLING_WECOM_URL: wecom, ANLING_DINGTALK_URL: dingtalk, ANLING_FEISHU_URL: feishu } = settings
  return [
    ...when(webhook, () => openWebhookChannel({ ...common, url: webhook, secret: settings.ANLING_WEBHOOK_SECRET })),
    ...when(wecom, () => openWecomChannel({ ...common, url: wecom })),
    ...when(dingtalk, () => openDingtalkChannel({ ...common, url: dingtalk, secret: settings.ANLING_DINGTALK_SECRET })),
    ...when(feishu, () => openFeishuChannel({ ...common, url: feishu, secret: settings.ANLING_FEISHU_SECRET })),
  ]
}

function toPersons({ settings, clock, personOf, subscriptions, vapid, hasPage }: AllNeeds): Channel[] {
  const common = { clock, personOf, link: onOwnPage({ settings, hasPage }) }
  const { ANLING_PUSH_CONTACT: contact, ANLING_SMTP_ALLOW_PLAIN: allowPlain } = settings
  const mail = together(settings, ['ANLING_SMTP_URL', 'ANLING_MAIL_FROM'])
  return [
    // Addresses of push services come from browsers, that is from anybody: never to a private network.
    ...when(contact, () => openPushChannel({ ...common, contact, subscriptions, keys: vapid, allowPrivate: false })),
    ...(mail ? [openEmailChannel({ ...common, url: mail.ANLING_SMTP_URL, from: mail.ANLING_MAIL_FROM, allowPlain })] : []),
  ]
}

function byAliyun({ settings, clock, personOf }: AllNeeds): Channel[] {
  const key = together(settings, ['ANLING_ALIYUN_KEY_ID', 'ANLING_ALIYUN_KEY_SECRET'])
  const sms = together(settings, ['ANLING_ALIYUN_SMS_SIGN', 'ANLING_ALIYUN_SMS_TEMPLATE'])
  const { ANLING_ALIYUN_VOICE_TEMPLATE: template, ANLING_ALIYUN_VOICE_NUMBER: shownNumber } = settings
  if (!key) return []
  if (!sms && template === '') throw new RangeError('Aliyun needs ANLING_ALIYUN_SMS_TEMPLATE or ANLING_ALIYUN_VOICE_TEMPLATE.')
  const common = { clock, personOf, allowPrivate: false, keyId: key.ANLING_ALIYUN_KEY_ID, keySecret: key.ANLING_ALIYUN_KEY_SECRET }
  return [
    ...(sms ? [openSmsAliyunChannel({ ...common, signName: sms.ANLING_ALIYUN_SMS_SIGN, template: sms.ANLING_ALIYUN_SMS_TEMPLATE })] : []),
    ...when(template, () => openVoiceAliyunChannel({ ...common, template, shownNumber })),
  ]
}

function byTwilio({ settings, clock, personOf, hasPage }: AllNeeds): Channel[] {
  const key = together(settings, ['ANLING_TWILIO_ACCOUNT', 'ANLING_TWILIO_TOKEN', 'ANLING_TWILIO_FROM'])
  if (!key) return []
  const { ANLING_PUBLIC_ORIGIN: origin } = settings
  const common = {
    ...{ clock, personOf, allowPrivate: false, link: onOwnPage({ settings, hasPage }) },
    ...{ accountId: key.ANLING_TWILIO_ACCOUNT, token: key.ANLING_TWILIO_TOKEN, from: key.ANLING_TWILIO_FROM },
    receipts: origin === '' ? '' : `${origin}${receiptPath('twilio')}`,
  }
  return [openSmsTwilioChannel(common), openVoiceTwilioChannel(common)]
}

/** Where a provider's receipts arrive at the platform. */
export const receiptPath = (provider: 'twilio' | 'aliyun'): string => `/api/receipts/${provider}`

const when = (setting: string, open: () => Channel): Channel[] => (setting === '' ? [] : [open()])

type Name = { [Key in keyof ChannelSettings]: ChannelSettings[Key] extends string ? Key : never }[keyof ChannelSettings]

/** These settings, when all are given; null when none is. Half of them is a mistake that would be found out on the worst night. */
function together<const Names extends Name>(settings: ChannelSettings, names: readonly Names[]): Readonly<Record<Names, string>> | null {
  const missing = names.filter((name) => settings[name] === '')
  if (missing.length === names.length) return null
  if (missing.length > 0) throw new RangeError(`${missing.join(' and ')} must be given too.`)
  return settings
}
