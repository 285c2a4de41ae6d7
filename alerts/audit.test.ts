/** The auditor must bite: each way of waiting in vain is found, and a healthy night has no findings. */
import { expect, onTestFinished, test } from 'vitest'
import type { OpenAlarm } from '../domain/alarm.ts'
import { after, before, hours, instant, minutes, seconds } from '../domain/time.ts'
import { acknowledged, exampleNotice, raisedAlarm, start } from '../store/examples.contract.ts'
import type { StoredNotice } from '../store/store.ts'
import { openVirtualClock } from '../test/virtual-clock.ts'
import { startAudit } from './audit.ts'

function auditOf(alarms: readonly OpenAlarm[], notices: readonly StoredNotice[] = []) {
  const clock = openVirtualClock(start)
  const said: string[] = []
  const found = { alarms, notices }
  const store = { openAlarms: async () => found.alarms, owedNotices: async () => found.notices }
  const audit = startAudit({ store, clock, log: (level, message) => void said.push(`${level} ${message}`) })
  onTestFinished(audit.stop)
  return { audit, clock, said, found }
}

const owed = (changes: Partial<StoredNotice>): StoredNotice => ({
  ...exampleNotice(raisedAlarm('rosa', 'p'), 'n'),
  ...{ state: 'owed', attempts: 0, nextTryAt: start, lastError: '' },
  ...changes,
})

test('a healthy night has no findings', async () => {
  const taken = acknowledged(raisedAlarm('li', 'q'), start)
  const waiting = owed({ nextTryAt: after(start, seconds(30)), attempts: 3 })
  const { audit } = auditOf([raisedAlarm('rosa', 'p'), taken, raisedAlarm('wu', 'r', { nextStepAt: before(start, seconds(3)) })], [waiting])
  expect(await audit.look()).toEqual([])
})

test.each([
  ['deadline-missed', raisedAlarm('rosa', 'p', { nextStepAt: before(start, seconds(11)) })],
  ['deadline-missed', { ...acknowledged(raisedAlarm('rosa', 'p'), start), leaseUntil: before(start, hours(1)) }],
  ['deadline-out-of-reach', raisedAlarm('rosa', 'p', { nextStepAt: after(start, hours(2)) })],
  ['deadline-out-of-reach', raisedAlarm('rosa', 'p', { nextStepAt: instant(Number.NaN) })],
  ['deadline-out-of-reach', { ...acknowledged(raisedAlarm('rosa', 'p'), start), leaseUntil: instant(Number.POSITIVE_INFINITY) }],
] as const)('%s', async (kind, alarm) => {
  const { audit } = auditOf([alarm])
  expect(await audit.look()).toMatchObject([{ kind, alarmId: 'sos:p' }])
})

test.each([
  ['call-not-tried', owed({ nextTryAt: before(start, seconds(61)) })],
  ['call-not-delivered', owed({ dueAt: before(start, minutes(6)), nextTryAt: after(start, seconds(20)), attempts: 9 })],
] as const)('%s', async (kind, notice) => {
  const { audit } = auditOf([], [notice])
  expect(await audit.look()).toMatchObject([{ kind, alarmId: 'sos:p' }])
})

test('a store that does not answer is a finding too', async () => {
  const clock = openVirtualClock(start)
  const store = { openAlarms: () => new Promise<never>(() => {}), owedNotices: async () => [] }
  const audit = startAudit({ store, clock, log: () => {} })
  onTestFinished(audit.stop)
  await clock.advance(seconds(21))
  expect(audit.findings()).toMatchObject([{ kind: 'store-not-answering', alarmId: null }])
})

test('it looks by itself, says each finding once, and says when all is well again', async () => {
  const { clock, said, found, audit } = auditOf([raisedAlarm('rosa', 'p', { nextStepAt: before(start, minutes(1)) })])
  await clock.advance(seconds(35))
  expect(said).toEqual(['error Somebody may be waiting in vain: Nobody looked after its deadline, 70 s ago.'])
  found.alarms = []
  await clock.advance(seconds(10))
  expect(said.slice(1)).toEqual(['info Nobody is waiting in vain any more'])
  expect(audit.findings()).toEqual([])
})
