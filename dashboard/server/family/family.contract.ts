/** For tests: telephones of relatives, joined the real way, and what they hear live. */
import type { Channel, Letter } from '../../../alerts/channels/channel.ts'
import type { FamilyMe, Invitation } from '../../contracts-family.ts'
import { cookieOf, type Signed, type World } from '../world.contract.ts'

export type Phone = { me: FamilyMe; cookie: string; setCookie: string; headers: Record<string, string> }

const contactOf = (residentId: string): string => residentId.replace('res-', 'con-')

/** Whom a consent or an invitation is about: the elder's first contact, unless said otherwise. */
export type Asked = { world: World; staff: Signed; residentId: string; contactId?: string | undefined }

const pathOf = ({ residentId, contactId = contactOf(residentId) }: Asked, what: string): string =>
  `/api/residents/${residentId}/family/${contactId}/${what}`

/** The elder agrees, and somebody of the staff writes it down. */
export const consent = (of: Asked) =>
  of.world.ask({ method: 'PUT', url: pathOf(of, 'consent'), headers: of.staff.headers, payload: { how: 'spoken', note: 'at her table' } })

export const withdraw = (of: Asked) => of.world.ask({ method: 'DELETE', url: pathOf(of, 'consent'), headers: of.staff.headers })

export const invite = (of: Asked) => of.world.ask({ method: 'POST', url: pathOf(of, 'invitations'), headers: of.staff.headers })

export const tokenOf = ({ url }: Invitation): string => url.split('#/join/')[1] ?? ''

let addresses = 1

/** Each from an address of its own: joining is limited. */
export const join = (
  world: World,
  token: string,
  { cookie = '', language }: { cookie?: string; language?: 'zh' | 'en' | undefined } = {},
) =>
  world.ask({
    remoteAddress: `127.0.1.${(addresses++ % 250) + 1}`,
    method: 'POST',
    url: '/api/family/join',
    payload: { token, label: '红色手机', ...(language && { language }) },
    ...(cookie && { headers: { cookie } }),
  })

/** A telephone that sees this elder; `old`: the one that sees somebody already. */
export async function joined(of: Asked & { old?: Phone; language?: 'zh' | 'en' }): Promise<Phone> {
  const { world, old, language } = of
  await consent(of)
  const token = tokenOf((await invite(of)).json<Invitation>())
  const answer = await join(world, token, { cookie: old?.cookie ?? '', language })
  if (answer.statusCode !== 200) throw new Error(`Joining answered ${answer.statusCode} ${answer.body}`)
  const me = answer.json<FamilyMe>()
  const setCookie = String(answer.headers['set-cookie'])
  const cookie = cookieOf(setCookie)
  return { me, cookie, setCookie, headers: { cookie, 'x-csrf-token': me.csrfToken } }
}

export type Heard = { event: string; data: unknown }

/** Listens as a browser does; `stop` hangs up. Resolves when the first word was heard. */
export async function listen(world: World, { cookie }: Phone) {
  const heard: Heard[] = []
  const hangUp = new AbortController()
  const answer = await fetch(`${world.url}/api/family/live`, { headers: { cookie }, signal: hangUp.signal })
  let isOver = false
  const reading = read(answer, heard)
    .catch(() => {})
    .finally(() => {
      isOver = true
    })
  return {
    answer,
    heard,
    isOver: () => isOver,
    async stop() {
      hangUp.abort()
      await reading
    },
  }
}

async function read(answer: Response, heard: Heard[]): Promise<void> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of answer.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    const words = text.split('\n\n')
    text = words.pop() ?? ''
    for (const word of words) {
      const [event = '', data = ''] = word.split('\n').map((line) => line.slice(line.indexOf(' ') + 1))
      heard.push({ event, data: JSON.parse(data) })
    }
  }
}

/** A way that takes everything and remembers it. */
export function openWay(name: string, reaches: (letter: Letter) => boolean | Promise<boolean> = () => true) {
  const letters: Letter[] = []
  const channel: Channel = {
    name,
    reaches: async (letter) => reaches(letter),
    async send(letter) {
      letters.push(letter)
      return { outcome: 'delivered', why: '' }
    },
  }
  return { channel, letters }
}
