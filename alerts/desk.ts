/** Where it is decided and recorded: load → step → commit → tell, strictly in order per resident. */
import type { CareEventDraft } from '../domain/event.ts'
import type { StoredFact } from '../store/store.ts'

/** Why a request was not granted: a value, not an error. */
export type Refusal = {
  code: 'unknown-alarm' | 'already-resolved' | 'already-acknowledged' | 'not-acknowledged' | 'reason-needed'
  message: string
}

export type Handled = { facts: readonly StoredFact[]; refusal: Refusal | null }

export type Desk = {
  /** Resolves when everything the event led to is durable and told. Rejects (StoreTrouble) when it is not: then nothing of it happened. */
  handle(draft: CareEventDraft): Promise<Handled>
}
