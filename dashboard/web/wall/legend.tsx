/** What the cells mean, with how many of each: shape first, colour second. */
import type { JSX } from 'preact'
import { words } from '../shared/i18n/i18n.ts'
import type { Counts, looks } from './homes.ts'
import { counts } from './marks.ts'
import { number } from './say.ts'

const signs: Readonly<Record<keyof typeof looks, JSX.Element>> = {
  active: <rect class="active" x="1" y="1" width="12" height="12" />,
  quiet: <rect class="quiet-cell" x="1" y="1" width="12" height="12" />,
  urgent: <rect class="urgent" x="1" y="1" width="12" height="12" />,
  attention: <path class="attention" d="M7 1 14 13H0z" />,
  away: <circle class="away" cx="7" cy="7" r="3" />,
  offline: <path class="offline" d="M1.7 1.7h10.6v10.6H1.7zM1.7 12.3 12.3 1.7" />,
}
const order = ['active', 'quiet', 'urgent', 'attention', 'away', 'offline'] as const

export const Legend = () => <LegendOf counts={counts.value} />

export function LegendOf({ counts }: { counts: Counts }) {
  return (
    <ul class="legend">
      {order.map((look) => (
        <li key={look}>
          <svg viewBox="0 0 14 14" aria-hidden="true">
            {signs[look]}
          </svg>
          {words.value.wall.looks[look]} <b>{number(counts[look])}</b>
        </li>
      ))}
    </ul>
  )
}
