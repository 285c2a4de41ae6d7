/** Where somebody is, on the card: chosen in one step, with its usual end. */
import type { ResidentCard } from '../../../../store/store.ts'
import type { ModeAnswer } from '../../../contracts.ts'
import { request } from '../../shared/api.ts'
import { dayTime } from '../../shared/format.ts'
import { fetchCard } from '../acts.ts'
import * as desk from '../desk.ts'
import { whereOf } from '../say.ts'
import { silenceWords } from './words.ts'

const modes = ['home', 'away', 'hospital', 'guest', 'holiday'] as const

export function ModeChoice({ resident, timeZone }: { resident: ResidentCard['resident']; timeZone: string }) {
  const t = silenceWords.value
  const { id, mode, modeUntil } = resident
  const isOver = modeUntil !== null && modeUntil <= desk.now.value
  const choose = async (chosen: string) => {
    const wanted = modes.find((one) => one === chosen)
    if (!wanted) return
    const answer = await request<ModeAnswer>('POST', `/api/residents/${encodeURIComponent(id)}/mode`, { mode: wanted, until: null })
    if (!answer.ok) desk.refused.value = answer.refused
    if (desk.selectedId.value) await fetchCard(desk.selectedId.value)
  }
  return (
    <label class="mode-choice">
      <select aria-label={t.mode} value={isOver ? 'home' : mode} onChange={(event) => void choose(event.currentTarget.value)}>
        {modes.map((one) => (
          <option key={one} value={one}>
            {t.modes[one]}
          </option>
        ))}
      </select>
      {mode !== 'home' && modeUntil !== null && !isOver && (
        <small>{t.until(dayTime(modeUntil, desk.now.value, whereOf({ timeZone })))}</small>
      )}
    </label>
  )
}
