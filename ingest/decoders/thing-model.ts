/** The Chinese "thing model" in its dialects: Alink, OneNET, Huawei IoTDA, Tencent IoT Explorer, TuyaLink and their relatives. One shape, five spellings; who asks for an answer gets one once all is durable. */
import type { KnownDevice } from '../../domain/device.ts'
import type { InboundMessage } from '../../domain/message.ts'
import { type Body, type Decoded, type Decoder, isBody, jsonOf, nothing, textOf, undecodable, unknownTopic } from './decoder.ts'
import { type Marks, markKey, openMarks } from './marks.ts'
import { sharedAt } from './shared.ts'
import { type Report, reportOf } from './thing-model/dialects.ts'
import { eventSignals, propertySignals } from './thing-model/properties.ts'

const reportsMost = 64

export function openThingModel(): Decoder {
  const marks = openMarks()
  return {
    family: 'thing-model',
    decode: (message, sender) => decode(message, sender, marks),
    forget: (senderId, deviceKey) => marks.forget(markKey(senderId, deviceKey)),
  }
}

function decode(message: InboundMessage, sender: KnownDevice, marks: Marks): Decoded {
  const value = jsonOf(textOf(message.payload))
  // A bare list of codes and values is how Tuya's cloud hands a device's state on.
  const body: Body | null = isBody(value) ? value : Array.isArray(value) ? { status: value } : null
  const report = reportOf(message.topic, body)
  if (report === null) return unknownTopic('no topic of a thing model')
  if (report === 'nothing') return nothing
  if (body === null) return undecodable('the payload is not a JSON object')
  const signals = report.parts.slice(0, reportsMost).flatMap((part) => {
    const deviceKey = keyOf(part.device, message.topic, sender)
    const shared = sharedAt({ deviceKey, origin: 'live' }, momentIn(part.at), message.receivedAt)
    const at = { shared, marks, key: markKey(sender.id, deviceKey), isKept: message.retain }
    return part.event === null ? propertySignals(part, at) : eventSignals({ ...part, event: part.event }, at)
  })
  return { signals, problem: null, ...repliesOf(report) }
}

const repliesOf = ({ reply }: Report): Pick<Decoded, 'replies'> => (reply ? { replies: [reply] } : {})

/** A device that speaks for itself is named by its own topic. */
function keyOf(device: string, topic: string, { base, key }: KnownDevice): string {
  if (device === key || (base !== '' && topic.startsWith(`${base}/`) && base.split('/').includes(device))) return ''
  return device
}

const basicIso = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.?(\d{1,3}))?Z$/

/** Some write the time without its dashes and colons, some as text. */
function momentIn(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const parts = basicIso.exec(value)
  if (!parts) return /^\d{10,13}$/.test(value) ? Number(value) : value
  const [, year, month, day, hour, minute, second, fraction = '0'] = parts
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`
}
