/** Rows of residents may also say where somebody is: whatever of it changes stands in the line of the record, as it does when it is said in any other way. */
import type { Resident } from '../../domain/people.ts'
import type { Directory, DirectoryRows } from '../../store/store.ts'
import { breathe } from './breathe.ts'

const namedMost = 200
/** A town's import must not hold a press up. */
const cardsAtOnce = 100

/** `rosa home → away until 2026-…`, for everybody whose mode or its end these rows change; '' when they change none. */
export async function modeChanges(directory: Pick<Directory, 'cards'>, { residents = [] }: Partial<DirectoryRows>): Promise<string> {
  const before = new Map<string, Pick<Resident, 'mode' | 'modeUntil'>>()
  for (let from = 0; from < residents.length; from += cardsAtOnce) {
    const cards = await directory.cards(residents.slice(from, from + cardsAtOnce).map(({ id }) => id))
    for (const { resident } of cards) before.set(resident.id, resident)
    await breathe()
  }
  const changes = residents.flatMap(({ id, mode, modeUntil }) => {
    const was = before.get(id) ?? { mode: 'home', modeUntil: null }
    if (was.mode === mode && (mode === 'home' || was.modeUntil === modeUntil)) return []
    return [`${id} ${was.mode} → ${mode}${modeUntil === null ? '' : ` until ${new Date(modeUntil).toISOString()}`}`]
  })
  const more = changes.length > namedMost ? `; and ${changes.length - namedMost} more` : ''
  return changes.slice(0, namedMost).join('; ') + more
}
