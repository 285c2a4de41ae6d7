/**
 * A large put, slice by slice, so that presses are recorded in between. What each slice replaced is remembered in the same transaction;
 * until the last slice stands, all of it can be put back, also by the next start after a crash. So it is still all or nothing.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { DirectoryRows } from '../../store.ts'
import type { Database } from '../database.ts'
import { breathe } from './breathe.ts'
import { type DirectoryPut, idsOf, type Table } from './put.ts'

/** As many rows as are written in some milliseconds. */
const sliceRows = 250

/** Is it so much that it must not be written in one go? */
export const isBulk = (rows: Partial<DirectoryRows>): boolean => Object.values(rows).reduce((sum, some) => sum + some.length, 0) > sliceRows

export type Bulk = {
  /** Writes `rows`, and `finish` in the transaction of the last slice. Throws like a put; then everything is as before. */
  put(rows: Partial<DirectoryRows>, finish: () => void): Promise<void>
  /** Storage failed in the middle of a put, and again while it was put back. */
  isLeft(): boolean
  putBackLeft(): Promise<void>
}

/** Finds, at its opening, what a crash left half done, and puts it back at once. */
export function openBulk(database: Database, writes: DirectoryPut): Bulk {
  const undo = prepareUndo(database.connection, writes)
  while (undo.putBack() > 0);
  let left = false
  const putBackLeft = async () => {
    while (left) left = (await database.write(undo.putBack)) > 0
  }
  return {
    isLeft: () => left,
    putBackLeft,
    async put(rows, finish) {
      await putBackLeft()
      const ids = idsOf(rows)
      for (const slice of slicesOf(rows)) await inTurn(() => writes.check(slice, ids))
      try {
        left = true
        for (const slice of slicesOf(rows)) await database.write(() => writeSlice(slice, { undo, writes }))
        for (const slice of slicesOf(rows)) await inTurn(() => writes.checkGateways(slice.devices ?? []))
        await database.write(() => {
          undo.forget()
          finish()
        })
        left = false
      } catch (error) {
        await putBackLeft()
        throw error
      }
    },
  }
}

/** Reads a slice's worth, with a turn of the event loop for everybody else before it. */
async function inTurn(work: () => void): Promise<void> {
  await breathe()
  work()
}

type Parts = { undo: Undo; writes: DirectoryPut }

function writeSlice(slice: Partial<DirectoryRows>, { undo, writes }: Parts): void {
  for (const [table, rows] of Object.entries(slice) as [Table, readonly { id: string }[]][])
    for (const { id } of rows) undo.remember(table, id)
  writes.write(slice)
}

/** Each slice holds rows of one table, and comes after everything its rows may refer to. */
function* slicesOf(rows: Partial<DirectoryRows>): Generator<Partial<DirectoryRows>> {
  const { sites = [], homes = [], residents = [], contacts = [], devices = [] } = rows
  const groups: readonly [Table, readonly unknown[]][] = [
    ['sites', sites],
    ['homes', homes],
    ['residents', residents],
    ['contacts', contacts],
    ['devices', devices.filter(({ gatewayId }) => gatewayId === null)],
    ['devices', devices.filter(({ gatewayId }) => gatewayId !== null)],
  ]
  for (const [table, all] of groups)
    for (let from = 0; from < all.length; from += sliceRows) yield { [table]: all.slice(from, from + sliceRows) }
}

type Undo = {
  remember(table: Table, id: string): void
  /** Puts back the newest rows of those remembered; returns how many. */
  putBack(): number
  forget(): void
}

type UndoRow = { place: number; table_name: Table; id: string; row_before: string | null }

function prepareUndo(connection: DatabaseSync, writes: DirectoryPut): Undo {
  const add = connection.prepare('insert into directory_undo (table_name, id, row_before) values (?, ?, ?)')
  const newest = connection.prepare(`select * from directory_undo order by place desc limit ${sliceRows}`)
  const drop = connection.prepare('delete from directory_undo where place >= ?')
  const forget = connection.prepare('delete from directory_undo')
  return {
    remember(table, id) {
      const before = writes.read(table, id)
      add.run(table, id, before && JSON.stringify(before))
    },
    putBack() {
      const rows = newest.all() as UndoRow[]
      for (const { table_name, id, row_before } of rows) {
        if (row_before === null) writes.remove(table_name, id)
        else writes.restore(table_name, JSON.parse(row_before))
      }
      const last = rows.at(-1)
      if (last) drop.run(last.place)
      return rows.length
    },
    forget: () => void forget.run(),
  }
}
