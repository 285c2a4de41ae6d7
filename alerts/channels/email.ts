/** E-mail by the operator's own mail server. Never first for an SOS, never missing: it reaches people abroad, and leaves a trace. */
import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { type Clock, minutes, seconds } from '../../domain/time.ts'
import { within } from '../within.ts'
import { type Channel, delivered, type Letter, type Sent } from './channel.ts'
import { contextOf, type PersonOf } from './shared/people.ts'
import { throttled } from './shared/throttle.ts'
import { bodyOf, titleOf } from './shared/words.ts'

export type EmailNeeds = {
  /** smtps://user:password@host:465, or smtp:// with STARTTLS. */
  url: string
  /** What stands as sender: an address, or a name and an address. */
  from: string
  /** Allow a connection without TLS: a relay on this machine or in this network. */
  allowPlain: boolean
  personOf: PersonOf
  /** Where the person looks and answers; '' for none. */
  link: (letter: Letter) => string
  clock: Clock
  /** More trusted certificate authorities (PEM). */
  authorities?: string
}

const patience = seconds(10)

/** Throws RangeError, without quoting it, for an address that cannot be used. */
export function openEmailChannel(needs: EmailNeeds): Channel {
  const post = openPost(needs)
  const channel: Channel = {
    name: 'email',
    reaches: async (letter) => isAddress((await needs.personOf(letter))?.email ?? ''),
    async send(letter, signal) {
      try {
        const waiting = { clock: needs.clock, limit: patience, what: 'The mail server', until: signal }
        return await within(waiting, () => post(letter))
      } catch (error) {
        return meaningOfTrouble(error)
      }
    },
  }
  return throttled(channel, { clock: needs.clock, limits: [{ count: 60, per: minutes(1) }] })
}

function openPost(needs: EmailNeeds): (letter: Letter) => Promise<Sent> {
  const url = URL.parse(needs.url)
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol)) throw new RangeError('E-mail needs an address of smtp or smtps.')
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
    secure: url.protocol === 'smtps:',
    requireTLS: !needs.allowPlain,
    ...(url.username === '' ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    ...(needs.authorities === undefined ? {} : { tls: { ca: needs.authorities } }),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async (letter) => {
    const person = await needs.personOf(letter)
    if (!person || !isAddress(person.email)) return { outcome: 'refused', why: 'No e-mail address is known.' }
    const context = contextOf(person, needs.link(letter))
    const urgent = letter.priority === 1
    await transport.sendMail({
      from: needs.from,
      // As an object: what stands in an address is never read as a list of addresses.
      to: { name: '', address: person.email },
      subject: titleOf(letter, context),
      text: `${bodyOf(letter, context)}\n\n${letter.alarmId}`,
      // The same call sent again is the same message, which mail programs show once.
      messageId: `<${createHash('sha256').update(letter.id).digest('hex').slice(0, 32)}@anling>`,
      priority: urgent ? 'high' : 'normal',
      headers: { 'auto-submitted': 'auto-generated' },
    })
    return delivered
  }
}

/** One plain address; nothing that a mail program could read as more. */
export const isAddress = (text: string): boolean => /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,255}$/.test(text)

/** Numbers that mean our login or the lack of TLS, whoever the mail is for. */
const wrongLogin: ReadonlySet<number> = new Set([530, 534, 535, 538])

/** A server's 5xx is for ever, all else passes. Its sentence may hold the address, so only its number is told. */
function meaningOfTrouble(error: unknown): Sent {
  const { code, responseCode, message } = error as { code?: unknown; responseCode?: unknown; message?: unknown }
  if (typeof responseCode === 'number') {
    const why = `The mail server answered ${responseCode}.`
    if (responseCode < 500) return { outcome: 'retry', why }
    return code === 'EAUTH' || wrongLogin.has(responseCode) ? { outcome: 'refused', why, broken: true } : { outcome: 'refused', why }
  }
  if (typeof code === 'string') return { outcome: 'retry', why: causeOf(code, message) }
  const ours = typeof message === 'string' && /^(called off|The mail server took longer)/.test(message)
  return { outcome: 'retry', why: ours ? String(message) : 'The mail server could not be used.' }
}

/** A socket's trouble arrives as ESOCKET or ETLS; what it was stands in the sentence. */
const causeOf = (code: string, message: unknown): string =>
  /expired/i.test(String(message)) ? 'CERT_HAS_EXPIRED' : /self[- ]signed/i.test(String(message)) ? 'SELF_SIGNED_CERT' : code
