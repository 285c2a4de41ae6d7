/** What the operator does, sent to the server. The picture changes by the facts that come back, never by hope. */
import { batch } from '@preact/signals'
import type { AcknowledgedAlarm, Action, Outcome } from '../../../domain/alarm.ts'
import { after, hours, instant } from '../../../domain/time.ts'
import type { NoteRequest, Refused } from '../../contracts.ts'
import { type Answer, api } from '../shared/api.ts'
import { later } from '../shared/clock.ts'
import * as desk from './desk.ts'
import { softphone } from './settings.ts'

/** A request that did not get through is tried again this often, with this pause: an acknowledgement must not die of one lost packet. */
const tries = 3
const pauseMs = 600
const pause = () => new Promise<void>((resolve) => void later(pauseMs, resolve))
const deservesAnother = (answer: Answer<unknown>) => !answer.ok && (answer.status === 0 || answer.status === 503)

type Wish = { what: string; alarmId: string; text?: string }
/** Requests go one after the other: a quick operator takes an alarm and notes the call before the first answer is back, and neither may be lost. */
let line: Promise<unknown> = Promise.resolve()
/** The same wish twice at once is one wish. */
const waiting = new Set<string>()

function ask(wish: Wish, send: () => Promise<Answer<unknown>>): Promise<Refused | null> {
  const key = JSON.stringify(wish)
  if (waiting.has(key)) return Promise.resolve(null)
  waiting.add(key)
  const mine = line.then(() => perform(wish.what, send)).finally(() => waiting.delete(key))
  line = mine
  return mine
}

async function perform(what: string, send: () => Promise<Answer<unknown>>): Promise<Refused | null> {
  batch(() => {
    desk.asking.value = what
    desk.refused.value = null
  })
  let answer = await send()
  for (let n = 1; n < tries && deservesAnother(answer); n += 1) {
    await pause()
    answer = await send()
  }
  const refused = answer.ok ? null : answer.refused
  batch(() => {
    desk.asking.value = null
    desk.refused.value = refused
  })
  return refused
}

/** Takes the selected alarm. Harmless when we have it already. */
export async function acknowledge(): Promise<void> {
  const wall = desk.selected.value
  if (!wall) return
  const { id, state } = wall.alarm
  desk.choose(id)
  desk.settle(id)
  if (state !== 'raised') return
  const refused = await ask({ what: 'acknowledge', alarmId: id }, () => api.acknowledge(id))
  if (!refused) dial(id)
}

/** Only where this desk said that a telephone on this machine dials: elsewhere a browser asks strange questions. */
function dial(alarmId: string): void {
  const phone = desk.card.peek()?.alarm.id === alarmId ? desk.card.peek()?.card?.resident.phone : ''
  if (phone && softphone.read()) location.href = `tel:${phone}`
}

/** Takes the alarm from whoever has it; refused when it is somebody else by now. */
export function takeOver({ id, by, byId }: AcknowledgedAlarm): Promise<Refused | null> {
  desk.choose(id)
  desk.settle(id)
  const from = { from: by, ...(byId !== undefined && { fromId: byId }) }
  return ask({ what: 'take-over', alarmId: id, text: by }, () => api.acknowledge(id, from))
}

/** Gives the alarm to a colleague. */
export function handOver(id: string, { toId, text }: { toId: string; text: string }): Promise<Refused | null> {
  desk.settle(id)
  return ask({ what: 'hand-over', alarmId: id, text: `${toId} ${text}` }, () => api.handOver(id, { toId, text }))
}

/** Puts a device's alarm off for so many hours. */
export function shelve(id: string, { hours: length, text }: { hours: number; text: string }): Promise<Refused | null> {
  const until = after(instant(desk.serverNow()), hours(length))
  return ask({ what: 'shelve', alarmId: id, text }, () => api.shelve(id, { until, text }))
}

/** `id` absent: the alarm that is chosen. */
export type NoteMore = Omit<NoteRequest, 'action' | 'text'> & { id?: string | null }

/** Writes down what was done next; it renews the lease. Whoever acts on an alarm that nobody has yet, has it. */
export async function note(action: Action, text: string, { id = desk.selectedId.value, ...more }: NoteMore = {}): Promise<Refused | null> {
  if (!id) return null
  desk.choose(id)
  desk.settle(id)
  const alarm = desk.picture.peek().alarms.get(id)?.alarm
  const refused = alarm?.state === 'raised' ? await ask({ what: 'acknowledge', alarmId: id }, () => api.acknowledge(id)) : null
  return refused ?? ask({ what: action, alarmId: id, text: JSON.stringify([text, more]) }, () => api.note(id, { action, text, ...more }))
}

/** Closes the alarm with an outcome; the server may want a reason in words. */
export function resolve(id: string, outcome: Outcome, text: string): Promise<Refused | null> {
  desk.settle(id)
  return ask({ what: 'resolve', alarmId: id, text: `${outcome} ${text}` }, () => api.resolve(id, { outcome, text }))
}

let cardRound = 0
/** Fetches the card of the selected alarm; a late answer for another alarm is dropped. */
export async function fetchCard(id: string): Promise<void> {
  cardRound += 1
  const mine = cardRound
  const answer = await api.card(id)
  if (mine === cardRound && answer.ok && desk.selectedId.value === id) desk.card.value = answer.value
}
