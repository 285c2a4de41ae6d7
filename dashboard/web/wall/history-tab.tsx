/** The history of the open case. What draws it is fetched when it is asked for, so that the wall itself stays small. */
import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { words } from '../shared/i18n/i18n.ts'
import { part } from '../shared/part.ts'
import type { HistoryProps } from './history-choice.tsx'

export function HistoryTab(props: HistoryProps) {
  const panel = useSignal<ComponentType<HistoryProps> | null>(null)
  useEffect(() => {
    void part(() => import('./history/history.tsx')).then((module) => {
      if (module) panel.value = module.History
    })
  }, [panel])
  const Panel = panel.value
  return Panel ? <Panel {...props} key={props.residentId} /> : <p class="loading">{words.value.case.loading}</p>
}
