/** The sweeps of our sites as they stand: figures of all, everybody of the one that is open, changed by each tick as it happens. */
import { signal } from '@preact/signals'
import type { SweepDone, SweepTick } from '../../../domain/sweep.ts'
import type { SweepHomeRow, SweepPage, SweepRow, SweepTicked } from '../../contracts.ts'
import { request } from '../shared/api.ts'
import { every } from '../shared/clock.ts'

export const sweeps = signal<readonly SweepRow[]>([])
/** Whose list is shown: null = nobody's. */
export const page = signal<SweepPage | null>(null)
const refreshEveryMs = 60_000

/** Fetches the figures now, at each news and each minute. Returns what stops it. */
export function startSweeps(): () => void {
  void refresh()
  return every(refreshEveryMs, () => void refresh())
}

export async function refresh(): Promise<void> {
  const answer = await request<readonly SweepRow[]>('GET', '/api/sweeps')
  if (answer.ok) sweeps.value = answer.value
}

/** True when the list could be read. */
export async function openPage(id: string): Promise<boolean> {
  const answer = await request<SweepPage>('GET', `/api/sweeps/${encodeURIComponent(id)}`)
  if (answer.ok) page.value = answer.value
  return answer.ok
}

/** News of the server; null: there is a new list. */
export function onSweep(tick: SweepTick | null): void {
  if (tick && page.value?.sweep.id === tick.sweepId) page.value = ticked(page.value, tick)
  refreshSoon()
}

/** Many ticks in a row ask for the figures once. */
let asked = false
function refreshSoon(): void {
  if (asked) return
  asked = true
  setTimeout(() => {
    asked = false
    void refresh()
  }, 500)
}

/** The page with these people ticked off; figures are counted from it, so that both always agree. */
export function ticked(before: SweepPage, { residentIds, done }: Pick<SweepTick, 'residentIds' | 'done'>): SweepPage {
  const ids = new Set(residentIds)
  const homes = before.homes.map((home) => (ids.has(home.residentId) && !home.done ? { ...home, done } : home))
  return { sweep: { ...before.sweep, ...figuresOf(homes) }, homes }
}

export function figuresOf(homes: readonly Pick<SweepHomeRow, 'done'>[]): { total: number; heard: number; called: number } {
  const done = homes.filter((home) => home.done)
  const heard = done.filter((home) => home.done?.by === '').length
  return { total: homes.length, heard, called: done.length - heard }
}

/** Null when it is done, otherwise the refusal. */
export async function tick(
  sweepId: string,
  residentIds: readonly string[],
  done: SweepDone,
): Promise<{ code: string; message: string } | null> {
  const answer = await request<SweepTicked>('POST', `/api/sweeps/${encodeURIComponent(sweepId)}/tick`, { residentIds, note: done.note })
  if (!answer.ok) return answer.refused
  if (page.value?.sweep.id === sweepId) page.value = ticked(page.value, { residentIds, done })
  return null
}

export type Group = { building: string; homes: readonly SweepHomeRow[]; left: number }

const numeric = new Intl.Collator('zh-CN', { numeric: true })

/** By building, whoever is not confirmed first, the worst risk above. */
export function groupsOf(homes: readonly SweepHomeRow[]): readonly Group[] {
  const groups = new Map<string, SweepHomeRow[]>()
  for (const home of homes) groups.set(home.building, [...(groups.get(home.building) ?? []), home])
  return [...groups]
    .map(([building, own]) => ({ building, homes: own, left: own.filter(({ done }) => !done).length }))
    .sort((a, b) => Number(b.left > 0) - Number(a.left > 0) || numeric.compare(a.building, b.building))
}
