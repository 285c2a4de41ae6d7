/** The order of the queue and the urgency of each card: priority, then those nobody has taken, then the longest wait. */
import type { OpenAlarm, Reason } from '../../../domain/alarm.ts'
import { shelvedUntil } from '../../../domain/shelf.ts'
import type { OpenWallAlarm } from './picture.ts'

const stateRank = (alarm: OpenAlarm) => (alarm.state === 'raised' ? 0 : 1)
/** What was put off stands below everything else. */
const shelfRank = (alarm: OpenAlarm) => (shelvedUntil(alarm) === null ? 0 : 1)

/** While only her terminal asks whether she is all right, there is nothing for the centre to do yet. */
const isOnlyAsked = ({ alarm }: OpenWallAlarm): boolean => alarm.reason === 'check-in' && alarm.detail.stage === 'asked'

/** An acknowledged alarm no longer waits, so within one priority it stands after those that do. */
export function queueOf(alarms: Iterable<OpenWallAlarm>): OpenWallAlarm[] {
  return [...alarms]
    .filter((wall) => !isOnlyAsked(wall))
    .sort(
      ({ alarm: a }, { alarm: b }) =>
        shelfRank(a) - shelfRank(b) ||
        a.priority - b.priority ||
        stateRank(a) - stateRank(b) ||
        a.raisedAt - b.raisedAt ||
        (a.id < b.id ? -1 : 1),
    )
}

/** 0 fresh … 3 far too old. The steps are those of the service levels: answered within 60 s, and within 180 s. */
export type Age = 0 | 1 | 2 | 3
const stepsMs = { 1: [30_000, 60_000, 180_000], 2: [300_000, 900_000, 1_800_000], 3: [3_600_000, 14_400_000, 86_400_000] } as const

export function ageOf(alarm: OpenAlarm, now: number): Age {
  const waited = now - alarm.raisedAt
  return stepsMs[alarm.priority].filter((step) => waited >= step).length as Age
}

/** One line of the queue: an alarm, or many technical ones of the same reason folded into one. */
export type Row =
  | { type: 'alarm'; key: string; wall: OpenWallAlarm }
  | { type: 'group'; key: string; reason: Reason; walls: readonly OpenWallAlarm[]; open: boolean }

const foldFrom = 4

/** Rows to show. Technical alarms of one reason are folded once there are four; the fold that holds `selectedId` stands open. */
export function rowsOf(queue: readonly OpenWallAlarm[], selectedId: string | null): Row[] {
  const groups = new Map<Reason, OpenWallAlarm[]>()
  for (const wall of queue) if (folds(wall)) groups.set(wall.alarm.reason, [...(groups.get(wall.alarm.reason) ?? []), wall])
  const rows: Row[] = []
  for (const wall of queue) {
    const group = folds(wall) ? groups.get(wall.alarm.reason) : undefined
    if (!group || group.length < foldFrom) rows.push({ type: 'alarm', key: wall.alarm.id, wall })
    else if (group[0] === wall) rows.push(...groupRows(group, selectedId))
  }
  return rows
}

const folds = ({ alarm }: OpenWallAlarm) =>
  alarm.priority === 3 && alarm.kind !== 'silence' && alarm.residentIds.length === 0 && shelvedUntil(alarm) === null

function groupRows(walls: readonly OpenWallAlarm[], selectedId: string | null): Row[] {
  const reason = walls[0]?.alarm.reason ?? 'device-silent'
  const open = walls.some(({ alarm }) => alarm.id === selectedId)
  const head: Row = { type: 'group', key: `group:${reason}`, reason, walls, open }
  return open ? [head, ...walls.map((wall): Row => ({ type: 'alarm', key: wall.alarm.id, wall }))] : [head]
}

/** Which alarm a row stands for when it is chosen. */
export const alarmOfRow = (row: Row): string => (row.type === 'alarm' ? row.wall.alarm.id : (row.walls[0]?.alarm.id ?? ''))

/** How tight the cards are set, so that as many as possible are seen without scrolling. */
export function densityOf(rows: number): 'roomy' | 'tight' | 'packed' {
  if (rows <= 6) return 'roomy'
  return rows <= 10 ? 'tight' : 'packed'
}

/** What the operator has chosen by hand, and when. */
export type Choice = { id: string; at: number } | null

/**
 * The alarm to show: the chosen one while it is open, else the first of the queue. A priority-1 alarm that nobody has taken
 * comes before a lesser one that was chosen earlier and that nobody works on.
 */
export function selectedOf(queue: readonly OpenWallAlarm[], choice: Choice): OpenWallAlarm | null {
  const [first] = queue
  const chosen = choice ? queue.find(({ alarm }) => alarm.id === choice.id) : undefined
  if (!choice || !chosen || !first) return first ?? null
  const overtaken = first.alarm.priority === 1 && first.alarm.state === 'raised' && first.alarm.raisedAt > choice.at
  return overtaken && chosen.alarm.priority > 1 && chosen.alarm.state === 'raised' ? first : chosen
}

/** The alarm that ↑ or ↓ leads to on the rows as shown. */
export function step(rows: readonly Row[], selectedId: string | null, by: 1 | -1): string | null {
  const ids = [...new Set(rows.filter((row) => row.type === 'alarm' || !row.open).map(alarmOfRow))]
  const at = ids.indexOf(selectedId ?? '')
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))] ?? null
}

/** The alarm that an address (`/alarm/<id>`) leads to, or ''. */
export const alarmNamed = (route: string): string => (route.startsWith('/alarm/') ? route.slice('/alarm/'.length) : '')
