/** What a scenario plays on: a fleet, a cast that is not used twice, and time. */
import type { Role } from '../../domain/device.ts'
import type { Clock, Span } from '../../domain/time.ts'
import type { Fleet } from '../fleet.ts'
import type { Random } from '../random.ts'

export type Stage = {
  fleet: Fleet
  random: Random
  /** A home that no other scenario took, with a device of this role when one is named. Returns its index; null when none is left. */
  cast(role?: Role): number | null
  /** Does it so long after now. */
  after(span: Span, work: () => void): void
  /** One line for whoever watches. Homes by number: never a name. */
  tell(line: string): void
}

export type Scenario = {
  name: string
  about: string
  /** Begins now. Does nothing when the fleet has no fitting home. */
  run(stage: Stage): void
}

/** Homes named in `taken` are left alone. The returned `stop` calls off what has not happened yet. */
export function openStage(needs: {
  fleet: Fleet
  clock: Clock
  random: Random
  tell(line: string): void
  taken?: readonly number[]
}): Stage & {
  stop(): void
} {
  const { fleet, clock, random } = needs
  const taken = new Set(needs.taken ?? [])
  const pending = new Set<() => void>()
  const fits = (index: number, role: Role | undefined) =>
    !taken.has(index) && (role === undefined || fleet.home(index).deviceOf(role) !== null)
  return {
    fleet,
    random,
    tell: needs.tell,
    cast(role) {
      const first = fleet.size === 0 ? 0 : random.whole(0, fleet.size - 1)
      for (let step = 0; step < fleet.size; step += 1) {
        const index = (first + step) % fleet.size
        if (!fits(index, role)) continue
        taken.add(index)
        return index
      }
      return null
    },
    after(span, work) {
      const cancel = clock.later(span, () => {
        pending.delete(cancel)
        work()
      })
      pending.add(cancel)
    },
    stop() {
      for (const cancel of pending) cancel()
      pending.clear()
    },
  }
}
