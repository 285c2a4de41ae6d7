/** Runs a recorded life through today's rules. The journal is all it reads, which is why what it says can be trusted. */
import { isDeepStrictEqual } from 'node:util'
import type { Fact } from '../domain/alarm.ts'
import type { CareEvent } from '../domain/event.ts'
import { emptySituation, type Situation } from '../domain/situation.ts'
import type { JournalEntry } from '../store/store.ts'
import { step } from './engine.ts'

export type Replayed = { seq: number; event: CareEvent; then: readonly Fact[]; now: readonly Fact[]; same: boolean }

/** One subject's entries, oldest first and from its first, as today's rules decide them. Each event meets the situation that today's rules made of the events before it. */
export function* replayJournal(entries: Iterable<JournalEntry>): Generator<Replayed> {
  let situation: Situation | null = null
  for (const { seq, event, facts: then } of entries) {
    const decision = step(situation ?? emptySituation(event.subjectId), event, event.at)
    situation = decision.situation
    // The store keeps facts as JSON; so what JSON cannot say is no difference.
    const now = JSON.parse(JSON.stringify(decision.facts)) as readonly Fact[]
    yield { seq, event, then, now, same: isDeepStrictEqual(now, then) }
  }
}
