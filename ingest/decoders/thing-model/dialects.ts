/** Topics and envelopes of the dialects: each becomes the same report of properties and events, with the answer its sender waits for. */
import { type Body, isBody } from '../decoder.ts'

/** `event` null: a report of properties. `context`: words around them (the service, the product) that say what they are about. */
export type Part = { device: string; event: string | null; values: Body; at: unknown; context: string }
export type Reply = { topic: string; payload: string }
export type Report = { parts: readonly Part[]; reply: Reply | null }

const alinkTopic = /^\/sys\/([^/]+)\/([^/]+)\/thing\/(?:event\/([^/]+)\/((?:batch|pack|history)\/)?post|model\/(up_raw))$/
const oneNetTopic = /^\$sys\/([^/]+)\/([^/]+)\/thing\/(property|event|pack)\/post$/
const huaweiTopic = /^\$oc\/devices\/([^/]+)\/sys\/(properties\/report|events\/up|gateway\/sub_devices\/properties\/report)$/
const tencentTopic = /^\$thing\/up\/(property|event)\/([^/]+)\/([^/]+)$/
const tuyaTopic = /^tylink\/([^/]+)\/thing\/(property\/report|event\/trigger|data\/batch_report)$/
const jetlinksTopic = /^\/?([^/$]+)\/([^/]+)(?:\/child\/([^/]+))?\/(?:properties\/report|event\/([^/]+))$/
/** Answers, commands and what goes down: no report of anybody. */
const downward = /_reply$|\/reply$|_response$|\/down\/|\/set$|\/get$|\/service\/|\/ota\//

/** What a message reports; 'nothing' when it reports nothing, null when the topic is none of ours. Never throws. */
export function reportOf(topic: string, body: Body | null): Report | 'nothing' | null {
  if (downward.test(topic)) return 'nothing'
  for (const [pattern, read] of readers) {
    const found = pattern.exec(topic)
    if (found) return read(found, body ?? {}, topic)
  }
  return body !== null && Array.isArray(body.status) ? tuyaStatus(body.status) : null
}

type Reader = (found: RegExpExecArray, body: Body, topic: string) => Report | 'nothing'

const readers: readonly (readonly [RegExp, Reader])[] = [
  [alinkTopic, alink],
  [oneNetTopic, oneNet],
  [huaweiTopic, huawei],
  [tencentTopic, tencent],
  [tuyaTopic, tuya],
  [jetlinksTopic, jetlinks],
]

const inner = (value: unknown): Body => (isBody(value) ? value : {})
/** An event's parameters, flat or under `value`. */
const valuesOf = (params: Body): Body => (isBody(params.value) ? params.value : params)

function alink([, , device = '', event = '', many, raw]: RegExpExecArray, body: Body, topic: string): Report | 'nothing' {
  if (raw) return 'nothing' // a product's own bytes
  if (many === 'history/') return { parts: [], reply: alinkReply(body, topic) }
  const params = inner(body.params)
  if (many !== undefined) return { parts: [...packedParts(params, device), ...subDevices(params, device)], reply: alinkReply(body, topic) }
  const isProperties = event === 'property'
  const part = {
    device,
    event: isProperties ? null : event,
    values: isProperties ? params : valuesOf(params),
    at: params.time,
    context: '',
  }
  return { parts: [part], reply: alinkReply(body, topic) }
}

/** Answered unless the device said that it does not listen (`sys.ack` 0) or gave no number to answer to. */
function alinkReply({ id, method, sys }: Body, topic: string): Reply | null {
  if (inner(sys).ack === 0 || (typeof id !== 'string' && typeof id !== 'number')) return null
  const said = { code: 200, data: {}, id: String(id), message: 'success', method, version: '1.0' }
  return { topic: `${topic}_reply`, payload: JSON.stringify(said) }
}

function oneNet([, , device = '', what = '']: RegExpExecArray, body: Body, topic: string): Report {
  const params = inner(body.params)
  const id = body.id
  const reply =
    typeof id === 'string' || typeof id === 'number'
      ? { topic: `${topic}/reply`, payload: JSON.stringify({ id: String(id), code: 200, msg: 'success' }) }
      : null
  if (what === 'property') return { parts: [{ device, event: null, values: params, at: undefined, context: '' }], reply }
  if (what === 'event') return { parts: eventsIn(params, device), reply }
  const packed = Array.isArray(body.params) ? body.params : [body.params]
  return { parts: packed.slice(0, 64).flatMap((each) => packedParts(each, device)), reply }
}

const eventsIn = (events: Body, device: string): Part[] =>
  Object.entries(events)
    .slice(0, 32)
    .flatMap(([event, told]) =>
      // Several of one kind come as a list.
      (Array.isArray(told) ? told.slice(0, 16) : [told]).map((value) => ({
        ...{ device, event, values: valuesOf(inner(value)), at: inner(value).time, context: '' },
      })),
    )

/** A gateway speaks for its sub-devices. */
function packedParts(each: unknown, gateway: string): Part[] {
  const { identity, properties, events } = inner(each)
  const named = inner(identity).deviceName
  const device = typeof named === 'string' ? named : gateway
  const own: Part[] = isBody(properties) ? [{ device, event: null, values: properties, at: undefined, context: '' }] : []
  return [...own, ...eventsIn(inner(events), device)]
}

const subDevices = ({ subDevices: list }: Body, gateway: string): Part[] =>
  Array.isArray(list) ? list.slice(0, 64).flatMap((each) => packedParts(each, gateway)) : []

function huawei([, device = '', what = '']: RegExpExecArray, body: Body): Report {
  const devices = Array.isArray(body.devices) ? body.devices.filter(isBody) : []
  const parts = what.startsWith('gateway')
    ? devices.slice(0, 64).flatMap((each) => servicesOf(each, String(each.device_id ?? each.deviceId ?? device)))
    : servicesOf(body, device)
  return { parts, reply: null }
}

function servicesOf({ services }: Body, device: string): Part[] {
  if (!Array.isArray(services)) return []
  return services
    .slice(0, 32)
    .filter(isBody)
    .map((service) => {
      const context = String(service.service_id ?? service.serviceId ?? '').slice(0, 64)
      const at = service.event_time ?? service.eventTime
      // What the device and the platform have to say to each other (its log, the time) is about nobody.
      if (context.startsWith('$')) return { device, event: null, values: {}, at, context }
      const event = service.event_type ?? service.eventType
      if (typeof event === 'string') return { device, event, values: inner(service.paras), at, context }
      return { device, event: null, values: inner(service.properties), at, context }
    })
}

function tencent([, what = '', product = '', device = '']: RegExpExecArray, body: Body): Report {
  const token = body.clientToken
  const method = `${String(body.method ?? 'report').slice(0, 32)}_reply`
  const answer = { method: method.replace('_post_', '_'), clientToken: token, code: 0, status: '' }
  const reply = typeof token === 'string' ? { topic: `$thing/down/${what}/${product}/${device}`, payload: JSON.stringify(answer) } : null
  // Only a report reports; the others ask for something, or describe the device itself.
  const isReport = body.method === undefined || body.method === 'report'
  if (what === 'property')
    return { parts: [{ device, event: null, values: isReport ? inner(body.params) : {}, at: body.timestamp, context: '' }], reply }
  const events = Array.isArray(body.events) ? body.events.slice(0, 32).filter(isBody) : [body]
  const parts = events.map((event) => ({
    ...{ device, event: String(event.eventId ?? '').slice(0, 100), values: inner(event.params), at: event.timestamp, context: '' },
  }))
  return { parts, reply }
}

function tuya([, device = '', what = '']: RegExpExecArray, body: Body, topic: string): Report {
  const id = body.msgId
  const reply = typeof id === 'string' ? { topic: `${topic}_response`, payload: JSON.stringify({ msgId: id, code: 0 }) } : null
  const data = inner(body.data)
  if (what === 'property/report') return { parts: [{ device, event: null, values: data, at: body.time, context: '' }], reply }
  if (what === 'data/batch_report') {
    const own = { device, event: null, values: inner(data.properties), at: body.time, context: '' }
    const events = Object.entries(inner(data.events)).slice(0, 32)
    const told = events.map(([event, value]) => ({
      ...{ device, event, values: inner(inner(value).outputParams), at: inner(value).eventTime ?? body.time, context: '' },
    }))
    return { parts: [...(isBody(data.properties) ? [own] : []), ...told], reply }
  }
  const event = String(data.eventCode ?? '').slice(0, 100)
  return { parts: [{ device, event, values: inner(data.outputParams), at: data.eventTime ?? body.time, context: '' }], reply }
}

function tuyaStatus(status: readonly unknown[]): Report {
  const values = Object.fromEntries(
    status.slice(0, 64).flatMap((each) => (isBody(each) && typeof each.code === 'string' ? [[each.code, each.value]] : [])),
  )
  return { parts: [{ device: '', event: null, values, at: undefined, context: '' }], reply: null }
}

function jetlinks([, , parent = '', child, event]: RegExpExecArray, body: Body): Report {
  const device = child ?? parent
  const values = event === undefined ? inner(body.properties) : inner(body.data)
  return { parts: [{ device, event: event ?? null, values, at: body.timestamp, context: '' }], reply: null }
}
