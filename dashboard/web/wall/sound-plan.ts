/** What should be heard now: decided from the alarms, the silence and what was played last. Pure; `sound.ts` makes the tones. */
import type { AcknowledgedAlarm, OpenAlarm } from '../../../domain/alarm.ts'

export type Tone = 'urgent' | 'urgent-loud' | 'attention' | 'chime' | 'link-loss'

/** `again`: pressed again after somebody took it; it rings until that person acts. */
export type Ringing = { key: string; alarmId: string; presses: number; priority: 1 | 2 | 3; since: number }

export type Heard = {
  /** Keys under silence, and until when. */
  silenced: ReadonlySet<string>
  silentUntil: number
  /** Priority-3 alarms that had their one chime. */
  chimed: ReadonlySet<string>
  lastUrgentAt: number
  lastAttentionAt: number
  lastLinkLossAt: number
}

export const nothingHeard: Heard = {
  silenced: new Set(),
  silentUntil: 0,
  chimed: new Set(),
  lastUrgentAt: Number.NEGATIVE_INFINITY,
  lastAttentionAt: Number.NEGATIVE_INFINITY,
  lastLinkLossAt: Number.NEGATIVE_INFINITY,
}

const urgentEveryMs = 5_000
const attentionEveryMs = 20_000
const linkLossEveryMs = 10_000
const louderAfterMs = 30_000
export const silenceMs = 60_000

/** The alarms that ask to be heard: nobody has taken them, or somebody has and the button was pressed again. */
export function ringingOf(alarms: Iterable<OpenAlarm>, pressedAgain: ReadonlyMap<string, number>): Ringing[] {
  const ringing: Ringing[] = []
  for (const alarm of alarms) {
    const again = alarm.state === 'acknowledged' && pressedAgain.get(alarm.id) === alarm.presses
    if (alarm.state !== 'raised' && !again) continue
    const { id, presses, priority, raisedAt } = alarm
    ringing.push({ key: `${id}#${presses}`, alarmId: id, presses, priority, since: raisedAt })
  }
  return ringing
}

/** Alarms that a colleague has just given to this person: each is told by one chime, and by no more. */
export function newlyGiven(
  alarms: Iterable<OpenAlarm>,
  mine: (alarm: AcknowledgedAlarm) => boolean,
  told: ReadonlySet<string>,
): readonly string[] {
  return [...alarms].flatMap((alarm) => {
    if (alarm.state !== 'acknowledged' || alarm.detail.handedBy === undefined || !mine(alarm)) return []
    const key = `${alarm.id}@${alarm.at}`
    return told.has(key) ? [] : [key]
  })
}

/** Silence for what sounds now. Anything that starts to ring afterwards breaks it. */
export const silence = (heard: Heard, ringing: readonly Ringing[], now: number): Heard => ({
  ...heard,
  silenced: new Set(ringing.map(({ key }) => key)),
  silentUntil: now + silenceMs,
})

export const isSilenced = (heard: Heard, ringing: readonly Ringing[], now: number): boolean =>
  now < heard.silentUntil && ringing.every(({ key }) => heard.silenced.has(key))

export type Now = { ringing: readonly Ringing[]; linkLost: boolean; now: number }

/** The tone to start now, if any; the alarms it speaks for; and what will have been heard by then. */
export function nextTone(
  heard: Heard,
  { ringing, linkLost, now }: Now,
): { tone: Tone | null; speaksFor: readonly Ringing[]; heard: Heard } {
  if (isSilenced(heard, ringing, now) && ringing.length > 0) return linkTone(heard, linkLost, now)
  const awake: Heard = heard.silentUntil > 0 && ringing.length > 0 ? { ...heard, silentUntil: 0, silenced: new Set() } : heard
  const urgent = ringing.filter(({ priority }) => priority === 1)
  if (urgent.length > 0) return urgentTone(awake, urgent, now)
  const lost = linkTone(awake, linkLost, now)
  if (lost.tone) return lost
  const attention = ringing.filter(({ priority }) => priority === 2)
  if (attention.length > 0 && now - awake.lastAttentionAt >= attentionEveryMs)
    return { tone: 'attention', speaksFor: attention, heard: { ...awake, lastAttentionAt: now } }
  return chimeTone(awake, ringing)
}

function urgentTone(heard: Heard, urgent: readonly Ringing[], now: number): ReturnType<typeof nextTone> {
  const isNew = urgent.some(({ key }) => !heard.chimed.has(key))
  if (!isNew && now - heard.lastUrgentAt < urgentEveryMs) return { tone: null, speaksFor: [], heard }
  const loud = urgent.some(({ since }) => now - since >= louderAfterMs)
  const chimed = new Set([...heard.chimed, ...urgent.map(({ key }) => key)])
  return { tone: loud ? 'urgent-loud' : 'urgent', speaksFor: urgent, heard: { ...heard, chimed, lastUrgentAt: now } }
}

function linkTone(heard: Heard, linkLost: boolean, now: number): ReturnType<typeof nextTone> {
  if (!linkLost || now - heard.lastLinkLossAt < linkLossEveryMs) return { tone: null, speaksFor: [], heard }
  return { tone: 'link-loss', speaksFor: [], heard: { ...heard, lastLinkLossAt: now } }
}

function chimeTone(heard: Heard, ringing: readonly Ringing[]): ReturnType<typeof nextTone> {
  const fresh = ringing.filter(({ priority, key }) => priority === 3 && !heard.chimed.has(key))
  if (fresh.length === 0) return { tone: null, speaksFor: [], heard }
  return { tone: 'chime', speaksFor: fresh, heard: { ...heard, chimed: new Set([...heard.chimed, ...fresh.map(({ key }) => key)]) } }
}

/** Forgets keys of alarms that no longer ring, so that a day of alarms does not grow the memory. */
export const forget = (heard: Heard, ringing: readonly Ringing[]): Heard => {
  const alive = new Set(ringing.map(({ key }) => key))
  const chimed = new Set([...heard.chimed].filter((key) => alive.has(key)))
  return chimed.size === heard.chimed.size ? heard : { ...heard, chimed }
}
