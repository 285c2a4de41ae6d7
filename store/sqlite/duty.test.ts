/** Rotas and hand-overs survive, belong to one site, and never change without their line in the record. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../domain/clock.ts'
import type { DutyException, Shift } from '../../domain/duty.ts'
import { instant } from '../../domain/time.ts'
import { openAccounts } from './accounts.ts'
import { openDatabase } from './database.ts'
import { openDutyStore } from './duty.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function open(dataDir = mkdtempSync(join(tmpdir(), 'anling-duty-'))) {
  if (!folders.includes(dataDir)) folders.push(dataDir)
  const database = openDatabase({ dataDir, clock: systemClock, ballastBytes: 4_096, onTrouble() {}, onFatal() {} })
  return { dataDir, duty: openDutyStore(database), accounts: openAccounts(database), close: () => database.close() }
}

const night: Shift = {
  ...{ id: 'night', siteId: 'a', name: '夜班', weekdays: [1, 2], from: 1_200, until: 480, personIds: ['u1', 'u2'] },
  ...{ firstDay: '', lastDay: '2026-12-31' },
}
const sick: DutyException = { id: 'e1', siteId: 'a', shiftId: 'night', day: '2026-11-23', out: 'u1', in: '', note: '发烧' }
const line = (action: string) => ({ at: instant(1), userId: 'boss', action, subjectId: 'a', detail: '' })
const note = {
  ...{ id: 'n1', siteId: 'a', by: 'u1', byName: '王', at: instant(5), text: '3 栋 502 请再打一次电话' },
  ...{ alarmIds: ['sos-1'], readBy: '', readAt: null },
}

test('what was written is there after a restart, and only at its site', async () => {
  const before = open()
  await before.duty.putShift(night)
  await before.duty.putException(sick)
  await before.duty.addHandOver(note)
  await before.duty.deskSeen(['a', 'b'], instant(7))
  await before.duty.deskSeen(['a'], instant(9))
  before.close()
  const { duty, close } = open(before.dataDir)
  expect(await duty.shifts('a')).toEqual([night])
  expect(await duty.shifts('b')).toEqual([])
  expect(await duty.exceptions('a', { from: '2026-11-23', to: '2026-11-23' })).toEqual([sick])
  expect(await duty.exceptions('a', { from: '2026-11-24', to: '2026-11-30' })).toEqual([])
  expect(await duty.handOvers('a', 'unread', 10)).toEqual([note])
  expect(await duty.everManned()).toEqual({ desks: new Set(['a', 'b']), rotas: new Set(['a']) })
  close()
})

test('an id of another site changes nothing there, and leaves no line', async () => {
  const { duty, accounts, close } = open()
  expect(await duty.putShift(night, line('put'))).toBe(true)
  expect(await duty.putShift({ ...night, siteId: 'b', name: '抢' }, line('steal'))).toBe(false)
  expect(await duty.putException(sick, line('sick'))).toBe(true)
  expect(await duty.putException({ ...sick, siteId: 'b' }, line('steal'))).toBe(false)
  expect(await duty.removeShift('b', 'night', line('steal'))).toBe(false)
  expect(await duty.shifts('a')).toEqual([night])
  expect(await duty.removeShift('a', 'night', line('remove'))).toBe(true)
  expect(await duty.exceptions('a', { from: '2026-01-01', to: '2026-12-31' })).toEqual([])
  expect((await accounts.auditLines(0, 10)).map(({ action }) => action)).toEqual(['put', 'sick', 'remove'])
  close()
})

test('a hand-over is read once; the second reader is told so, and the record names the first', async () => {
  const { duty, accounts, close } = open()
  await duty.addHandOver(note, line('hand-over'))
  expect(await duty.markRead('n1', { by: 'u2', at: instant(8) }, line('read'))).toBe(true)
  expect(await duty.markRead('n1', { by: 'u3', at: instant(9) }, line('read again'))).toBe(false)
  expect(await duty.handOver('n1')).toEqual({ ...note, readBy: 'u2', readAt: 8 })
  expect(await duty.handOvers('a', 'unread', 10)).toEqual([])
  expect(await duty.handOvers('a', 'all', 10)).toHaveLength(1)
  expect((await accounts.auditLines(0, 10)).map(({ action }) => action)).toEqual(['hand-over', 'read'])
  close()
})
