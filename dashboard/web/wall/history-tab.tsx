/** The way into the history of the open case. What draws it is fetched when it is asked for, so that the wall itself stays small. */
import { computed, signal, useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { words } from '../shared/i18n/i18n.ts'
import { Kbd } from '../shared/ui.tsx'
import * as desk from './desk.ts'

/** The alarm whose history is open. Another alarm begins with its card: how to get in comes before what was. */
const openFor = signal<string | null>(null)
export const showsHistory = computed(() => openFor.value !== null && openFor.value === desk.selectedId.value)

export function toggleHistory(): void {
  openFor.value = showsHistory.value ? null : desk.selectedId.value
}

export type HistoryProps = { residentId: string; timeZone: string }

export function HistoryTab(props: HistoryProps) {
  const panel = useSignal<ComponentType<HistoryProps> | null>(null)
  useEffect(() => {
    void import('./history/history.tsx').then((module) => {
      panel.value = module.History
    })
  }, [panel])
  const Panel = panel.value
  return Panel ? <Panel {...props} key={props.residentId} /> : <p class="loading">{words.value.case.loading}</p>
}

export const HistoryButton = () => (
  <button type="button" class="button small" aria-pressed={showsHistory.value} onClick={toggleHistory}>
    {showsHistory.value ? words.value.case.historyBack : words.value.case.history} <Kbd>H</Kbd>
  </button>
)
