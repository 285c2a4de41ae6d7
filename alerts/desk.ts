/** Where it is decided and recorded: load → step → commit → tell, strictly in order per resident. */
import type { CareEventDraft } from '../domain/event.ts'
import type { Refusal } from '../domain/situation.ts'
import type { StoredFact } from '../store/store.ts'

export type { Refusal } from '../domain/situation.ts'

export type Handled = { facts: readonly StoredFact[]; refusal: Refusal | null }

export type Desk = {
  /** Resolves when everything the event led to is durable and told. Rejects (StoreTrouble) when it is not: then nothing of it happened. */
  handle(draft: CareEventDraft): Promise<Handled>
}
