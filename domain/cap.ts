/**
 * An alarm as a message of the Common Alerting Protocol 1.2 (OASIS, urn:oasis:names:tc:emergency:cap:1.2): private, for those it is sent to, and
 * without a name. The order of the elements is the schema's. Pure.
 */
import type { Alarm, AlarmKind, Outcome, Reason } from './alarm.ts'
import type { Home, Site } from './people.ts'
import { scaipOf } from './scaip.ts'
import type { Instant } from './time.ts'

/** `home`: only where whoever asks wants the address, and may have it. `sender`: who sends, unique in the world, such as a host name. */
export type CapAbout = { site: Site | null; home: Home | null; sender: string; webUrl: string }

/** An element: its name and what is in it, in order. Empty texts, undefined and false are left out. */
type Element = readonly [name: string, content: string | number | readonly (Element | false)[] | undefined]

/** Text as XML 1.0 may hold it: marks escaped, and characters that XML has no place for left out. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

export function xmlOf([name, content]: Element): string {
  if (content === undefined || content === '') return ''
  const inside = typeof content === 'object' ? content.map((each) => (each ? xmlOf(each) : '')).join('') : xmlText(String(content))
  return inside === '' ? '' : `<${name}>${inside}</${name}>`
}

/** CAP's times carry an offset, and UTC is written -00:00. */
export const capTime = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}-00:00`

const categories: Readonly<Record<AlarmKind, readonly string[]>> = {
  sos: ['Rescue', 'Health'],
  fall: ['Rescue', 'Health'],
  vitals: ['Health'],
  silence: ['Rescue', 'Health'],
  environment: ['Safety', 'Fire'],
  technical: ['Infra'],
}
const urgencies = { 1: 'Immediate', 2: 'Expected', 3: 'Future' } as const
const severities = { 1: 'Severe', 2: 'Moderate', 3: 'Minor' } as const

/** How sure it is that somebody is in need; what a person pressed or a detector measured was observed. */
const certainties: Readonly<Partial<Record<Reason, string>>> = {
  'fall-possible': 'Likely',
  inactivity: 'Possible',
  'check-in': 'Possible',
  'not-back': 'Possible',
  'retained-press': 'Possible',
}

const words: Readonly<Record<Reason, { zh: string; en: string }>> = {
  button: { zh: '紧急呼叫', en: 'Call for help' },
  'fall-possible': { zh: '疑似跌倒', en: 'Possible fall' },
  'fall-confirmed': { zh: '跌倒', en: 'Fall' },
  smoke: { zh: '烟雾报警', en: 'Smoke' },
  gas: { zh: '燃气报警', en: 'Gas' },
  'carbon-monoxide': { zh: '一氧化碳报警', en: 'Carbon monoxide' },
  'water-leak': { zh: '漏水', en: 'Water leak' },
  inactivity: { zh: '长时间无活动', en: 'Inactivity' },
  'check-in': { zh: '平安确认', en: 'Check whether she is well' },
  'not-back': { zh: '外出未归', en: 'Not back home' },
  'home-unseen': { zh: '住所设备全部失联', en: 'Nothing of the home is heard' },
  'device-silent': { zh: '设备失联', en: 'Device silent' },
  'device-flapping': { zh: '设备时断时续', en: 'Device comes and goes' },
  'clock-wrong': { zh: '设备时钟不准', en: 'Device clock wrong' },
  'area-silent': { zh: '片区设备失联', en: 'Area silent' },
  'battery-low': { zh: '电池电量低', en: 'Battery low' },
  tamper: { zh: '设备被拆', en: 'Tamper' },
  'mains-lost': { zh: '断电', en: 'Mains lost' },
  'retained-press': { zh: '可疑的历史呼叫', en: 'A call that may be an old one' },
  'wall-unattended': { zh: '值守席无人', en: 'Nobody is on watch' },
  'case-overdue': { zh: '设备故障超时未处理', en: 'A broken device was not mended in time' },
}

/** Closed because there was nothing: the alert is taken back. Whatever else is over is told as an all-clear. */
const takenBack: ReadonlySet<Outcome> = new Set(['false-press', 'sensor-false', 'test', 'no-fault-found'])

type Stage = { suffix: string; sent: Instant; msgType: 'Alert' | 'Update' | 'Cancel'; response: string; isOver: boolean }

/** Which message the alarm is now. Each has an identifier of its own, and all but the first refer to the first. */
function stageOf(alarm: Alarm): Stage {
  if (alarm.state === 'resolved') {
    const msgType = takenBack.has(alarm.outcome) ? 'Cancel' : 'Update'
    return { suffix: 'resolved', sent: alarm.at, msgType, response: 'AllClear', isOver: true }
  }
  if (alarm.state === 'acknowledged')
    return { suffix: `acknowledged.${alarm.at}`, sent: alarm.at, msgType: 'Update', response: 'Monitor', isOver: false }
  const { presses, raisedAt, causes } = alarm
  const first = { sent: raisedAt, response: 'Assess', isOver: false }
  if (presses === 1) return { ...first, suffix: 'raised', msgType: 'Alert' }
  return { ...first, suffix: `raised.${presses}`, sent: causes.at(-1)?.receivedAt ?? raisedAt, msgType: 'Update' }
}

/** The whole document, with its declaration. */
export function capOf(alarm: Alarm, about: CapAbout): string {
  const { sender, site } = about
  const stage = stageOf(alarm)
  const isFirst = stage.msgType === 'Alert'
  const isTest = alarm.state === 'resolved' && alarm.outcome === 'test'
  const elements: readonly Element[] = [
    ['identifier', `${alarm.id}.${stage.suffix}`],
    ['sender', sender],
    ['sent', capTime(stage.sent)],
    ['status', isTest ? 'Test' : 'Actual'],
    ['msgType', stage.msgType],
    ['source', 'Anling'],
    ['scope', 'Private'],
    ['addresses', `"${(site?.name || alarm.siteId).replaceAll('"', '')}"`],
    ['note', alarm.state === 'resolved' ? `Outcome: ${alarm.outcome}` : undefined],
    ['references', isFirst ? undefined : `${sender},${alarm.id}.raised,${capTime(alarm.raisedAt)}`],
    ['incidents', alarm.id],
    ...(['zh', 'en'] as const).map((language): Element => ['info', infoOf(alarm, about, { stage, language })]),
  ]
  const body = elements.map(xmlOf).join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n${body}\n</alert>\n`
}

type Said = { stage: Stage; language: 'zh' | 'en' }

function infoOf(alarm: Alarm, { site, home, webUrl }: CapAbout, { stage, language }: Said): readonly Element[] {
  const { kind, reason, priority, presses, raisedAt, causes, state, residentIds } = alarm
  const event = words[reason][language]
  const scaip = scaipOf(alarm)
  const code = (name: string, value: string): Element => [
    'eventCode',
    [
      ['valueName', name],
      ['value', value],
    ],
  ]
  const parameter = (name: string, value: string | number): Element => [
    'parameter',
    [
      ['valueName', name],
      ['value', value],
    ],
  ]
  return [
    ['language', language === 'zh' ? 'zh-CN' : 'en-US'],
    ...categories[kind].map((category): Element => ['category', category]),
    ['event', event],
    ['responseType', stage.response],
    ['urgency', stage.isOver ? 'Past' : urgencies[priority]],
    ['severity', severities[priority]],
    ['certainty', certainties[reason] ?? 'Observed'],
    code('anling:reason', reason),
    code('scaip:deviceType', scaip.deviceType),
    code('scaip:statusCode', scaip.statusCode),
    ...(scaip.location === '' ? [] : [code('scaip:location', scaip.location)]),
    ['effective', capTime(raisedAt)],
    ['onset', capTime(causes[0]?.claimedAt ?? raisedAt)],
    ['senderName', site?.name],
    ['headline', site ? `${event} · ${site.name}` : event],
    ['web', webUrl],
    ['contact', site?.phone],
    parameter('anling:state', state),
    parameter('anling:presses', presses),
    ...(residentIds.length > 0 ? [parameter('anling:homes', residentIds.length)] : []),
    ['area', [['areaDesc', placeOf(site, home) || alarm.siteId]]],
  ]
}

function placeOf(site: Site | null, home: Home | null): string {
  const wide = site ? [site.city, site.district, site.street, site.name] : []
  const near = home ? [home.address, home.building, home.unit, home.door] : []
  return [...wide, ...near].filter((part) => part !== '').join(' ')
}

export type CapEntry = { alarm: Alarm; url: string }

/** A site's list of such messages, as an Atom feed (RFC 4287), newest change first. */
export function capFeed(entries: readonly CapEntry[], feed: { id: string; title: string; url: string; at: Instant }): string {
  const time = (at: Instant): string => new Date(at).toISOString()
  const all = entries.map(({ alarm, url }) => {
    const { suffix, sent } = stageOf(alarm)
    const inside: readonly Element[] = [
      ['id', `urn:anling:cap:${alarm.id}.${suffix}`],
      ['title', `${words[alarm.reason].zh} ${words[alarm.reason].en}`],
      ['updated', time(sent)],
    ]
    return `<entry>${inside.map(xmlOf).join('')}<link type="application/cap+xml" href="${xmlText(url)}"/></entry>`
  })
  const head: readonly Element[] = [
    ['id', feed.id],
    ['title', feed.title],
    ['updated', time(feed.at)],
    ['author', [['name', 'Anling']]],
  ]
  const self = `<link rel="self" href="${xmlText(feed.url)}"/>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n${head.map(xmlOf).join('\n')}\n${self}\n${all.join('\n')}\n</feed>\n`
}
