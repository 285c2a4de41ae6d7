/** CTWing (China Telecom's platform for NB-IoT) pushes over HTTP: one envelope, the product's own fields inside, or bytes that only the product's maker can read. */
import type { InboundMessage } from '../../domain/message.ts'
import type { Signal } from '../../domain/signal.ts'
import { type Body, bodyOf, type Decoded, type Decoder, isBody, nothing, numberIn, undecodable } from './decoder.ts'
import { type Marks, markKey, openMarks } from './marks.ts'
import { sharedAt } from './shared.ts'
import { eventSignals, propertySignals } from './thing-model/properties.ts'
import { kindOfWords } from './words.ts'

export function openCtwing(): Decoder {
  const marks = openMarks()
  return {
    family: 'ctwing',
    decode: (message, sender) => decode(message, sender.id, marks),
    forget: (senderId, deviceKey) => marks.forget(markKey(senderId, deviceKey)),
  }
}

function decode(message: InboundMessage, senderId: string, marks: Marks): Decoded {
  const body = bodyOf(message.payload)
  if (!body) return undecodable('the payload is not a JSON object')
  const deviceKey = [body.IMEI, body.deviceId].find(
    (id): id is string => typeof id === 'string' && id !== '' && id !== 'undefined' && id.length <= 64,
  )
  if (deviceKey === undefined) return undecodable('a message without IMEI or deviceId')
  const payload = isBody(body.payload) ? body.payload : isBody(body.eventContent) ? body.eventContent : {}
  const data = isBody(payload.serviceData) ? payload.serviceData : payload
  const shared = sharedAt({ deviceKey, origin: 'live' }, payload.time ?? body.timestamp, message.receivedAt)
  if (body.messageType === 'deviceOnlineOfflineReport')
    return said([{ ...shared, kind: 'availability', origin: 'synthetic', active: body.eventType === 1 }])
  if (body.messageType === 'commandResponse' || body.messageType === 'deviceCommandResponse') return nothing
  const at = { shared, marks, key: markKey(senderId, deviceKey), isKept: false }
  const place = placeOf(data)
  if (place)
    return said([
      { ...shared, kind: 'location', numbers: place },
      { ...shared, kind: 'heartbeat' },
    ])
  if (body.messageType === 'eventReport') {
    const event = [payload.serviceId, body.serviceId, body.eventType].map(String).join(' ')
    return said(eventSignals({ device: deviceKey, event, values: data, at: undefined, context: '' }, at))
  }
  const context = contextOf(data, payload)
  return said([
    ...statusOf(data, context, shared),
    ...propertySignals({ device: deviceKey, event: null, values: data, at: undefined, context }, at),
  ])
}

const said = (signals: readonly Signal[]): Decoded => ({ signals, problem: null })

/** The push names no product type; a detector is known by the fields it has. */
function contextOf(data: Body, payload: Body): string {
  const words = `${String(payload.serviceId ?? '')} ${Object.keys(data).slice(0, 64).join(' ')}`
  if (kindOfWords(words) !== 'state') return words
  return 'TData' in data && 'Alarm_Status' in data ? 'smoke' : ''
}

/** `Alarm_Status`: 0 is quiet; what the other numbers mean is the maker's secret, so each of them is an alarm of this detector. */
function statusOf(data: Body, context: string, shared: Pick<Signal, 'deviceKey' | 'origin'>): readonly Signal[] {
  const status = numberIn(data.Alarm_Status ?? data.alarm_status ?? data.alarmStatus, 0, 1_000)
  const kind = kindOfWords(context)
  return status === undefined || kind === 'state' ? [] : [{ ...shared, kind, active: status !== 0 }]
}

function placeOf(data: Body): Record<string, number> | null {
  const [latitude, longitude] = [numberIn(data.latitude, -90, 90), numberIn(data.longitude, -180, 180)]
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude }
}
