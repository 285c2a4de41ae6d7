/** How the watcher tells people: by the same channels as the platform, `name` or `name:address`, each on its own, tried again until it went out. */
import type { Alarm, Reason } from '../../domain/alarm.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { e164 } from '../../domain/phone.ts'
import { type Clock, seconds } from '../../domain/time.ts'
import { type ChannelSettings, openChannels } from '../channels/all.ts'
import type { Channel, Letter } from '../channels/channel.ts'
import { isAddress } from '../channels/email.ts'
import type { Person, PersonOf } from '../channels/shared/people.ts'
import type { News } from './listening.ts'

export type WaysNeeds = {
  /** What `--tell` said: `console`, `webhook`, `wecom`, `email:name@example.org`, `sms-aliyun:+86…`, `voice-twilio:+44…`. */
  asked: readonly string[]
  settings: ChannelSettings & { ANLING_PHONE_COUNTRY: string }
  clock: Clock
  log: Log
  write: (line: string) => void
}

export type Ways = { tell(news: News): void; stop(): void }

type Way = { name: string; channel: Channel; address: string; owed: { letter: Letter; news: News } | null; calling: boolean }

const tryEvery = seconds(10)
const toPersons: ReadonlySet<string> = new Set(['email', 'sms-aliyun', 'voice-aliyun', 'sms-twilio', 'voice-twilio'])
/** They need the platform's own database or broker, which is exactly what may be gone. */
const notHere: ReadonlySet<string> = new Set(['push', 'siren'])

/** Throws RangeError, one sentence, for a way that is not set up or an address that is none. */
export function openWays(needs: WaysNeeds): Ways {
  const ways = needs.asked.map((asked) => openWay(needs, asked))
  if (ways.length === 0) throw new RangeError('Nobody would be told: give at least one --tell.')
  let count = 0
  const call = (way: Way) => void attempt(needs, way)
  const stop = needs.clock.every(tryEvery, () => ways.filter(({ owed }) => owed).forEach(call))
  return {
    tell(news) {
      count += 1
      for (const way of ways) {
        // Only the newest news is owed: nobody needs "silent" after "heard again".
        way.owed = { letter: letterOf(news, `${needs.clock.now()}-${count}`, needs.clock), news }
        call(way)
      }
    },
    stop,
  }
}

function openWay({ settings, clock, write }: Omit<WaysNeeds, 'asked'>, asked: string): Way {
  const [name = '', ...rest] = asked.split(':')
  const address = rest.join(':')
  if (notHere.has(name)) throw new RangeError(`The watcher cannot tell by ${name}: it has no part of the platform.`)
  if (toPersons.has(name) !== (address !== ''))
    throw new RangeError(`--tell ${name} ${toPersons.has(name) ? 'needs an address after a colon.' : 'takes no address.'}`)
  const phone = e164(address, settings.ANLING_PHONE_COUNTRY)
  if (name === 'email' ? !isAddress(address) : address !== '' && phone === '') throw new RangeError(`--tell ${name}: that is no address.`)
  const way: Omit<Way, 'channel'> = { name, address, owed: null, calling: false }
  const personOf: PersonOf = async () => personNow(way.owed?.news, { phone, email: name === 'email' ? address : '' })
  const nothing = {
    subscriptions: { subscriptionsOf: async () => [], buried: async () => {}, used: async () => {} },
    vapid: { publicKey: '', privateKey: '' },
  }
  const siren = { sirensOf: async () => [], ring: async () => false }
  const all = openChannels({ settings: { ...settings, ANLING_PUSH_CONTACT: '' }, clock, write: () => {}, personOf, siren, ...nothing })
  const channel = name === 'console' ? onConsole(way, write) : all.find((each) => each.name === name)
  if (!channel) throw new RangeError(`--tell ${name}: there is no such way, or it is not set up. docs/channels.md says how.`)
  return Object.assign(way, { channel })
}

/** Its own words: the platform's console line speaks of a call of somebody. */
const onConsole = (way: Omit<Way, 'channel'>, write: (line: string) => void): Channel => ({
  name: 'console',
  async send() {
    if (way.owed) write(sentenceFor(way.owed.news))
    return { outcome: 'delivered', why: '' }
  },
})

/** Never rejects. What could not go out stays owed and is tried again. */
async function attempt(needs: Pick<WaysNeeds, 'log'>, way: Way): Promise<void> {
  if (way.calling || !way.owed) return
  way.calling = true
  const { log } = needs
  const { owed } = way
  try {
    const sent = await way.channel.send(owed.letter, new AbortController().signal)
    if (sent.outcome !== 'delivered') log('error', `Could not tell by ${way.name}: ${sent.why}`)
    if (sent.outcome !== 'retry' && way.owed === owed) way.owed = null
  } catch (error) {
    log('error', `Could not tell by ${way.name}: ${sentenceOf(error)}`)
  }
  way.calling = false
  // News came while the call was under way.
  if (way.owed && way.owed !== owed) await attempt(needs, way)
}

/** One plain sentence, for the console and the log. */
export const sentenceFor = ({ kind, seconds: n, times }: News): string =>
  kind === 'silent'
    ? `ALARM: Anling has given no sign of life for ${n} s${times > 1 ? ` (said ${times} times)` : ''}. Calls for help may be unheard.`
    : `Anling is heard again after ${n} s. Check the list of homes that may have been unheard.`

/** Messages to persons begin with whom they are about and end with "needs attention": this is the subject that makes it a true sentence. */
function personNow(news: News | undefined, ways: { phone: string; email: string }): Person {
  const n = news?.seconds ?? 0
  const subject =
    news?.kind === 'heard-again' ? `安铃平台（Anling）中断 ${n} 秒后已恢复，逐户确认清单` : `安铃平台（Anling）已 ${n} 秒没有生命信号，`
  return { ...ways, language: 'zh', subject, timeZone: 'Asia/Shanghai', centrePhone: '' }
}

/** None of the reasons that an alarm of the platform can have; whoever meets one without words says "needs attention". */
const noReason: string = 'platform-silent'

function letterOf({ kind, times }: News, id: string, clock: Clock): Letter {
  const at = clock.now()
  const state: Alarm['state'] = kind === 'silent' ? 'raised' : 'resolved'
  return {
    id: `anling-watcher-${id}`,
    alarmId: 'anling-platform',
    subjectId: kind === 'silent' ? 'anling-platform:silent' : 'anling-platform:heard-again',
    siteId: '-',
    kind: 'technical',
    reason: noReason as Reason,
    priority: kind === 'silent' ? 1 : 3,
    state,
    presses: Math.max(1, times),
    raisedAt: at,
    dueAt: at,
    attempt: 1,
    recipient: { contactId: 'anling-watcher', channel: 'any', label: '' },
  }
}
