/** Whether the open case shows its history, and the button that says so. */
import { computed, signal } from '@preact/signals'
import { words } from '../shared/i18n/i18n.ts'
import { Kbd } from '../shared/ui.tsx'
import * as desk from './desk.ts'

/** The alarm whose history is open. Another alarm begins with its card: how to get in comes before what was. */
const openFor = signal<string | null>(null)
export const showsHistory = computed(() => openFor.value !== null && openFor.value === desk.selectedId.value)

export function toggleHistory(): void {
  openFor.value = showsHistory.value ? null : desk.selectedId.value
}

export const HistoryButton = () => (
  <button type="button" class="button small" onClick={toggleHistory}>
    {showsHistory.value ? words.value.case.historyBack : words.value.case.history} <Kbd>H</Kbd>
  </button>
)

export type HistoryProps = { residentId: string; timeZone: string }
