/** 处置步骤: what the operator does at a case, branch by branch, and how long each step may take. Read from the alarm itself, so every screen and every restart shows the same. */
import type { Action, CallResult, Note, OpenAlarm } from './alarm.ts'
import { after, type Instant, minutes, type Span, seconds } from './time.ts'

export type StepId = 'take' | 'call' | 'calm' | 'ambulance' | 'send' | 'stay' | 'family' | 'arrive' | 'look' | 'close'
/** `within`: of the moment the branch began; null: takes as long as it takes. `by`: what, written down, shows that it was done. */
type Planned = { id: StepId; within: Span | null; by: readonly Action[] }

export type ResponseStep = {
  id: StepId
  state: 'done' | 'now' | 'coming'
  /** When it should be done at the latest; null while nothing presses. Only for steps that are not done. */
  dueAt: Instant | null
  doneAt: Instant | null
}

const close: Planned = { id: 'close', within: null, by: [] }
const send = (within: Span): Planned => ({ id: 'send', within, by: ['dispatched', 'on-my-way', 'arrived'] })
const ambulance = (within: Span): Planned => ({ id: 'ambulance', within, by: ['called-120'] })
const family = (within: Span): Planned => ({ id: 'family', within, by: ['contacted-family'] })
/** A service level of telecare asks for 45 minutes at most; a call without a voice, or with a wound, cannot wait that long. */
const arrive: Planned = { id: 'arrive', within: minutes(20), by: ['arrived'] }

/** Answered within a minute, as service levels ask; then the telephone, up to three tries. */
const take: Planned = { id: 'take', within: seconds(60), by: [] }
const call: Planned = { id: 'call', within: seconds(90), by: [] }

/** If in doubt somebody goes: no branch but the first one ends without a person at the door. */
const branches: Readonly<Record<CallResult, readonly Planned[]>> = {
  fine: [{ id: 'calm', within: null, by: ['contacted-family', 'arrived'] }, family(minutes(15)), close],
  'no-answer': [send(seconds(120)), ambulance(seconds(180)), family(minutes(5)), arrive, close],
  hurt: [ambulance(seconds(60)), send(seconds(120)), { id: 'stay', within: null, by: ['arrived'] }, family(minutes(5)), arrive, close],
}
const ofDevice: readonly Planned[] = [
  { id: 'look', within: null, by: ['called', 'dispatched', 'on-my-way', 'arrived'] },
  send(minutes(60)),
  close,
]

const isOurs = ({ family: relatives }: Note): boolean => relatives === undefined

/** What the latest call came to. "She is well" holds only until she calls again. */
export function callResultOf({ notes, presses }: Pick<OpenAlarm, 'notes' | 'presses'>): { result: CallResult; at: Instant } | null {
  const last = notes.findLast((note) => note.result !== undefined)
  if (!last?.result || (last.result === 'fine' && (last.presses ?? presses) < presses)) return null
  return { result: last.result, at: last.at }
}

/** The steps of this case, in order: what is done, what is to be done now and until when. */
export function responseOf(alarm: OpenAlarm): readonly ResponseStep[] {
  const takenAt = alarm.state === 'acknowledged' ? firstHand(alarm) : null
  const first = stepOf(take, { from: alarm.raisedAt, doneAt: takenAt })
  const called = callResultOf(alarm)
  if (alarm.kind === 'technical') return inOrder([first, ...planned(ofDevice, alarm, takenAt)])
  const second = stepOf(call, { from: takenAt, doneAt: called?.at ?? null })
  return inOrder([first, second, ...(called ? planned(branches[called.result], alarm, called.at) : [])])
}

/** When somebody first took it: a hand-over begins nothing anew. */
const firstHand = (alarm: Extract<OpenAlarm, { state: 'acknowledged' }>): Instant =>
  alarm.hands?.findLast(({ kind }) => kind === 'taken')?.at ?? alarm.at

const planned = (steps: readonly Planned[], { notes }: OpenAlarm, from: Instant | null): ResponseStep[] =>
  steps.map((step) =>
    stepOf(step, { from, doneAt: notes.find((note) => isOurs(note) && step.by.includes(note.action as Action))?.at ?? null }),
  )

function stepOf({ id, within }: Planned, { from, doneAt }: { from: Instant | null; doneAt: Instant | null }): ResponseStep {
  const dueAt = doneAt === null && from !== null && within !== null ? after(from, within) : null
  return { id, state: doneAt === null ? 'coming' : 'done', dueAt, doneAt }
}

/** The first step that is not done is the one to do now. */
function inOrder(steps: readonly ResponseStep[]): readonly ResponseStep[] {
  const first = steps.find(({ state }) => state !== 'done')
  return steps.map((step) => (step === first ? { ...step, state: 'now' } : step))
}

/** The steps whose time is over. */
export const lateSteps = (alarm: OpenAlarm, now: number): readonly ResponseStep[] =>
  responseOf(alarm).filter(({ dueAt }) => dueAt !== null && dueAt <= now)
