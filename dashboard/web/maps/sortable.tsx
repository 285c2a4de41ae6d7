/** A table that is sorted by any column: by mouse or keyboard, said to a screen reader by `aria-sort`. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { type Column, inOrder, nextOrder, type Order } from './order.ts'
import { mapWords } from './words.ts'

type Props<T> = { rows: readonly T[]; columns: readonly Column<T>[]; row: (one: T) => ComponentChildren }

export function SortableTable<T>({ rows, columns, row }: Props<T>) {
  const order = useSignal<Order | null>(null)
  const now = order.value
  return (
    <table>
      <thead>
        <tr>
          {columns.map((column, by) => (
            <Head
              key={by}
              name={column.name}
              down={now?.by === by ? now.down : null}
              onPress={() => (order.value = nextOrder(now, by, column))}
            />
          ))}
        </tr>
      </thead>
      <tbody>{inOrder(rows, columns, now).map(row)}</tbody>
    </table>
  )
}

function Head({ name, down, onPress }: { name: string; down: boolean | null; onPress: () => void }) {
  return (
    <th scope="col" aria-sort={down === null ? undefined : down ? 'descending' : 'ascending'}>
      <button type="button" class="link" title={mapWords.value.cockpit.sort(name)} onClick={onPress}>
        {name}
        <span aria-hidden="true">{down === null ? '' : down ? ' ▼' : ' ▲'}</span>
      </button>
    </th>
  )
}
