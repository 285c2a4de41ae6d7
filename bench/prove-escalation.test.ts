/** The short form of `npm run prove:escalation`: a few hundred alarms through the same troubles. And the proof can fail. */
import { expect, test } from 'vitest'
import type { CareStore } from '../store/store.ts'
import { runEscalation } from './lib/escalation.ts'

test('every step and every repeat of unanswered alarms is sent in time and once, over restarts and clock jumps', {
  timeout: 60_000,
}, async () => {
  const run = await runEscalation({ alarms: 150 })
  expect(run).toMatchObject({ alarms: 150, missed: 0, repeated: 0, restarts: 6, clockJumps: 7 })
  expect(run.worstLatenessMs).toBeLessThanOrEqual(1_000)
  expect(run.rounds).toBeGreaterThan(150 * 5)
})

test('a timekeeper that overlooks somebody now and then is found out', { timeout: 60_000 }, async () => {
  const mutate = (store: CareStore): CareStore => ({
    ...store,
    dueAlarms: async (now, limit) => (await store.dueAlarms(now, limit)).filter(({ subjectId }) => subjectId !== 'r7'),
    openAlarms: async (sites) => (await store.openAlarms(sites)).filter(({ subjectId }) => subjectId !== 'r7'),
  })
  const run = await runEscalation({ alarms: 9, mutate })
  expect(run.missed).toBeGreaterThan(0)
})
