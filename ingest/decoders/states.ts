/** States that a family repeats and keeps on the broker by custom: what is news among them, and what is only said again. */
import type { Origin, Signal } from '../../domain/signal.ts'
import type { Marks } from './marks.ts'

/** Whoever needs help now is helped, also when the first thing we hear after a restart is that she does. */
const calls: ReadonlySet<Signal['kind']> = new Set(['sos', 'fall', 'smoke', 'gas', 'carbon-monoxide', 'water-leak'])

/** A change is live; the first state told may be an old one; the same again is no news. Remembers the state. */
export function stateOrigin(
  marks: Marks,
  key: string,
  { name, signal }: { name: string; signal: Pick<Signal, 'kind' | 'active'> },
): Origin {
  const value = signal.active === true
  const former = marks.last(key, name)
  marks.changed(key, name, value)
  if (former === undefined) return value && calls.has(signal.kind) ? 'live' : 'replay'
  return former === value ? 'synthetic' : 'live'
}

/** A fall or a press told again as a state is no second one. */
export const isRepeated = (signal: Signal): boolean => signal.origin === 'synthetic' && (signal.kind === 'fall' || signal.kind === 'sos')
