/**
 * An elder as a device of Home Assistant: who may listen, on which topics, and what is said there. Field names are those of its MQTT discovery
 * (device-based, Home Assistant 2024.12 and later). Pure.
 */
import type { AlarmFact, FactKind } from './alarm.ts'
import type { ConsentHow } from './family.ts'
import type { Instant } from './time.ts'
import type { Verdict } from './verdict.ts'

/** One Home Assistant: a login of its own. The token is shown once; only its hash is kept. */
export type HomeAssistant = { id: string; label: string; madeAt: Instant; madeBy: string }
/**
 * What it hears of: one elder, as one of her contacts, or (`contactId` null) as her own home, which answers nothing. `key` is a random name for
 * topics: it says nothing of her, and nobody else has it.
 */
export type HomeAssistantLink = { key: string; residentId: string; contactId: string | null }
/** Her own home's: how she agreed. A contact's rests on the consent of the family page. */
export type HomeAssistantConsent = { how: ConsentHow; note: string }

type Line = { at: Instant; userId: string; action: string; subjectId: string; detail: string }

/** The logins of Home Assistants. All answers are of this moment: a consent that ended a moment ago opens nothing. */
export type HomeAssistantStore = {
  put(given: {
    client: HomeAssistant
    tokenHash: Uint8Array
    links: readonly (HomeAssistantLink & { consent: HomeAssistantConsent | null })[]
    lines: readonly Line[]
  }): Promise<void>
  /** Those that hear of this elder, oldest first. */
  of(residentId: string): Promise<readonly (HomeAssistant & { contactId: string | null })[]>
  /** Synchronous. Null for one that is unknown or hears of nobody any more. */
  login(clientId: string): { tokenHash: Uint8Array; links: readonly HomeAssistantLink[] } | null
  /** It hears of this elder no more; with the last one the login ends. False when it did not. */
  unlink(clientId: string, residentId: string, line: Line): Promise<boolean>
}

/** Elders of one login. */
export const homeAssistantEldersMost = 10
/** Logins that hear of one elder. */
export const homeAssistantsMost = 20
/** What every such login begins with, so that a device's message is known to be none by its first letters. */
export const homeAssistantIds = 'anling-ha-'
export const discoveryPrefixUsual = 'homeassistant'

const tree = 'anling'
export const homeTopics = {
  discovery: (prefix: string, key: string): string => `${prefix}/device/anling_${key}/config`,
  state: (key: string): string => `${tree}/${key}/state`,
  alarm: (key: string): string => `${tree}/${key}/alarm`,
  answer: (key: string): string => `${tree}/${key}/answer`,
} as const
/** Levels under `anling/<key>/`. */
export const homeLevels: readonly string[] = ['state', 'alarm', 'answer']

/** By the command topic; what the family page calls the same. */
export const homeAnswers = ['know', 'going'] as const
export type HomeAnswer = (typeof homeAnswers)[number]
export const isHomeAnswer = (text: string): text is HomeAnswer => homeAnswers.some((answer) => answer === text)

/** The key and the word of a message on an answer's topic; null when it is none. */
export function homeAnswerOf(topic: string): string | null {
  const [first, key, last, ...more] = topic.split('/')
  return first === tree && last === 'answer' && more.length === 0 && key ? key : null
}

export type HomeLanguage = 'zh' | 'en'

const words = {
  zh: { safe: '平安', activity: '最后活动', alarm: '告警', know: '知道了', going: '我过去' },
  en: { safe: 'Safe', activity: 'Last activity', alarm: 'Alarm', know: 'I know', going: 'I am going' },
} as const

/** What happened to an alarm, as types of Home Assistant's event. */
export const homeEvents = ['raised', 'repeated', 'escalated', 'acknowledged', 'returned', 'cleared', 'resolved'] as const
const eventByFact: Readonly<Partial<Record<FactKind, (typeof homeEvents)[number]>>> = {
  'alarm-raised': 'raised',
  'alarm-repeated': 'repeated',
  'alarm-escalated': 'escalated',
  'alarm-acknowledged': 'acknowledged',
  'alarm-returned': 'returned',
  'alarm-cleared': 'cleared',
  'alarm-resolved': 'resolved',
}

export type HomeDevice = { key: string; name: string; language: HomeLanguage; canAnswer: boolean; url: string }

/** The discovery message: one device with its entities. Without a relative behind it there are no buttons: nobody would have answered. */
export function homeDiscovery({ key, name, language, canAnswer, url }: HomeDevice): Record<string, unknown> {
  const say = words[language]
  const id = `anling_${key}`
  const answer = homeTopics.answer(key)
  const button = (kind: HomeAnswer, icon: string) => ({
    ...{ platform: 'button', unique_id: `${id}_${kind}`, name: say[kind], icon, command_topic: answer, payload_press: kind },
    ...{ qos: 1, retain: false },
  })
  return {
    device: { identifiers: [id], name, manufacturer: 'Anling', model: 'Elder', ...(url !== '' && { configuration_url: url }) },
    origin: { name: 'Anling' },
    state_topic: homeTopics.state(key),
    qos: 0,
    components: {
      safe: {
        ...{ platform: 'binary_sensor', unique_id: `${id}_safe`, name: say.safe, device_class: 'safety' },
        ...{ value_template: '{{ value_json.safety }}', payload_on: 'ON', payload_off: 'OFF' },
        json_attributes_topic: homeTopics.state(key),
        json_attributes_template: '{{ value_json.attributes | tojson }}',
      },
      activity: {
        ...{ platform: 'sensor', unique_id: `${id}_activity`, name: say.activity, device_class: 'timestamp' },
        value_template: '{{ value_json.last_activity }}',
      },
      alarm: {
        ...{ platform: 'event', unique_id: `${id}_alarm`, name: say.alarm, icon: 'mdi:bell-alert' },
        ...{ state_topic: homeTopics.alarm(key), event_types: homeEvents },
      },
      ...(canAnswer && { know: button('know', 'mdi:check'), going: button('going', 'mdi:car') }),
    },
  }
}

export type HomeState = { verdict: Verdict; lastAt: Instant | null; room: string; reason: string | null; priority: number | null }

/** Home Assistant's class "safety" is ON for unsafe. Where nobody knows it is "None", which it shows as unknown: never as safe. */
const safety: Readonly<Record<Verdict, 'ON' | 'OFF' | 'None'>> = {
  alarm: 'ON',
  overdue: 'ON',
  well: 'OFF',
  quiet: 'OFF',
  away: 'OFF',
  unseen: 'None',
  unknown: 'None',
}

export const homeState = ({ verdict, lastAt, room, reason, priority }: HomeState): string =>
  JSON.stringify({
    safety: safety[verdict],
    last_activity: lastAt === null ? 'None' : isoOf(lastAt),
    attributes: { verdict, room, reason, priority },
  })

/** The event of an alarm; null for a fact that is none, and for devices in trouble, which are no alarm about her. */
export function homeEvent({ kind, alarm, at }: AlarmFact): string | null {
  const event_type = eventByFact[kind]
  if (event_type === undefined || alarm.kind === 'technical') return null
  const { id, reason, priority, presses, causes } = alarm
  const room = causes.at(-1)?.room ?? ''
  return JSON.stringify({ event_type, alarm_id: id, kind: alarm.kind, reason, priority, presses, room, at: isoOf(at) })
}

const isoOf = (at: Instant): string => new Date(at).toISOString()
