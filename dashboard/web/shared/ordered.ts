/** In which order the rows of a table stand. Pure. */
import type { ComponentChildren } from 'preact'
import type { Language } from './format.ts'

export type SortedColumn<Row> = {
  head: string
  cell: (row: Row) => ComponentChildren
  /** By what it is ordered; null: not known. Absent: it is not. */
  by?: (row: Row) => number | string | null
  /** Class of its cells. */
  look?: (row: Row) => string
}

type Wanted<Row> = { by: NonNullable<SortedColumn<Row>['by']>; isDown: boolean; language: Language }

/** The rows in that order; equal ones stay as they came, what is not known goes last, and 2 栋 stands before 10 栋. */
export function ordered<Row>(rows: readonly Row[], { by, isDown, language }: Wanted<Row>): readonly Row[] {
  const words = new Intl.Collator(language === 'zh' ? 'zh' : 'en', { numeric: true })
  const compare = (a: number | string, b: number | string) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b))
  return [...rows].sort((a, b) => {
    const [ka, kb] = [by(a), by(b)]
    if (ka === null || kb === null) return Number(ka === null) - Number(kb === null)
    return isDown ? compare(kb, ka) : compare(ka, kb)
  })
}
