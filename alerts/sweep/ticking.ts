/** Keeps the open sweeps in memory and ticks off whoever gave a live sign of life after the outage: once is enough for every list she is on. */
import type { SweepTick } from '../../domain/sweep.ts'
import { type Clock, type Instant, instant } from '../../domain/time.ts'
import type { AuditLine, Directory, Sweeps } from '../../store/store.ts'

export type TickingNeeds = {
  sweeps: Pick<Sweeps, 'current' | 'find' | 'tick'>
  directory: Pick<Directory, 'watchedResidents'>
  silence: { lastActiveAt(residentNumber: number): Instant }
  clock: Pick<Clock, 'now'>
  changed: (tick: SweepTick) => void
}

type Open = { siteId: string; until: Instant; waiting: Set<string> }
export type Ask = { sweepId: string; residentIds: readonly string[]; by: string; note: string; lines: readonly AuditLine[] }

export function openTicking({ sweeps, directory, silence, clock, changed }: TickingNeeds) {
  const open = new Map<string, Open>()
  let numbers = new Map<string, number>()

  const tick = async (asked: SweepTick, lines: readonly AuditLine[]): Promise<readonly string[]> => {
    const ticked = await sweeps.tick(asked, lines)
    const waiting = open.get(asked.sweepId)?.waiting
    // Also those that were ticked before by somebody else: nobody waits for them any more.
    for (const id of asked.residentIds) waiting?.delete(id)
    if (waiting?.size === 0) open.delete(asked.sweepId)
    if (ticked.length > 0) changed({ ...asked, residentIds: ticked })
    return ticked
  }
  const wasHeard = (id: string, until: Instant) => silence.lastActiveAt(numbers.get(id) ?? 0) > until
  return {
    /** Reads the open sweeps and who is who; again after a new sweep was made. */
    async load(): Promise<void> {
      numbers = new Map((await directory.watchedResidents()).map(({ id, number }) => [id, number]))
      for (const { id, siteId, until, closedAt } of await sweeps.current('all', instant(Number.MAX_SAFE_INTEGER))) {
        if (closedAt !== null || open.has(id)) continue
        const homes = (await sweeps.find(id))?.homes ?? []
        open.set(id, { siteId, until, waiting: new Set(homes.filter(({ done }) => !done).map(({ residentId }) => residentId)) })
      }
    },
    /** Whoever was heard since is ticked off by that. Throws what the store throws. */
    async hear(): Promise<void> {
      for (const [sweepId, { siteId, until, waiting }] of [...open]) {
        const residentIds = [...waiting].filter((id) => wasHeard(id, until))
        if (residentIds.length > 0) await tick({ sweepId, siteId, residentIds, done: { at: clock.now(), by: '', note: '' } }, [])
      }
    },
    /** Somebody asked her. The lists of later outages keep her. Returns who was newly ticked in the sweep named. */
    async ask({ sweepId, residentIds, by, note, lines }: Ask): Promise<readonly string[]> {
      const named = open.get(sweepId)
      if (!named) return []
      const done = { at: clock.now(), by, note }
      const ticked = await tick({ sweepId, siteId: named.siteId, residentIds, done }, lines)
      for (const [otherId, { siteId, waiting }] of [...open]) {
        const same = residentIds.filter((id) => waiting.has(id))
        if (otherId !== sweepId && same.length > 0) await tick({ sweepId: otherId, siteId, residentIds: same, done }, [])
      }
      return ticked
    },
  }
}
