/** What the dashboard must be given to show sweeps and tick people off. */
import type { SweepTick } from '../../domain/sweep.ts'
import type { AuditLine, Sweeps } from '../../store/store.ts'

/** The open sweeps and who ticks them off; what main gives. */
export type SweepParts = Pick<Sweeps, 'current' | 'find'> & {
  ask(asked: Ask): Promise<readonly string[]>
  subscribe(listener: (news: { siteId: string; tick: SweepTick | null }) => void): () => void
}
type Ask = { sweepId: string; residentIds: readonly string[]; by: string; note: string; lines: readonly AuditLine[] }
