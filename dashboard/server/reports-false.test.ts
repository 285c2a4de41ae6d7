/** False alarms are counted by person and device, and the advice follows from when and how they came. */
import { expect, test } from 'vitest'
import type { Outcome, Reason } from '../../domain/alarm.ts'
import type { AlarmFigures } from '../../domain/figures.ts'
import { instant } from '../../domain/time.ts'
import { falseOf, outcomesOf } from './reports-false.ts'

const shanghai = () => 'Asia/Shanghai'
let made = 0
/** `hour` in Shanghai. */
function alarm(
  outcome: Outcome | null,
  hour: number,
  { subjectId = 'rosa', reason = 'button' as Reason, bySystem = false } = {},
): AlarmFigures {
  const at = instant(Date.UTC(2026, 10, 20, hour - 8))
  made += 1
  return {
    ...{ alarmId: `a${made}`, siteId: 's', subjectId, deviceId: `btn-${subjectId}`, kind: 'sos', reason, priority: 1 },
    ...{ pressedAt: at, storedAt: at, paintedAt: null, openedAt: null, answeredAt: null, contactedAt: null, acceptedAt: null },
    ...{ arrivedAt: null, resolvedAt: outcome && at, outcome, bySystem, presses: 1, ringsAt: [], ringsAll: 1, escalations: 0, returned: 0 },
    unpainted: false,
  }
}

test('pressed falsely at night: the button is to be moved; one false press, a test and an open alarm say nothing', () => {
  const alarms = [
    ...[
      alarm('false-press', 23),
      alarm('false-press', 2),
      alarm('false-press', 14),
      alarm('help-given', 15),
      alarm('test', 3),
      alarm(null, 4),
    ],
    ...[alarm('false-press', 12, { subjectId: 'once' }), alarm('sensor-false', 12, { subjectId: 'once', bySystem: true })],
  ]
  expect(falseOf(alarms, 'subject', shanghai)).toEqual([
    {
      ...{ key: 'rosa', siteId: 's', subjectId: 'rosa', deviceId: 'btn-rosa', reason: 'button' },
      ...{ alarms: 5, false: 3, night: 2, advice: 'pressed-at-night' },
    },
  ])
  expect(falseOf(alarms, 'device', shanghai)).toMatchObject([{ key: 'btn-rosa', false: 3 }])
})

test.each([
  ['button', 12, 'pressed-by-day'],
  ['fall-possible', 23, 'fall-detector'],
  ['inactivity', 23, 'watch-less-closely'],
  ['smoke', 23, 'sensor-place'],
] as const)('false by %s at %i o’clock: %s', (reason, hour, advice) => {
  expect(falseOf([alarm('sensor-false', hour, { reason }), alarm('sensor-false', hour, { reason })], 'subject', shanghai)).toMatchObject([
    { advice },
  ])
})

test('kinds by how they ended', () => {
  expect(outcomesOf([alarm('help-given', 1), alarm('help-given', 1), alarm('false-press', 1), alarm(null, 1)])).toEqual([
    { kind: 'sos', alarms: 4, open: 1, outcomes: { 'help-given': 2, 'false-press': 1 } },
  ])
})
