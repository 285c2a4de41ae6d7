/** Activity as strips of cells: brighter is busier, hatched is unknown. The same is said in words for those who do not see it. */

import { activeIn, gapsIn, openShade, type Row } from './shape.ts'
import { historyWords } from './words.ts'

type Text = (label: string, active: number, gaps: number) => string

/** `marks`: what stands under which cell. */
export function Strip({ rows, marks, textOf }: { rows: readonly Row[]; marks: readonly (readonly [number, string])[]; textOf: Text }) {
  if (rows.length === 0) return <p class="dim">{historyWords.value.none}</p>
  const shade = openShade(rows)
  const width = rows[0]?.cells.length ?? 1
  return (
    <div class="strip">
      {rows.map(({ key, label, cells }) => (
        <div class="strip-row" key={key}>
          <span aria-hidden="true">{label}</span>
          <svg role="img" aria-label={textOf(label, activeIn(cells), gapsIn(cells))} viewBox={`0 0 ${width} 1`} preserveAspectRatio="none">
            {cells.map((cell, i) => (
              <rect key={`${key} ${i}`} class={`cell c-${shade(cell)}`} x={i + 0.06} y="0" width="0.88" height="1" />
            ))}
          </svg>
        </div>
      ))}
      <div class="strip-row marks" aria-hidden="true">
        <span />
        <svg viewBox="0 0 100 10" aria-hidden="true">
          {marks.map(([cell, text]) => (
            <text key={cell} x={(cell / width) * 100} y="8">
              {text}
            </text>
          ))}
        </svg>
      </div>
    </div>
  )
}

export function Legend() {
  const { legend } = historyWords.value
  return (
    <p class="strip-legend" aria-hidden="true">
      {(['gap', 0, 2] as const).map((step) => (
        <span key={step}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class={`cell c-${step}`} width="10" height="10" />
          </svg>
          {step === 'gap' ? legend.gap : step === 0 ? legend.none : legend.some}
        </span>
      ))}
    </p>
  )
}
