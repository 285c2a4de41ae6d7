/** What the operator does, sent to the server. The picture changes by the facts that come back, never by hope. */
import { batch } from '@preact/signals'
import type { Action, Outcome } from '../../../domain/alarm.ts'
import type { Refused } from '../../contracts.ts'
import { type Answer, api } from '../shared/api.ts'
import { later } from '../shared/clock.ts'
import * as desk from './desk.ts'

/** A request that did not get through is tried again this often, with this pause: an acknowledgement must not die of one lost packet. */
const tries = 3
const pauseMs = 600
const pause = () => new Promise<void>((resolve) => void later(pauseMs, resolve))
const deservesAnother = (answer: Answer<unknown>) => !answer.ok && (answer.status === 0 || answer.status === 503)

async function ask(what: string, send: () => Promise<Answer<unknown>>): Promise<Refused | null> {
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
  if (!wall || desk.asking.value) return
  const { id, state } = wall.alarm
  desk.choose(id)
  desk.settle(id)
  if (state === 'raised') await ask('acknowledge', () => api.acknowledge(id))
}

/** Writes down what was done next; it renews the lease. */
export async function note(action: Action, text: string, id = desk.selectedId.value): Promise<Refused | null> {
  if (!id || desk.asking.value) return null
  desk.choose(id)
  desk.settle(id)
  return ask(action, () => api.note(id, { action, text }))
}

/** Closes the alarm with an outcome; the server may want a reason in words. */
export function resolve(id: string, outcome: Outcome, text: string): Promise<Refused | null> {
  desk.settle(id)
  return ask('resolve', () => api.resolve(id, { outcome, text }))
}

let cardRound = 0
/** Fetches the card of the selected alarm; a late answer for another alarm is dropped. */
export async function fetchCard(id: string): Promise<void> {
  cardRound += 1
  const mine = cardRound
  const answer = await api.card(id)
  if (mine === cardRound && answer.ok && desk.selectedId.value === id) desk.card.value = answer.value
}
