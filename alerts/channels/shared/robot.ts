/** What the group robots of WeCom, DingTalk and Feishu share: a secret address, a text, and an answer that says 200 also when it means no. */
import { type Span, seconds } from '../../../domain/time.ts'
import { type Channel, delivered, type Letter, type Sent } from '../channel.ts'
import { ask, meaningOfStatus, type Outside, objectOf, targetOf } from './post.ts'
import { type Limit, throttled } from './throttle.ts'
import { groupTextOf } from './words.ts'

export type RobotNeeds = Outside & {
  /** The robot's address; the key in it is its secret. */
  url: string
  /** The secret it signs with; '' when the robot was set up without one. */
  secret: string
  /** Where the centre's people see the alarm; '' for none. */
  link: (letter: Letter) => string
}

/** What one provider's robot is like. */
export type Robot = {
  name: string
  /** How a sentence about it begins. */
  what: string
  limits: readonly Limit[]
  /** How long it shuts the door after too many. */
  rest: Span
  /** Address and body of one message. `now` in milliseconds. */
  message: (said: { url: URL; secret: string; now: number; text: string; letter: Letter }) => { url: URL; body: unknown }
  /** The number that says how it went; 0 is well. */
  codeOf: (answer: Readonly<Record<string, unknown>>) => unknown
  /** Numbers that mean "too many". */
  busy: readonly number[]
  /** Numbers that mean that it will not work later either: wrong key, wrong signature, wrong word. All others may pass. */
  never: readonly number[]
}

const answerMax = 16_384

/** Throws RangeError, without quoting it, for an address that cannot be used. */
export function openRobot(robot: Robot, needs: RobotNeeds): Channel {
  const { name, what, limits, rest } = robot
  const base = targetOf(needs.url, needs, what)
  const request = (letter: Letter) => {
    const text = groupTextOf(letter, needs.link(letter))
    const { url, body } = robot.message({ url: new URL(base), secret: needs.secret, now: needs.clock.now(), text, letter })
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return { url, headers, body: JSON.stringify(body), readMax: answerMax }
  }
  const meaning = (answer: Parameters<typeof meaningOfStatus>[0]): Sent => {
    const said = objectOf(answer)
    const code = said && robot.codeOf(said)
    // A 429 or a 400 may carry the number too, and the number says more.
    if (typeof code !== 'number') return answer.status < 300 ? { outcome: 'retry', why: `${what} gave no code.` } : meaningOfStatus(answer)
    return meaningOfCode(robot, code, answer.retryAfter)
  }
  return throttled(
    { name, send: (letter, signal) => ask(needs, { what, request: () => request(letter), meaning }, signal) },
    { ...needs, limits, rest },
  )
}

function meaningOfCode({ what, busy, never, rest }: Robot, code: number, retryAfter: Span | null): Sent {
  if (code === 0) return delivered
  const why = `${what} answered ${code}.`
  if (busy.includes(code)) return { outcome: 'retry', why, retryAfter: retryAfter ?? rest, busy: true }
  return never.includes(code) ? { outcome: 'refused', why, broken: true } : { outcome: 'retry', why, retryAfter: seconds(2) }
}
