/**
 * From a PUBLISH to its PUBACK: `accept` must have made the message durable first. Each client has a bounded number of messages
 * under way and the rest wait their turn; presses have an allowance of their own and are never refused for being queued.
 */
import type { Accept, InboundMessage } from '../domain/message.ts'
import { instant } from '../domain/time.ts'
import type { BrokerLimits } from './limits.ts'
import { openTimeLimit, type TimeLimit } from './time-limit.ts'
import type { Message, Visit } from './visit.ts'

type Needs = {
  accept: Accept
  limits: BrokerLimits
  /** Sweeps that a message may take; see time-limit.ts. */
  patience: number
  cutOff: (visit: Visit) => void
  failed: (error: unknown) => void
}

/** Messages, one after the other, that wait for the same promise. */
type Group = { recorded: Promise<void>; messages: Message[] }

/** What stands in the place of a message that was handed over. */
const spent: InboundMessage = {
  senderId: '',
  topic: '',
  payload: new Uint8Array(0),
  qos: 0,
  retain: false,
  dup: false,
  receivedAt: instant(0),
}

type Intake = Needs & {
  latest: Group | null
  underWay: TimeLimit<Message>
  inFlight: number
  waiting: number
  /** Clients with messages in line; and those of them that wait because the total is reached. */
  lines: Set<Visit>
  crowdedOut: Set<Visit>
}

/** The intake. `offer` never throws; `done` of a message is called at most once, with an error when there must be no PUBACK. */
export function openIntake(needs: Needs) {
  const underWay = openTimeLimit<Message>(needs.patience, (message) => end(intake, message, new Error('accept took too long')))
  const intake: Intake = { ...needs, underWay, latest: null, inFlight: 0, waiting: 0, lines: new Set(), crowdedOut: new Set() }
  return {
    // Behind those who wait already: an answer lets Aedes read on at once, before the line has moved up.
    offer: (message: Message): void => (isFirst(message) && fits(intake, message) ? start(intake, message) : wait(intake, message)),
    /** The connection is gone. Presses in its line are recorded all the same; the rest is dropped unthanked and will be sent again. */
    leave: (visit: Visit): void => leave(intake, visit),
    tick: underWay.tick,
    counts: () => ({ underWay: underWay.size(), waiting: intake.waiting }),
  }
}

const isFirst = ({ press, visit }: Message): boolean => ((press ? visit.pressLine : visit.line)?.length ?? 0) === 0

function fits({ limits, inFlight }: Intake, { press, visit }: Message): boolean {
  if (press) return visit.presses < limits.pressesPerClient
  return visit.inFlight < limits.inFlightPerClient && inFlight < limits.inFlightTotal
}

function start(intake: Intake, message: Message): void {
  count(intake, message, 1)
  intake.underWay.add(message)
  try {
    waitFor(intake, message, intake.accept(message.inbound))
  } catch (error) {
    settle(intake, message, asError(error))
  }
  // Held until the thanks, thousands of payloads would only be carried about by the garbage collector.
  message.inbound = spent
}

/** Readings that share a commit share its promise: one continuation for all of them in a row. */
function waitFor(intake: Intake, message: Message, recorded: Promise<void>): void {
  if (intake.latest?.recorded === recorded) {
    intake.latest.messages.push(message)
    return
  }
  const group: Group = { recorded, messages: [message] }
  intake.latest = group
  recorded.then(
    () => settleAll(intake, group, null),
    (error) => settleAll(intake, group, asError(error)),
  )
}

function settleAll(intake: Intake, group: Group, error: Error | null): void {
  if (intake.latest === group) intake.latest = null
  for (const message of group.messages) settle(intake, message, error)
}

function settle(intake: Intake, message: Message, error: Error | null): void {
  if (intake.underWay.remove(message)) end(intake, message, error)
}

function end(intake: Intake, message: Message, error: Error | null): void {
  count(intake, message, -1)
  if (error) intake.failed(error)
  try {
    message.done(error)
  } catch (trouble) {
    intake.failed(trouble)
  }
  if (intake.waiting > 0) drain(intake, message.visit)
}

function count(intake: Intake, { press, visit }: Message, by: 1 | -1): void {
  if (press) visit.presses += by
  else {
    visit.inFlight += by
    intake.inFlight += by
  }
}

function wait(intake: Intake, message: Message): void {
  const { visit, press } = message
  if (press) visit.pressLine = [...(visit.pressLine ?? []), message]
  else if (visit.line) visit.line.push(message)
  else visit.line = [message]
  intake.lines.add(visit)
  if (!press && intake.inFlight >= intake.limits.inFlightTotal) intake.crowdedOut.add(visit)
  intake.waiting++
  if (intake.waiting > intake.limits.waitingTotal) intake.cutOff(longestLine(intake.lines))
}

function drain(intake: Intake, first: Visit): void {
  startWaiting(intake, first)
  for (const visit of intake.crowdedOut) {
    if (intake.inFlight >= intake.limits.inFlightTotal) return
    startWaiting(intake, visit)
  }
}

function startWaiting(intake: Intake, visit: Visit): void {
  startLine(intake, visit.pressLine)
  startLine(intake, visit.line)
  if (intake.inFlight < intake.limits.inFlightTotal) intake.crowdedOut.delete(visit)
  if (inLine(visit) === 0) intake.lines.delete(visit)
}

function startLine(intake: Intake, line: Message[] | null): void {
  while (line?.[0] && fits(intake, line[0])) {
    intake.waiting--
    start(intake, line.shift() as Message)
  }
}

function leave(intake: Intake, visit: Visit): void {
  if (!intake.lines.delete(visit)) return
  intake.crowdedOut.delete(visit)
  intake.waiting -= inLine(visit)
  const presses = visit.pressLine ?? []
  visit.line = null
  visit.pressLine = null
  for (const press of presses) start(intake, press)
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))

const inLine = (visit: Visit): number => (visit.line?.length ?? 0) + (visit.pressLine?.length ?? 0)

const longestLine = (lines: ReadonlySet<Visit>): Visit =>
  [...lines].reduce((worst, visit) => (inLine(visit) > inLine(worst) ? visit : worst))
