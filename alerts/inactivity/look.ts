/** What one person's silence means now, and when it must be looked at again. */
import type { CareEventDraft } from '../../domain/event.ts'
import { after, type Instant, instant, minutes } from '../../domain/time.ts'
import { deviceFlag } from '../silence/devices.ts'
import { isAway, unlikeHer } from '../silence/modes.ts'
import { residentFlag } from '../silence/residents.ts'
import { budgetsOf, type Limit, limitOf, morning } from '../silence/standing.ts'
import type { SilenceRegister } from '../silence.ts'
import type { Watching } from './adopt.ts'
import { checkInDraft, noticedDraft } from './drafts.ts'
import { hasOwnHours, plainLimit } from './plain.ts'
import { lookAtBlind } from './unseen.ts'

export type Judging = {
  now: Instant
  /** By index of the site. */
  isDay: readonly boolean[]
  /** False in the first minutes after a start; they end at `settledAt`. */
  isSettled: boolean
  settledAt: number
}

const { asked, blind, noticed, partly, sensed, suspended, watched } = residentFlag

/** Nobody goes unseen by this watch for longer, whatever was worked out before. */
const againAfter = minutes(60)
/** A morning rule that was missed by so much says nothing any more. */
const morningFor = minutes(360)
/** A question that is due in the night waits for the day, and is looked at again so often. */
const nightAgainAfter = minutes(5)

/** The look itself: writes down when the next one is due. */
export function look(watching: Watching, number: number, judging: Judging): CareEventDraft[] {
  const { silence, announced } = watching
  const { residents } = silence
  const { now } = judging
  residents.lookAt[number] = after(now, againAfter)
  const flags = residents.flags[number] ?? 0
  if ((flags & watched) === 0) return []
  if (flags & blind) return lookAtBlind(watching, number, judging)
  if (isAway(residents, number, now)) return suspend(silence, number, now)
  if (flags & suspended) {
    residents.flags[number] = flags & ~suspended
    silence.startAnew(number, now)
  }
  if (flags & noticed) return []
  const found = hasOwnHours(residents, number) ? byHours(silence, number, judging) : byRoutine(silence, number, judging)
  for (const draft of found) announced.set(number, { since: silentSince(draft), isLearned: draft.detail.rule === 'learned' })
  return found
}

const silentSince = (draft: Due): Instant => instant(Number(draft.detail.silentSince))
type Due = Extract<CareEventDraft, { kind: 'inactivity-noticed' | 'check-in-due' }>

/** Not judged until the mode ends; the end of it is a fresh start. */
function suspend({ residents, routines }: SilenceRegister, number: number, now: Instant): CareEventDraft[] {
  const flags = residents.flags[number] ?? 0
  if (!(flags & suspended)) {
    residents.flags[number] = flags | suspended
    routines.untaught(number, now, unlikeHer(residents, number, now) ?? 'away')
  }
  again(residents, number, residents.modeUntil[number] ?? 0)
  return []
}

/** The next look is at `at`, unless one is due before. */
function again(residents: SilenceRegister['residents'], number: number, at: number): void {
  residents.lookAt[number] = Math.min(residents.lookAt[number] ?? 0, at)
}

function byHours(silence: SilenceRegister, number: number, judging: Judging): Due[] {
  const { residents } = silence
  const { now } = judging
  const plain = plainLimit(residents, number, judging)
  if (!plain) return []
  if (now < plain.dueAt) {
    again(residents, number, plain.lookAt)
    return []
  }
  if (!mayJudge(silence, number, judging)) return []
  residents.flags[number] = (residents.flags[number] ?? 0) | noticed
  silence.routines.untaught(number, now, 'alarm')
  return [noticedDraft(silence, number, { now, ...plain, learned: null })]
}

/** Just after a start, and for a home that can show no sign of life, nobody is judged. */
function mayJudge(silence: SilenceRegister, number: number, { isSettled, settledAt }: Judging): boolean {
  if (!isSettled) again(silence.residents, number, settledAt)
  return isSettled && canShowLife(silence, number)
}

/** A home without a sensor whose only sign ever was a press of the button cannot show that she is well: it is not judged. */
function canShowLife({ devices, residents }: SilenceRegister, number: number): boolean {
  if ((residents.flags[number] ?? 0) & sensed) return true
  const by = residents.activeDevice.values[number] ?? 0
  return (residents.activeAt.values[number] ?? 0) > 0 && ((devices.flags[by] ?? 0) & deviceFlag.button) === 0
}

function byRoutine(silence: SilenceRegister, number: number, judging: Judging): Due[] {
  const { residents } = silence
  const { now } = judging
  const budgets = budgetsOf(silence, number)
  const learned = limitOf(silence, number, { now, budget: budgets.alarm })
  // Too little is known of her yet: the hours that hold for everybody.
  if (!learned) return byHours(silence, number, judging)
  const plain = plainLimit(residents, number, judging)
  const seesLess = ((residents.flags[number] ?? 0) & partly) !== 0 && plain !== null && now < plain.dueAt
  if (learned.isDue && !seesLess) return alarm(silence, number, { judging, learned, budget: budgets.alarm })
  if (seesLess) {
    again(residents, number, plain.lookAt)
    return []
  }
  again(residents, number, learned.dueAt)
  return question(silence, number, { judging, budget: budgets.checkIn })
}

type Learned = { judging: Judging; learned: Limit; budget: number }

function alarm(silence: SilenceRegister, number: number, { judging, learned, budget }: Learned): Due[] {
  const { residents, routines } = silence
  const { now } = judging
  if (!mayJudge(silence, number, judging)) return []
  residents.flags[number] = (residents.flags[number] ?? 0) | noticed
  routines.untaught(number, now, 'alarm')
  return [noticedDraft(silence, number, { now, since: learned.since, limit: learned.limit, learned: { ...learned, budget } })]
}

/** The gentle tier: sooner than the alarm, and not in the night. */
function question(silence: SilenceRegister, number: number, { judging, budget }: { judging: Judging; budget: number }): Due[] {
  const { residents } = silence
  const { now } = judging
  const flags = residents.flags[number] ?? 0
  const gentle = limitOf(silence, number, { now, budget })
  if (flags & asked || !gentle) return []
  const up = morning(silence, number, now)
  const isLate = up.dueAt !== null && up.upAt === null && now >= up.dueAt && now < up.dueAt + morningFor && gentle.because === 'silence'
  const isDay = judging.isDay[residents.site[number] ?? 0] ?? true
  if (!gentle.isDue && !isLate) {
    again(residents, number, gentle.dueAt)
    if (up.dueAt !== null && up.dueAt > now) again(residents, number, up.dueAt)
    return []
  }
  if (!isDay && gentle.because === 'silence') {
    again(residents, number, after(now, nightAgainAfter))
    return []
  }
  if (!mayJudge(silence, number, judging)) return []
  residents.flags[number] = flags | asked
  const because = gentle.isDue ? gentle.because : 'morning'
  return [checkInDraft(silence, number, { now, because, limit: gentle, budget, up })]
}
