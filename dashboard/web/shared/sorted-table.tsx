/** A table that is ordered by whichever column the reader presses; what cannot be known goes last, whichever way. */
import { useSignal } from '@preact/signals'
import { language } from './i18n/i18n.ts'
import { ordered, type SortedColumn } from './ordered.ts'

export type { SortedColumn } from './ordered.ts'

type Props<Row> = {
  caption?: string
  columns: readonly SortedColumn<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** The first column names the row. */
  named?: boolean
}

type Order = { column: number; isDown: boolean }

export function SortedTable<Row>({ caption, columns, rows, keyOf, named = false }: Props<Row>) {
  const order = useSignal<Order | null>(null)
  const { column = -1, isDown = false } = order.value ?? {}
  const by = columns[column]?.by
  const shown = by ? ordered(rows, { by, isDown, language: language.value }) : rows
  // Figures are wanted from the largest down, names from the first on; the third press gives back the order it came in.
  const press = (index: number) => {
    const startsDown = rows.some((row) => typeof columns[index]?.by?.(row) === 'number')
    if (column !== index) order.value = { column: index, isDown: startsDown }
    else order.value = isDown === startsDown ? { column, isDown: !isDown } : null
  }
  return (
    <table class="sorted">
      {caption && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map(({ head, by: sorts }, index) => (
            <th key={head} scope="col" aria-sort={column !== index ? undefined : isDown ? 'descending' : 'ascending'}>
              {sorts ? (
                <button type="button" class="link" onClick={() => press(index)}>
                  {head} <span aria-hidden="true">{column !== index ? '↕' : isDown ? '▼' : '▲'}</span>
                </button>
              ) : (
                head
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ head, cell, look }, index) =>
              named && index === 0 ? (
                <th key={head} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td key={head} class={look?.(row) ?? ''}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
