/** The requests about duty. An answer is a value, as in `api.ts`. */
import type { DutyException, Shift } from '../../../domain/duty.ts'
import type { DutyNow, DutyPerson, DutyWeek, ExceptionDraft, PersonReach, ShiftDraft, ShiftNote } from '../../contracts-duty.ts'
import { request } from './api.ts'

const site = (siteId: string) => `/api/duty/${encodeURIComponent(siteId)}`
const one = (siteId: string, what: 'shifts' | 'exceptions' | 'people', id: string) => `${site(siteId)}/${what}/${encodeURIComponent(id)}`

export const dutyApi = {
  now: () => request<DutyNow>('GET', '/api/duty'),
  week: (siteId: string, from: string) => request<DutyWeek>('GET', `${site(siteId)}${from === '' ? '' : `?from=${from}`}`),
  putShift: (siteId: string, id: string, body: ShiftDraft) => request<Shift>('PUT', one(siteId, 'shifts', id), body),
  removeShift: (siteId: string, id: string) => request<null>('DELETE', one(siteId, 'shifts', id)),
  putException: (siteId: string, id: string, body: ExceptionDraft) => request<DutyException>('PUT', one(siteId, 'exceptions', id), body),
  removeException: (siteId: string, id: string) => request<null>('DELETE', one(siteId, 'exceptions', id)),
  putReach: (siteId: string, id: string, body: PersonReach) => request<DutyPerson>('PUT', one(siteId, 'people', id), body),
  notes: (siteId: string) => request<readonly ShiftNote[]>('GET', `${site(siteId)}/notes`),
  write: (siteId: string, text: string) => request<ShiftNote>('POST', `${site(siteId)}/notes`, { text }),
  read: (noteId: string) => request<null>('POST', `/api/duty/notes/${encodeURIComponent(noteId)}/read`, {}),
} as const

/** A new id for a row of ours. */
export const newRowId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
