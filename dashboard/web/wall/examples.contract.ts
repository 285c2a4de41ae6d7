/** Example alarms, facts and snapshots for the tests of the wall. */
import type { AcknowledgedAlarm, Alarm, OpenAlarm, Outcome, Plan } from '../../../domain/alarm.ts'
import { instant, minutes, seconds } from '../../../domain/time.ts'
import type { LiveFact, Place, Snapshot, WallAlarm } from '../../contracts.ts'
import type { OpenWallAlarm } from './picture.ts'

const plan: Plan = { id: 'p', name: '', steps: [], repeatEvery: minutes(2), lease: seconds(90) }

export const place: Place = {
  siteId: 's',
  siteName: '',
  building: '3',
  unit: '2',
  door: '502',
  title: '',
  person: '王秀英',
  age: 82,
  timeZone: 'Asia/Shanghai',
}

type Given = Partial<Omit<OpenAlarm, 'state' | 'raisedAt'>> & {
  id: string
  state?: Alarm['state']
  outcome?: Outcome
  raisedAt?: number
}

function alarmOf({ state = 'raised', outcome = 'help-given', raisedAt = 1_000, ...given }: Given): Alarm {
  const base = {
    subjectId: `r-${given.id}`,
    siteId: 's',
    kind: 'sos',
    reason: 'button',
    priority: 1,
    raisedAt: instant(raisedAt),
    causes: [],
    presses: 1,
    rings: 1,
    cancelAskedAt: null,
    clearedAt: null,
    residentIds: [],
    notes: [],
    detail: {},
    ...given,
  } as const
  const taken = { by: 'Li Min', at: instant(2_000) }
  if (state === 'resolved') return { ...base, ...taken, state, outcome }
  if (state === 'acknowledged')
    return { ...base, ...taken, state, plan, planStep: 0, leaseUntil: instant(9_000) } satisfies AcknowledgedAlarm
  return { ...base, state, plan, planStep: 0, nextStepAt: instant(61_000) }
}

export const wallAlarm = (given: Given): WallAlarm => ({ alarm: alarmOf(given), place })
export const openAlarm = (given: Given & { state?: OpenAlarm['state'] }): OpenWallAlarm => wallAlarm(given) as OpenWallAlarm

export const fact = (seq: number, kind: LiveFact['kind'], alarm: WallAlarm | null): LiveFact => ({
  seq,
  kind,
  at: instant(seq),
  alarm,
  place,
})

export const snapshot = ({ seq, alarms = [] }: { seq: number; alarms?: readonly WallAlarm[] }): Snapshot => ({
  seq,
  serverAt: instant(0),
  alarms,
  homes: { residentIds: [], buildings: [], labels: [], sites: [], states: [], activeAt: [] },
  today: { resolved: 0, byOutcome: {}, acknowledgeSecondsMedian: null },
  devices: { total: 0, silent: 0, sosButtons: 0, sosButtonsProven: 0 },
  reloadAt: '',
  sites: [],
  latest: [],
})
