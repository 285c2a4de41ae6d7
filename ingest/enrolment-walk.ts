/**
 * The test walk: for minutes, the first call of a device that was never proven is its test and rings nobody. Everything else rings as always.
 * Walks live in memory alone: a restart ends them. Their end is looked up at each press, on two clocks, so that neither a timer that failed nor
 * a wall clock that was set back can keep a call for help quiet.
 */
import type { KnownDevice } from '../domain/device.ts'
import { type EnrolmentStore, proves, ringingKinds, type TestWalk } from '../domain/enrolment.ts'
import type { Signal } from '../domain/signal.ts'
import { after, type Clock, type Instant, minutes } from '../domain/time.ts'
import type { Proofs } from './enrolment-proofs.ts'
import type { Context } from './meaning.ts'
import { promote } from './roles.ts'

/** The same press sent again, and a smoke detector that goes on wailing, are still the test; after this, smoke is smoke. */
export const sameTestMs = 60_000
/** A device that is pressed all day need not be written down all day. */
const provenAgainMs = 3_600_000

type Walk = Omit<TestWalk, 'ticked'> & {
  endsAtElapsed: number
  ticked: Map<string, Instant>
  states: Map<string, boolean>
  tests: Map<string, { causeId: string; kind: Signal['kind']; pressId: string; elapsed: number }>
}

export type Walks = {
  /** The signal as it is to be understood; notes what it shows of its device. */
  witness(raw: Signal, device: KnownDevice, context: Context): Signal
  begin(walk: { residentId: string; by: string; minutes: number }): TestWalk
  end(residentId: string): boolean
  of(residentId: string): TestWalk | null
}

type Keeping = { proofs: Pick<Proofs, 'get' | 'prove' | 'isArmed'>; write: EnrolmentStore['saveProofs']; clock: Clock }
type At = { walk: Walk; context: Context }

export function openWalks(keeping: Keeping): Walks {
  const { clock, proofs } = keeping
  const walks = new Map<string, Walk>()
  const walkOf = (residentId: string | null): Walk | null => {
    const walk = residentId === null ? undefined : walks.get(residentId)
    if (!walk) return null
    if (clock.now() < walk.until && clock.now() >= walk.from && clock.elapsed() < walk.endsAtElapsed) return walk
    walks.delete(walk.residentId)
    return null
  }
  return {
    witness(raw, device, context) {
      // The platform's own button is in no list.
      if (device.number === 0) return raw
      const walk = walks.size === 0 ? null : walkOf(device.residentId)
      if (walk) {
        const signal = promote(raw, device.role)
        const meant = witnessInWalk(signal, device, { walk, context, keeping })
        return meant === signal ? raw : meant
      }
      if (raw.origin === 'live' && mayBePress.has(raw.kind)) witnessInPassing(promote(raw, device.role), device, { context, proofs })
      return raw
    },
    begin({ residentId, by, minutes: most }) {
      const from = clock.now()
      const span = minutes(most)
      const maps = { ticked: new Map(), states: new Map(), tests: new Map() }
      const walk: Walk = { residentId, by, from, until: after(from, span), endsAtElapsed: clock.elapsed() + span, ...maps }
      walks.set(residentId, walk)
      return shown(walk)
    },
    end: (residentId) => walks.delete(residentId),
    of(residentId) {
      const walk = walkOf(residentId)
      return walk && shown(walk)
    },
  }
}

/** Outside a walk, what a person did with a button proves it too; it rings all the same. */
function witnessInPassing(signal: Signal, { id }: KnownDevice, { context, proofs }: { context: Context; proofs: Keeping['proofs'] }): void {
  if (signal.kind !== 'sos' && signal.kind !== 'test') return
  const at = context.message.receivedAt
  const former = proofs.get(id)?.provenAt ?? null
  if (former === null || Math.abs(at - former) >= provenAgainMs) proofs.prove(id, at)
}

function witnessInWalk(signal: Signal, device: KnownDevice, at: At & { keeping: Keeping }): Signal {
  const { walk, context, keeping } = at
  const former = walk.states.get(device.id)
  if (signal.active !== undefined) walk.states.set(device.id, signal.active)
  const test = ringingKinds.has(signal.kind) && signal.active !== false ? testOf(signal, device, at) : null
  if (!test && !proves(signal, device.role, former)) return signal
  walk.ticked.set(device.id, context.message.receivedAt)
  const proof = keeping.proofs.prove(device.id, context.message.receivedAt)
  if (!test) return signal
  // Not thanked before it is written that this device is armed from now on.
  context.effects.proofs = [...(context.effects.proofs ?? []), keeping.write([proof])]
  return test
}

/** The call as a test, or null when it must ring. */
function testOf(signal: Signal, device: KnownDevice, { walk, context, keeping }: At & { keeping: Keeping }): Signal | null {
  if (signal.origin !== 'live') return null
  const elapsed = keeping.clock.elapsed()
  const causeId = context.presses.idOf(device.id, signal, context.message)
  const former = walk.tests.get(device.id)
  if (keeping.proofs.isArmed(device.id)) {
    if (former?.kind !== signal.kind || elapsed - former.elapsed >= sameTestMs) return null
    const isPress = signal.kind === 'sos' || signal.kind === 'fall'
    return isPress && former.causeId !== causeId ? null : { ...signal, kind: 'test', pressId: former.pressId }
  }
  const pressId = `walk:${causeId}`
  walk.tests.set(device.id, { causeId, kind: signal.kind, pressId, elapsed })
  return { ...signal, kind: 'test', pressId }
}

const mayBePress: ReadonlySet<Signal['kind']> = new Set(['sos', 'test', 'button', 'state'])

const shown = ({ residentId, by, from, until, ticked }: Walk): TestWalk => ({
  ...{ residentId, by, from, until },
  ticked: Object.fromEntries(ticked),
})
