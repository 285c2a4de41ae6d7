/** Which homes carry an alarm on the wall, and how many homes look how. Recounted when something changed, and once a minute as activity ages. */
import { computed } from '@preact/signals'
import * as desk from './desk.ts'
import { type Counts, looks } from './homes.ts'

/** Resident → the most urgent open alarm of their home. Technical alarms do not colour a home. */
export const marks = computed(() => {
  const found = new Map<string, 1 | 2>()
  for (const { alarm } of [...desk.queue.value].reverse()) {
    if (alarm.priority === 3 || alarm.residentIds.length > 0) continue
    found.set(alarm.subjectId, alarm.priority)
  }
  return found
})

const minute = computed(() => Math.floor(desk.now.value / 60_000))

/** The look of every cell, and the counts: one pass over all homes. */
export const cells = computed<{ looks: Uint8Array; counts: Counts }>(() => {
  desk.homesChanged.value
  const homes = desk.homes.value
  const into = new Uint8Array(homes.size)
  return { looks: into, counts: homes.looksAt(Math.max(minute.value * 60_000, desk.now.peek()), marks.value, into) }
})
export const counts = computed(() => cells.value.counts)

const collator = new Intl.Collator('zh-CN', { numeric: true })
/** How many homes are not normal. */
export const unusualCount = computed(() => counts.value.total - counts.value.active - counts.value.quiet)

export type Unusual = { index: number; label: string; look: number; activeAt: number; residentId: string }

/** The homes that are not normal, most urgent first: the canvas in words. */
export const unusual = computed<readonly Unusual[]>(() => {
  const homes = desk.homes.value
  const found: Unusual[] = []
  cells.value.looks.forEach((look, index) => {
    if (look <= looks.quiet) return
    found.push({ index, look, label: homes.label(index), activeAt: homes.activeAt(index), residentId: homes.residentId(index) })
  })
  return found.sort((a, b) => b.look - a.look || collator.compare(a.label, b.label))
})
