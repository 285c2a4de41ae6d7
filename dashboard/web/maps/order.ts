/** In which order the rows of a table stand. Pure. */

/** `by`: the number of the column; `down`: the largest first. */
export type Order = { by: number; down: boolean }
/** `compare` is ascending; `down`: the first press shows the largest first. */
export type Column<T> = { name: string; compare: (a: T, b: T) => number; down?: boolean }

/** Rows that are equal keep the order in which they came; without an order all do. */
export function inOrder<T>(rows: readonly T[], columns: readonly Column<T>[], order: Order | null): readonly T[] {
  const compare = order && columns[order.by]?.compare
  if (!compare) return rows
  return [...rows].sort((a, b) => (order.down ? compare(b, a) : compare(a, b)))
}

/** A press on a column's head: the same column again turns it round. */
export const nextOrder = (order: Order | null, by: number, { down = false }: { down?: boolean | undefined }): Order => ({
  by,
  down: order?.by === by ? !order.down : down,
})

const collator = new Intl.Collator('zh-CN', { numeric: true })
/** 2 栋 before 10 栋. */
export const byName = (a: string, b: string): number => collator.compare(a, b)
