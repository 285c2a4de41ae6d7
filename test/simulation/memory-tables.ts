/** What a care store knows, as plain maps, and the only two ways to change it. The whole of it can be had again from its list of changes. */
import { type Alarm, dueAt, type Fact, type OpenAlarm } from '../../domain/alarm.ts'
import type { Situation } from '../../domain/situation.ts'
import { type JournalEntry, type NoticeResult, type StoredFact, type StoredNotice, StoreTrouble, type Turn } from '../../store/store.ts'

export type Change = { kind: 'turn'; turn: Turn } | { kind: 'notice'; result: NoticeResult }

export type Tables = {
  versions: Map<string, number>
  alarms: Map<string, Alarm>
  presses: Map<string, string>
  notices: Map<string, StoredNotice>
  facts: StoredFact[]
  journal: JournalEntry[]
}

export const emptyTables = (): Tables => ({
  ...{ versions: new Map(), alarms: new Map(), presses: new Map(), notices: new Map() },
  ...{ facts: [], journal: [] },
})

/** Makes one change, whole or not at all. Throws StoreTrouble for a turn decided on an older situation. */
export function applyChange(tables: Tables, change: Change): readonly StoredFact[] {
  if (change.kind === 'turn') return applyTurn(tables, change.turn)
  applyResult(tables, change.result)
  return []
}

function applyTurn(tables: Tables, { before, event, facts, notices, withdrawn }: Turn): readonly StoredFact[] {
  const { subjectId, version } = before
  if ((tables.versions.get(subjectId) ?? 0) !== version) throw new StoreTrouble('conflict', `${subjectId} moved on.`)
  const changesClosed = facts.some((fact) => fact.kind !== 'test-pressed' && tables.alarms.get(fact.alarm.id)?.state === 'resolved')
  if (changesClosed) throw new Error('A resolved alarm never changes again.')
  tables.versions.set(subjectId, version + 1)
  const stored = facts.map((fact, index) => ({ seq: tables.facts.length + index + 1, fact }))
  tables.facts.push(...stored)
  for (const fact of facts) applyFact(tables, fact)
  tables.journal.push({ seq: tables.journal.length + 1, event, facts })
  for (const id of withdrawn) withdraw(tables, id)
  for (const notice of notices) {
    if (tables.notices.has(notice.id)) continue
    tables.notices.set(notice.id, { ...notice, state: 'owed', attempts: 0, nextTryAt: notice.dueAt, lastError: '' })
  }
  return stored
}

function applyFact(tables: Tables, fact: Fact): void {
  const remember = (pressId: string, meaning: string) => {
    if (!tables.presses.has(pressId)) tables.presses.set(pressId, meaning)
  }
  if (fact.kind === 'test-pressed') remember(fact.pressId, 'test')
  else tables.alarms.set(fact.alarm.id, fact.alarm)
  if (fact.kind !== 'test-pressed' && fact.pressId !== undefined) remember(fact.pressId, fact.alarm.id)
}

function withdraw({ notices }: Tables, id: string): void {
  for (const notice of notices.values()) {
    const named = notice.id === id || notice.alarmId === id
    if (named && notice.state === 'owed') notices.set(notice.id, { ...notice, state: 'withdrawn' })
  }
}

/** Owed may become anything; withdrawn only what really happened to a call already under way; the rest is final. */
function applyResult({ notices }: Tables, { id, state, attempts, nextTryAt, lastError }: NoticeResult): void {
  const notice = notices.get(id)
  const may = notice?.state === 'owed' || (notice?.state === 'withdrawn' && state !== 'owed')
  if (notice && may) notices.set(id, { ...notice, state, attempts, nextTryAt, lastError })
}

export function openAlarmsIn(tables: Tables): readonly OpenAlarm[] {
  const open: OpenAlarm[] = []
  for (const alarm of tables.alarms.values()) if (alarm.state !== 'resolved') open.push(alarm)
  return open.sort((a, b) => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1))
}

export function dueIn(tables: Tables, now: number, limit: number): readonly OpenAlarm[] {
  const due = openAlarmsIn(tables).filter((alarm) => dueAt(alarm) <= now)
  return due.sort((a, b) => dueAt(a) - dueAt(b)).slice(0, limit)
}

export function situationIn(tables: Tables, subjectId: string, pressId?: string): Situation {
  const meaning = pressId === undefined ? undefined : tables.presses.get(pressId)
  return {
    ...{ subjectId, version: tables.versions.get(subjectId) ?? 0 },
    open: openAlarmsIn(tables).filter((alarm) => alarm.subjectId === subjectId),
    presses: new Map(pressId !== undefined && meaning !== undefined ? [[pressId, meaning]] : []),
  }
}
