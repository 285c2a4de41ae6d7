/** What this telephone knows, and how old that is. What was true a while ago is never shown as true now. */
import { computed, signal } from '@preact/signals'
import type { ElderToday, FamilyAlarm, FamilyMe, FamilyToday, PushTest } from '../../contracts-family.ts'
import { ask, learnWhoBy, useCsrfToken, whenNotJoined } from './ask.ts'
import { every, localNow } from './clock.ts'
import { readKept, writeKept } from './kept.ts'

/** `at`: when it came, by this telephone's clock. */
type Kept<T> = { value: T; at: number }

/** After this long without news nobody knows how she is. */
export const staleAfterMs = 180_000
/** A clock that was set back makes every age wrong: then the age is unknown, which is old. */
const clockSlackMs = 30_000

export type Door = 'opening' | 'joined' | 'not-joined'
export const door = signal<Door>('opening')
export const me = signal<FamilyMe | null>(null)
export const isLive = signal(false)
/** Asked, and nobody answered. */
export const isLost = signal(false)
export const pushTest = signal<PushTest | null>(null)

const memory = { today: 'anling.family.today', alarm: 'anling.family.alarm', elder: 'anling.family.elder' } as const

function recall<T>(key: string): Kept<T> | null {
  try {
    const kept = JSON.parse(readKept(key) ?? 'null') as Kept<T> | null
    return kept && typeof kept.at === 'number' && kept.value ? kept : null
  } catch {
    return null
  }
}
const keep = <T>(key: string, value: T): Kept<T> => {
  const kept = { value, at: localNow() }
  writeKept(key, JSON.stringify(kept))
  return kept
}

export const today = signal(recall<FamilyToday>(memory.today))
const lastAlarm = recall<FamilyAlarm>(memory.alarm)
/** By id: what was read of alarms since the page was opened, and the last one before. */
export const alarms = signal<Readonly<Record<string, Kept<FamilyAlarm>>>>(lastAlarm ? { [lastAlarm.value.id]: lastAlarm } : {})
/** Why an alarm cannot be shown, by id. */
export const alarmGone = signal<Readonly<Record<string, boolean>>>({})

/** Ticks, so that "6 minutes ago" grows older by itself. */
export const now = signal(localNow())
const tickMs = 5_000
every(tickMs, () => {
  now.value = localNow()
})

export const ageOf = (kept: { at: number } | null): number => {
  if (!kept) return Number.POSITIVE_INFINITY
  const age = now.value - kept.at
  return age < -clockSlackMs ? Number.POSITIVE_INFINITY : Math.max(0, age)
}
export const isStale = computed(() => ageOf(today.value) > staleAfterMs)
/** Now by the platform's clock, as far as this telephone can tell. */
export const serverNow = computed(() => {
  const age = ageOf(today.value)
  return (today.value?.value.at ?? now.value) + (Number.isFinite(age) ? age : 0)
})

const chosen = signal(readKept(memory.elder) ?? '')
export const choose = (residentId: string): void => {
  chosen.value = residentId
  writeKept(memory.elder, residentId)
}
export const elders = computed<readonly ElderToday[]>(() => today.value?.value.elders ?? [])
/** Whom the page is about: the one chosen, else the first. */
export const elder = computed<ElderToday | null>(
  () => elders.value.find(({ residentId }) => residentId === chosen.value) ?? elders.value[0] ?? null,
)
export const whoOf = ({ subject, name }: { subject: string; name: string }): string => subject || name

export function enter(who: FamilyMe): void {
  useCsrfToken(who.csrfToken)
  me.value = who
  door.value = 'joined'
}

/** Forgets everything: this telephone is nobody's any more. */
export function forget(): void {
  for (const key of Object.values(memory)) writeKept(key, null)
  today.value = null
  alarms.value = {}
  me.value = null
  door.value = 'not-joined'
}
whenNotJoined(forget)

export async function loadMe(): Promise<void> {
  const answer = await ask.me()
  if (answer.ok) enter(answer.value)
  // Nobody answered: what is known from before may be shown, as old as it is.
  else if (answer.status !== 401) {
    isLost.value = true
    if (door.value === 'opening' && today.value) door.value = 'joined'
  }
}

learnWhoBy(loadMe)

let todayAsked = 0
let todayShown = 0
export async function loadToday(): Promise<void> {
  todayAsked += 1
  const mine = todayAsked
  const answer = await ask.today()
  // Answers may overtake each other: what was asked before the one that is shown is not news. By number: the server's clock can be turned back.
  if (answer.ok && mine > todayShown) {
    todayShown = mine
    today.value = keep(memory.today, answer.value)
  }
  if (answer.ok || answer.status !== 401) isLost.value = !answer.ok
}

export function learnAlarm(alarm: FamilyAlarm): void {
  const known = alarms.value[alarm.id]?.value
  // Answers may overtake each other: the older picture of the two is not news.
  if (known && known.at > alarm.at) return
  alarms.value = { ...alarms.value, [alarm.id]: keep(memory.alarm, alarm) }
}

export async function loadAlarm(id: string): Promise<void> {
  const answer = await ask.alarm(id)
  if (answer.ok) learnAlarm(answer.value)
  else if (answer.status === 404) alarmGone.value = { ...alarmGone.value, [id]: true }
}
