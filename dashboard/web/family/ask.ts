/** Every request of the family's page. An answer is a value: granted, refused and unreachable are told apart by whoever asks. */
import type { Refused } from '../../contracts.ts'
import type {
  AnswerRequest,
  FamilyAlarm,
  FamilyHistory,
  FamilyMe,
  FamilyModeAnswer,
  FamilyModeRequest,
  FamilyReach,
  FamilyReachChange,
  FamilyToday,
  JoinRequest,
  LeaveRequest,
  PushRequest,
  PushState,
  PushTest,
} from '../../contracts-family.ts'
import type { HomeAssistantMade, HomeAssistantRow } from '../../contracts-out.ts'
import { later } from './clock.ts'

/** `status` 0: nobody answered. */
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; refused: Refused }

/** A mobile network in a lift may need that long. */
const answerWithinMs = 10_000
let csrfToken = ''
let whenOut: () => void = () => {}
let learnWho: () => Promise<void> = async () => {}

export const useCsrfToken = (token: string): void => {
  csrfToken = token
}
/** How the token is learned: a page that shows what it knew before may be touched before anybody told it who it is. */
export const learnWhoBy = (learn: () => Promise<void>): void => {
  learnWho = learn
}
/** Hears that this telephone may see nobody any more. */
export const whenNotJoined = (listener: () => void): void => {
  whenOut = listener
}

function headersOf(method: string, body: unknown): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken
  if (body !== undefined) headers['content-type'] = 'application/json'
  return headers
}

async function refusalOf(response: Response): Promise<Refused> {
  const said: unknown = await response.json().catch(() => null)
  return said && typeof said === 'object' && 'code' in said ? (said as Refused) : { code: `http-${response.status}`, message: '' }
}

/** One request to our own origin. Never throws. */
async function request<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  if (method !== 'GET' && path !== 'join' && csrfToken === '') await learnWho()
  const sentAs = csrfToken
  const patience = new AbortController()
  const calm = later(answerWithinMs, () => patience.abort())
  try {
    const response = await fetch(`/api/family/${path}`, {
      method,
      headers: headersOf(method, body),
      signal: patience.signal,
      // An answer to an alarm still goes out when the tap also starts a telephone call.
      keepalive: method === 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) {
      const refused = await refusalOf(response)
      // What was asked before this telephone joined says nothing of it now.
      if (response.status === 401 && sentAs === csrfToken) whenOut()
      return { ok: false, status: response.status, refused }
    }
    const text = await response.text()
    return { ok: true, value: (text === '' ? null : JSON.parse(text)) as T }
  } catch {
    return { ok: false, status: 0, refused: { code: 'unreachable', message: '' } }
  } finally {
    calm()
  }
}

const elder = (id: string) => `elders/${encodeURIComponent(id)}`
const alarm = (id: string) => `alarms/${encodeURIComponent(id)}`

export const ask = {
  join: (body: JoinRequest) => request<FamilyMe>('POST', 'join', body),
  leave: (body: LeaveRequest) => request<FamilyMe | null>('POST', 'leave', body),
  me: () => request<FamilyMe>('GET', 'me'),
  today: () => request<FamilyToday>('GET', 'today'),
  alarm: (id: string) => request<FamilyAlarm>('GET', alarm(id)),
  answer: (id: string, body: AnswerRequest) => request<FamilyAlarm>('POST', `${alarm(id)}/answer`, body),
  history: (id: string) => request<FamilyHistory>('GET', `${elder(id)}/history`),
  mode: (id: string, body: FamilyModeRequest) => request<FamilyModeAnswer>('POST', `${elder(id)}/mode`, body),
  reach: (id: string) => request<FamilyReach>('GET', `${elder(id)}/reach`),
  changeReach: (id: string, body: FamilyReachChange) => request<FamilyReach>('PUT', `${elder(id)}/reach`, body),
  push: (body: PushRequest) => request<PushState>('PUT', 'push', body),
  pushOff: () => request<null>('DELETE', 'push'),
  pushTest: () => request<PushTest>('POST', 'push/test', {}),
  homeAssistants: () => request<readonly Pick<HomeAssistantRow, 'id' | 'label'>[]>('GET', 'home-assistants'),
  makeHomeAssistant: (body: { label: string }) => request<HomeAssistantMade>('POST', 'home-assistants', body),
  endHomeAssistant: (id: string) => request<null>('DELETE', `home-assistants/${encodeURIComponent(id)}`),
  pushTested: (id: string) => request<PushTest>('GET', `push/test/${encodeURIComponent(id)}`),
} as const
