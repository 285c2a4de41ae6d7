/** From journal to sealed runs, a slice at a time: about once an hour everything recorded so far is packed owner by owner, then its journal rows go. */
import type { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../domain/clock.ts'
import { type Arena, openArena } from './arena.ts'
import type { Packed } from './batch.ts'
import { type Columns, encodeChunk, newColumns } from './chunk.ts'
import type { Journal } from './journal.ts'
import { grownBy, newRun, type Run, type Runs } from './runs.ts'
import { inTransaction } from './schema.ts'

/** Unsealed readings at most before a run is begun early: bounds memory (96 MiB) and the journal that a restart reads. */
export const openReadingsMax = 3_000_000
/** The same for one owner: its chunk must be packed in one slice. */
export const ownerReadingsMax = 50_000

export type Shelf = {
  /** After the batch is durable. */
  add(batch: Packed, now: number): void
  /** True while a run is being written. */
  isSealing(): boolean
  isDue(now: number): boolean
  /** Begins a run of everything recorded so far; nothing when there is nothing. */
  begin(now: number): void
  /** Packs owners for about `budgetMs` and makes them durable. */
  sealSome(budgetMs: number): void
  /** Journal rows up to here are wholly in sealed runs. */
  sealedSeq(): number
  unsealed(): number
  /** Appends the owner's unsealed readings, oldest record first. */
  collect(owner: number, columns: Columns): void
}

/** `left`: readings of the arena that no committed slice holds yet. */
type Sealing = { run: Run; arena: Arena; owners: Float64Array; next: number; left: number }
type Needs = { database: DatabaseSync; runs: Runs; journal: Journal; sealEveryMs: number }

export function openShelf(needs: Needs): Shelf {
  const { database, runs, journal } = needs
  let { open, openSince, sealing } = rebuild(needs)

  return {
    add(batch, now) {
      openSince ??= now
      open.add(batch)
    },
    isSealing: () => sealing !== null,
    isDue: (now) =>
      openSince !== null && (now - openSince >= needs.sealEveryMs || open.count() >= openReadingsMax || open.longest() >= ownerReadingsMax),
    begin(now) {
      if (sealing || open.count() === 0) return
      const run = newRun({ id: runs.nextId(), level: 0, state: 'sealing', recordedAt: now, journalCut: journal.lastSeq() })
      inTransaction(database, () => runs.save(run))
      runs.remember(run)
      sealing = { run, arena: open, owners: open.owners(), next: 0, left: open.count() }
      open = openArena()
      openSince = null
    },
    sealSome(budgetMs) {
      if (!sealing) return
      const before = sealing
      const done = inTransaction(database, () => {
        const slice = sealOwners(before, runs, systemClock.elapsed() + budgetMs)
        runs.save(slice.run)
        return slice
      })
      runs.remember(done.run)
      sealing = done.run.state === 'kept' ? null : done
    },
    sealedSeq: () => sealedSeqOf(runs),
    unsealed: () => open.count() + (sealing?.left ?? 0),
    collect(owner, into) {
      if (sealing && owner > sealing.run.sealedOwner) sealing.arena.collect(owner, into)
      open.collect(owner, into)
    },
  }
}

const columns = newColumns(256)

/** Where sealing stands after as many owners as fit before the deadline, at least one. Their blocks are in the caller's transaction. */
function sealOwners(sealing: Sealing, runs: Runs, deadline: number): Sealing {
  const { arena, owners } = sealing
  const writer = runs.writer(sealing.run)
  let { run, next, left } = sealing
  while (next < owners.length && (next === sealing.next || systemClock.elapsed() < deadline)) {
    const owner = owners[next++] as number
    columns.count = 0
    arena.collect(owner, columns)
    const { bytes, readings } = encodeChunk(columns, run.recordedAt)
    writer.add(owner, bytes)
    run = grownBy(run, owner, { at: columns.at.subarray(0, columns.count), readings })
    left -= columns.count
  }
  writer.flush()
  return { ...sealing, run: next === owners.length ? { ...run, state: 'kept' } : run, next, left }
}

function sealedSeqOf(runs: Runs): number {
  return runs.all().reduce((seq, run) => (run.level === 0 && run.state === 'sealing' ? seq : Math.max(seq, run.journalCut)), 0)
}

/** What the memory held before the restart, from the journal: a run half written goes on where its last slice was committed. */
function rebuild({ runs, journal }: Needs): { open: Arena; openSince: number | null; sealing: Sealing | null } {
  const half = runs.all().find((run) => run.state === 'sealing')
  const open = openArena()
  const arena = openArena()
  let openSince: number | null = null
  for (const { seq, recordedAt, batch } of journal.after(sealedSeqOf(runs))) {
    if (half && seq <= half.journalCut) arena.add(batch, (owner) => owner > half.sealedOwner)
    else {
      openSince ??= recordedAt
      open.add(batch)
    }
  }
  return { open, openSince, sealing: half ? { run: half, arena, owners: arena.owners(), next: 0, left: arena.count() } : null }
}
