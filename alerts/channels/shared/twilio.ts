/** Requests to Twilio, and what its answers mean. */
import { seconds } from '../../../domain/time.ts'
import type { Letter, Sent } from '../channel.ts'
import type { Person, PersonOf } from './people.ts'
import { type Answer, ask, meaningOfStatus, type Outside, objectOf, targetOf } from './post.ts'

export type TwilioNeeds = Outside & {
  accountId: string
  token: string
  /** The number, in E.164, that calls and messages come from. */
  from: string
  personOf: PersonOf
  /** Where Twilio reports what became of it; '' for nowhere. */
  receipts: string
  /** Origin of the service; a test has its own. */
  endpoint?: string
}

type Message = {
  what: string
  /** `Messages` or `Calls`. */
  resource: string
  parameters: (letter: Letter, person: Person) => Readonly<Record<string, string>>
}

export async function sendByTwilio(
  needs: TwilioNeeds,
  message: Message,
  { letter, signal }: { letter: Letter; signal: AbortSignal },
): Promise<Sent> {
  const url = targetOf(needs.endpoint ?? 'https://api.twilio.com', needs, message.what)
  url.pathname = `/2010-04-01/Accounts/${encodeURIComponent(needs.accountId)}/${message.resource}.json`
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from(`${needs.accountId}:${needs.token}`).toString('base64')}`,
  }
  const request = async () => {
    const person = await needs.personOf(letter)
    if (!person || person.phone === '') return { outcome: 'refused', why: 'No telephone is known.' } as const
    const callback = needs.receipts === '' ? {} : { StatusCallback: needs.receipts }
    const body = new URLSearchParams({ To: person.phone, From: needs.from, ...callback, ...message.parameters(letter, person) })
    return { url, headers, body: body.toString(), readMax: 65_536 }
  }
  return ask(needs, { what: message.what, request, meaning: (answer) => meaningOf(message.what, answer) }, signal)
}

/** Codes that pass by themselves: too many requests, too many calls at once, a queue that is full. */
const passing: ReadonlySet<number> = new Set([20429, 10004, 14107, 21611, 30001])

function meaningOf(what: string, answer: Answer): Sent {
  const said = objectOf(answer)
  if (answer.status < 300) {
    const sid = said?.sid
    // A 200 without a name for the message is no promise that there is one.
    return typeof sid === 'string' && said?.status !== 'failed'
      ? { outcome: 'delivered', why: '', reference: sid }
      : { outcome: 'retry', why: `${what} took nothing.` }
  }
  const code = said?.code
  if (typeof code !== 'number') return meaningOfStatus(answer)
  const why = `${what} answered ${code}.`
  if (!passing.has(code)) return answer.status >= 500 ? { outcome: 'retry', why } : refusedBy(code, why)
  return { outcome: 'retry', why, retryAfter: answer.retryAfter ?? seconds(2), busy: true }
}

/** Codes that are about the number called: wrong, barred, unsubscribed, not mobile, in a country we may not call. The rest is ours to mend. */
const ofOneNumber: ReadonlySet<number> = new Set([
  21211, 21214, 21215, 21217, 21401, 21407, 21408, 21421, 21610, 21612, 21614, 13223, 13224, 13225, 13227,
])

const refusedBy = (code: number, why: string): Sent =>
  ofOneNumber.has(code) ? { outcome: 'refused', why } : { outcome: 'refused', why, broken: true }
