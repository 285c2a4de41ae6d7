/** While somebody calls for help the tab says so, and a telephone that lies open shakes once for each new alarm. */
import { computed, effect } from '@preact/signals'
import { elders, whoOf } from './state.ts'
import { words } from './words/words.ts'

/** The most urgent alarm of all elders of this telephone. */
export const calling = computed(
  () =>
    elders.value
      .filter(({ verdict, alarm }) => verdict === 'alarm' && alarm !== null)
      .sort((a, b) => (a.alarm?.priority ?? 3) - (b.alarm?.priority ?? 3))[0] ?? null,
)

const shaken = new Set<string>()
const pattern = [400, 150, 400, 150, 400]

effect(() => {
  const { title, strip, reasons } = words.value
  const alarm = calling.value?.alarm
  document.title = calling.value && alarm ? strip.title(whoOf(calling.value), reasons[alarm.reason]) : title
  if (!alarm || alarm.priority > 1 || shaken.has(alarm.id)) return
  shaken.add(alarm.id)
  // Not every telephone can, and none does before it was touched.
  if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate(pattern)
})
