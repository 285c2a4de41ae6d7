/** Every request the screens make. An answer is a value: granted, refused and unreachable are told apart by whoever asks. */

import type { DirectoryRows, ResidentCard, StoredPlan } from '../../../store/store.ts'
import type {
  AcknowledgeRequest,
  AlarmCard,
  CallBackMadeRow,
  CallBackRow,
  CsvTable,
  DeviceToken,
  FoundResident,
  ImportAnswer,
  Me,
  NoteRequest,
  PlanPreview,
  PreviewRequest,
  QuarantineList,
  Refused,
  ResolveRequest,
  SetupRequest,
  ShelveRequest,
  SignInRequest,
} from '../../contracts.ts'
import type { SignInAnswer, StaffChange, StaffNew, StaffRow } from '../../contracts-accounts.ts'
import type { Colleague, HandOverRequest } from '../../contracts-duty.ts'
import type { SelfTestAnswer } from '../../contracts-self-test.ts'

/** `status` 0: nobody answered. */
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; refused: Refused }

const answerWithinMs = 8_000
const importWithinMs = 120_000
/** A siren has 5 s to answer, a call for help 20. */
const selfTestWithinMs = 30_000
const selfTestPath = '/api/self-test'
/** All rows of a city are 100 MB. */
const rowsPath = '/api/rows'
const longerMs: Readonly<Record<string, number>> = { [selfTestPath]: selfTestWithinMs, [rowsPath]: importWithinMs }
let csrfToken = ''
let onSignedOut: () => void = () => {}

export const useCsrfToken = (token: string): void => {
  csrfToken = token
}
/** Hears that the server no longer knows our session. */
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener
}

const unreachable: Refused = { code: 'unreachable', message: '' }

function headersFor(method: string, body: unknown): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken
  if (body !== undefined)
    headers['content-type'] = body instanceof Blob ? (body.type.startsWith('image/') ? body.type : 'text/csv') : 'application/json'
  return headers
}

async function refusalOf(response: Response): Promise<Refused> {
  const said: unknown = await response.json().catch(() => null)
  if (said && typeof said === 'object' && 'code' in said) return said as Refused
  return { code: `http-${response.status}`, message: '' }
}

/** One request to our own origin. Never throws. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method,
      headers: headersFor(method, body),
      signal: AbortSignal.timeout(body instanceof Blob ? importWithinMs : (longerMs[path] ?? answerWithinMs)),
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    })
    if (!response.ok) {
      if (response.status === 401 && path !== '/api/me' && !path.startsWith('/api/sign-in')) onSignedOut()
      return { ok: false, status: response.status, refused: await refusalOf(response) }
    }
    const text = await response.text()
    return { ok: true, value: (text === '' ? null : JSON.parse(text)) as T }
  } catch {
    return { ok: false, status: 0, refused: unreachable }
  }
}

const alarmPath = (id: string) => `/api/alarms/${encodeURIComponent(id)}`

export const api = {
  setUp: (body: SetupRequest) => request<Me>('POST', '/api/setup', body),
  signIn: (body: SignInRequest) => request<SignInAnswer>('POST', '/api/sign-in', body),
  signInSecond: (ticket: string, code: string) => request<Me>('POST', '/api/sign-in/second', { ticket, code }),
  card: (id: string) => request<AlarmCard>('GET', alarmPath(id)),
  acknowledge: (id: string, body: AcknowledgeRequest = {}) => request<unknown>('POST', `${alarmPath(id)}/acknowledge`, body),
  shelve: (id: string, body: ShelveRequest) => request<unknown>('POST', `${alarmPath(id)}/shelve`, body),
  findResidents: (name: string) => request<readonly FoundResident[]>('GET', `/api/residents?name=${encodeURIComponent(name)}`),
  resident: (id: string) => request<ResidentCard>('GET', `/api/residents/${encodeURIComponent(id)}`),
  note: (id: string, body: NoteRequest) => request<unknown>('POST', `${alarmPath(id)}/notes`, body),
  resolve: (id: string, body: ResolveRequest) => request<unknown>('POST', `${alarmPath(id)}/resolve`, body),
  rows: () => request<DirectoryRows>('GET', rowsPath),
  importTable: (table: CsvTable, file: Blob) => request<ImportAnswer>('POST', `/api/import/${table}`, file),
  exportPath: (table: CsvTable) => `/api/export/${table}`,
  deviceToken: (id: string) => request<DeviceToken>('POST', `/api/devices/${encodeURIComponent(id)}/token`, {}),
  users: () => request<readonly StaffRow[]>('GET', '/api/users'),
  addUser: (body: StaffNew) => request<StaffRow>('POST', '/api/users', body),
  changeUser: (id: string, body: StaffChange) => request<StaffRow>('PATCH', `/api/users/${encodeURIComponent(id)}`, body),
  plans: () => request<readonly StoredPlan[]>('GET', '/api/plans'),
  putPlan: (body: StoredPlan) => request<StoredPlan>('PUT', `/api/plans/${encodeURIComponent(body.plan.id)}`, body),
  removePlan: (id: string) => request<null>('DELETE', `/api/plans/${encodeURIComponent(id)}`),
  previewPlan: (body: PreviewRequest) => request<PlanPreview>('POST', '/api/plans/preview', body),
  colleagues: (id: string) => request<readonly Colleague[]>('GET', `${alarmPath(id)}/colleagues`),
  handOver: (id: string, body: HandOverRequest) => request<unknown>('POST', `${alarmPath(id)}/hand-over`, body),
  callBacks: () => request<readonly CallBackRow[]>('GET', '/api/call-backs'),
  callBacksMade: () => request<readonly CallBackMadeRow[]>('GET', '/api/call-backs/made'),
  callBackNotReached: (id: string, note: string) =>
    request<null>('POST', `/api/call-backs/${encodeURIComponent(id)}/not-reached`, { note }),
  callBackDone: (id: string, note: string) => request<null>('POST', `/api/call-backs/${encodeURIComponent(id)}/done`, { note }),
  selfTest: (body: { sound: 'ok' | 'failed'; screen: 'ok' | 'failed'; siteIds?: ReadonlySet<string> | undefined }) =>
    request<SelfTestAnswer>('POST', selfTestPath, { ...body, siteIds: body.siteIds && [...body.siteIds] }),
  quarantine: () => request<QuarantineList>('GET', '/api/quarantine'),
} as const
