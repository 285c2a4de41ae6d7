/** Who is on duty and what the shift before wrote, as the server last said it. */
import { computed, signal } from '@preact/signals'
import type { DutyNow, ShiftNote } from '../../../contracts-duty.ts'
import { dutyApi } from '../../shared/duty-api.ts'

export const duty = signal<DutyNow>({ sites: [] })
export const notes = computed<readonly ShiftNote[]>(() => duty.value.sites.flatMap((site) => site.notes))
/** Notes for whoever sits here now: somebody else wrote them, or wrote them before this turn began. */
export const unread = computed(() => notes.value.filter(({ mayRead }) => mayRead))
/** The sites whose rota names whoever sits here, for this moment. */
export const mine = computed<readonly string[]>(() =>
  duty.value.sites.flatMap(({ siteId, turns }) => (turns.some(({ isMine }) => isMine) ? [siteId] : [])),
)
/** Display names, each once. */
export const present = computed<readonly string[]>(() => [
  ...new Set(duty.value.sites.flatMap(({ turns }) => turns.flatMap(({ people }) => people))),
])

/** Asks again. When nobody answers, what was known stays. */
export async function refreshDuty(): Promise<void> {
  const answer = await dutyApi.now()
  if (answer.ok) duty.value = answer.value
}

/** Somebody of this shift has read it; also when somebody else was quicker. */
export async function markRead(noteId: string): Promise<void> {
  await dutyApi.read(noteId)
  await refreshDuty()
}
