/** Reads what was recorded and compares it with what was pressed and thanked. */
import { systemClock } from '../../domain/clock.ts'
import { openCareStore } from '../../store/sqlite/care.ts'
import { openDatabase } from '../../store/sqlite/database.ts'

export type Verdict = {
  recorded: number
  lostAcknowledged: number
  missingAlarms: number
  duplicateAlarms: number
  changedAfterResolve: number
}

/** The folder must not be in use. `mustBe`: presses that must be recorded; `acknowledged`: of those, the ones that were thanked. */
export async function judge(
  dataDir: string,
  presses: { mustBe: ReadonlySet<string>; acknowledged: ReadonlySet<string> },
): Promise<Verdict> {
  const found = await readPresses(dataDir)
  const missing = [...presses.mustBe].filter((id) => !found.alarmsOf.has(id))
  const duplicates = [...found.alarmsOf.values()].filter((facts) => facts !== 1).length
  return {
    recorded: found.alarmsOf.size,
    lostAcknowledged: [...presses.acknowledged].filter((id) => !found.alarmsOf.has(id)).length,
    missingAlarms: missing.length,
    duplicateAlarms: duplicates,
    changedAfterResolve: found.changedAfterResolve,
  }
}

async function readPresses(dataDir: string): Promise<{ alarmsOf: Map<string, number>; changedAfterResolve: number }> {
  const refuse = (error: unknown) => {
    throw error
  }
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal: refuse })
  const store = openCareStore(database)
  const alarmsOf = new Map<string, number>()
  const resolved = new Set<string>()
  let changedAfterResolve = 0
  for (let seq = 0; ; ) {
    const facts = await store.factsSince(seq, 2_000)
    if (facts.length === 0) break
    for (const { fact } of facts) {
      if (fact.kind === 'test-pressed') continue
      if (resolved.has(fact.alarm.id)) changedAfterResolve++
      if (fact.kind === 'alarm-resolved') resolved.add(fact.alarm.id)
      const id = /kill-\d+-\d+/.exec(fact.pressId ?? '')?.[0]
      if (id) alarmsOf.set(id, (alarmsOf.get(id) ?? 0) + 1)
    }
    seq = facts.at(-1)?.seq ?? seq
  }
  await store.close()
  database.close()
  return { alarmsOf, changedAfterResolve }
}
