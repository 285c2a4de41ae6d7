/** The picture of the gate: a quiet wall of homes. Drawn, not loaded; the same every time. */
const [columns, rows, pitch, size] = [26, 34, 24, 18]

/** A small fixed scatter: which homes were active just now. */
const isActive = (column: number, row: number) => (column * 7919 + row * 104_729 + column * row * 31) % 7 < 4

const path = (wanted: boolean) => {
  const squares: string[] = []
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      if (isActive(column, row) === wanted) squares.push(`M${column * pitch} ${row * pitch}h${size}v${size}h-${size}z`)
  return squares.join('')
}
const [active, quiet] = [path(true), path(false)]

export const Cells = () => (
  <svg class="cells" viewBox={`0 0 ${columns * pitch} ${rows * pitch}`} preserveAspectRatio="xMinYMid slice" aria-hidden="true">
    <path class="active" d={active} />
    <path class="quiet-cell" d={quiet} />
  </svg>
)
