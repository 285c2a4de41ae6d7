/** Hands what was noticed to the desk: in order for each subject, side by side for many, and again until it is recorded. */
import type { CareEventDraft } from '../domain/event.ts'
import { type Log, sentenceOf } from '../domain/log.ts'
import { type Clock, seconds } from '../domain/time.ts'
import type { Desk } from './desk.ts'
import { sideBySide, within } from './within.ts'

export type HandingNeeds = { desk: Pick<Desk, 'handle'>; clock: Clock; log: Log }

export type Handing = {
  /** Takes these after all that wait already. */
  add(drafts: readonly CareEventDraft[]): void
  /** Hands over what waits. What fails, and what stands behind it in its subject's order, waits for the next call. Never rejects, never runs twice at once. */
  bring(): Promise<void>
  waiting(): number
}

/** Subjects decided side by side. */
const width = 32
/** How long one event may hold up its lane. */
const patience = seconds(5)
/** Failures named one by one each time; the rest are counted. */
const failuresNamed = 5

export function openHanding(needs: HandingNeeds): Handing {
  let waiting: readonly CareEventDraft[] = []
  let running: Promise<void> | null = null
  const bringAll = async () => {
    const handed = waiting
    waiting = []
    const left = await handAll(needs, handed)
    waiting = [...left, ...waiting]
    running = null
  }
  return {
    add(drafts) {
      if (drafts.length > 0) waiting = [...waiting, ...drafts]
    },
    bring() {
      if (waiting.length === 0 && running === null) return Promise.resolve()
      running ??= bringAll()
      return running
    },
    waiting: () => waiting.length,
  }
}

/** Returns, in their order, those that were not decided and those that stood behind them. */
async function handAll(needs: HandingNeeds, drafts: readonly CareEventDraft[]): Promise<readonly CareEventDraft[]> {
  const left = new Set<CareEventDraft>()
  const bySubject = Map.groupBy(drafts, (draft) => draft.subjectId)
  await sideBySide(bySubject.values(), width, async (queue) => {
    const decided = await handInOrder(needs, queue, left.size < failuresNamed)
    for (const draft of queue.slice(decided)) left.add(draft)
  })
  if (left.size > failuresNamed) needs.log('error', 'Events were not decided and are tried again', { left: left.size, of: drafts.length })
  return drafts.filter((draft) => left.has(draft))
}

/** How many of the queue were decided before one failed. */
async function handInOrder({ desk, clock, log }: HandingNeeds, queue: readonly CareEventDraft[], naming: boolean): Promise<number> {
  for (const [index, draft] of queue.entries()) {
    try {
      await within({ clock, limit: patience, what: 'The desk' }, () => desk.handle(draft))
    } catch (error) {
      if (naming) log('error', `Not decided, tried again next second: ${sentenceOf(error)}`, { subject: draft.subjectId, kind: draft.kind })
      return index
    }
  }
  return queue.length
}
