/** Replays a recorded home through MQTT as one home of today: the gaps between events are kept, divided by `speed`. */
import { type Clock, type Instant, milliseconds } from '../domain/time.ts'
import { upTopic } from '../domain/topics.ts'
import type { Link } from './link.ts'
import { openLink } from './link.ts'
import { openRandom } from './random.ts'
import { deviceIdOf, type RecordedEvent, readRecording } from './recording.ts'

export type ReplayNeeds = {
  path: string
  brokerUrl: string
  terminal: { id: string; token: string }
  clock: Clock
  /** How many times faster than it was recorded. */
  speed: number
  /** Begin at this moment of the recording; default: its first event. */
  from?: Instant
  /** Replay at most so many events. */
  limit?: number
}

export type Replay = {
  /** Resolves with the number of events when the last one is thanked or `stop` was called; rejects when the file cannot be read. */
  done: Promise<number>
  stop(): void
}

const idleCheck = milliseconds(50)
/** Waiting for thanks, so that a recording at full speed does not pile up in the outbox. */
const aheadMost = 200

export function startReplay(needs: ReplayNeeds): Replay {
  const link = openLink({
    brokerUrl: needs.brokerUrl,
    deviceId: needs.terminal.id,
    token: needs.terminal.token,
    replyTopics: [],
    clock: needs.clock,
    random: openRandom(1),
    onReply() {},
  })
  const state = { stopped: false }
  link.up()
  const done = play(needs, link, state).finally(() => link.stop())
  return {
    done,
    stop() {
      state.stopped = true
    },
  }
}

async function play(needs: ReplayNeeds, link: Link, state: { stopped: boolean }): Promise<number> {
  const { clock, speed } = needs
  let count = 0
  let origin: { recordedAt: number; elapsed: number } | null = null
  await until(clock, () => state.stopped || link.isUp())
  for await (const event of readRecording(needs.path)) {
    if (state.stopped || count >= (needs.limit ?? Number.POSITIVE_INFINITY)) break
    if (needs.from !== undefined && event.at < needs.from) continue
    origin ??= { recordedAt: event.at, elapsed: clock.elapsed() }
    const dueAt = origin.elapsed + (event.at - origin.recordedAt) / speed
    if (dueAt > clock.elapsed()) await until(clock, () => state.stopped || clock.elapsed() >= dueAt)
    if (count % aheadMost === 0) await until(clock, () => state.stopped || link.isIdle())
    if (state.stopped) break
    publish(needs, link, event)
    count += 1
  }
  await until(clock, () => state.stopped || link.isIdle())
  return count
}

function publish({ terminal, clock }: ReplayNeeds, link: Link, event: RecordedEvent): void {
  const madeAt = clock.now()
  const deviceId = deviceIdOf(terminal.id, event.sensor)
  const body = event.kind === 'door' ? { open: event.active, at: madeAt } : { active: event.active, at: madeAt }
  link.send({ topic: upTopic(deviceId, event.kind), body, urgency: 'record', madeAt })
}

/** Resolves when `isTrue` says so; asks every 50 ms of the clock. */
function until(clock: Clock, isTrue: () => boolean): Promise<void> {
  if (isTrue()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = clock.every(idleCheck, () => {
      if (!isTrue()) return
      stop()
      resolve()
    })
  })
}
