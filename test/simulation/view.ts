/** What everybody can see: the tables as the disk holds them, followed change by change. */
import type { StoredFact } from '../../store/store.ts'
import type { Disk } from './memory-store.ts'
import { applyChange, emptyTables, type Tables } from './memory-tables.ts'

export type View = {
  tables: Tables
  /** Facts that became durable since the last call. */
  catchUp(): readonly StoredFact[]
}

export function openView(disk: Disk): View {
  const tables = emptyTables()
  let seen = 0
  return {
    tables,
    catchUp() {
      const news: StoredFact[] = []
      for (; seen < disk.durable.length; seen += 1) {
        const change = disk.durable[seen]
        if (change) news.push(...applyChange(tables, change))
      }
      return news
    },
  }
}
