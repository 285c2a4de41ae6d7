/** What the wall knows, and how each word of the server changes it. Pure: the same words in the same order make the same picture. */
import type { Alarm, OpenAlarm } from '../../../domain/alarm.ts'
import type { Banner, Beat, LiveFact, Snapshot, WallAlarm } from '../../contracts.ts'

export type OpenWallAlarm = WallAlarm & { alarm: OpenAlarm }

export type Picture = {
  /** False until the first snapshot: nothing may be said of alarms before it. */
  known: boolean
  seq: number
  alarms: ReadonlyMap<string, OpenWallAlarm>
  /** Newest first, at most `latestLimit`. */
  latest: readonly LiveFact[]
  today: Snapshot['today']
  devices: Snapshot['devices']
  sites: Snapshot['sites']
  reloadAt: string
  banner: Banner | null
}

export const latestLimit = 40

export const emptyPicture: Picture = {
  known: false,
  seq: 0,
  alarms: new Map(),
  latest: [],
  today: { resolved: 0, byOutcome: {}, acknowledgeSecondsMedian: null },
  devices: { total: 0, silent: 0, sosButtons: 0, sosButtonsProven: 0 },
  sites: [],
  reloadAt: '',
  banner: null,
}

const isOpen = (alarm: Alarm): alarm is OpenAlarm => alarm.state !== 'resolved'
const hasOpenAlarm = (wall: WallAlarm): wall is OpenWallAlarm => isOpen(wall.alarm)

export function fromSnapshot(snapshot: Snapshot, banner: Banner | null): Picture {
  const open = snapshot.alarms.filter(hasOpenAlarm)
  return {
    known: true,
    seq: snapshot.seq,
    alarms: new Map(open.map((wall) => [wall.alarm.id, wall])),
    latest: newestFirst(snapshot.latest),
    today: snapshot.today,
    devices: snapshot.devices,
    sites: snapshot.sites,
    reloadAt: snapshot.reloadAt,
    banner,
  }
}

const newestFirst = (facts: readonly LiveFact[]) => [...facts].sort((a, b) => b.seq - a.seq).slice(0, latestLimit)

/** Applies what came after `picture.seq`, in order; a fact that was already applied changes nothing. */
export function withFacts(picture: Picture, facts: readonly LiveFact[]): Picture {
  const fresh = facts.filter((fact) => fact.seq > picture.seq).sort((a, b) => a.seq - b.seq)
  if (fresh.length === 0) return picture
  const alarms = new Map(picture.alarms)
  for (const fact of fresh) applyFact(alarms, fact)
  const seq = fresh.at(-1)?.seq ?? picture.seq
  return { ...picture, seq, alarms, latest: newestFirst([...fresh, ...picture.latest]), today: withResolved(picture.today, fresh) }
}

function applyFact(alarms: Map<string, OpenWallAlarm>, fact: LiveFact): void {
  if (!fact.alarm) return
  if (hasOpenAlarm(fact.alarm)) alarms.set(fact.alarm.alarm.id, fact.alarm)
  else alarms.delete(fact.alarm.alarm.id)
}

function withResolved(today: Snapshot['today'], facts: readonly LiveFact[]): Snapshot['today'] {
  const byOutcome = { ...today.byOutcome }
  let resolved = today.resolved
  for (const fact of facts) {
    const alarm = fact.alarm?.alarm
    if (fact.kind !== 'alarm-resolved' || alarm?.state !== 'resolved') continue
    resolved += 1
    byOutcome[alarm.outcome] = (byOutcome[alarm.outcome] ?? 0) + 1
  }
  return resolved === today.resolved ? today : { ...today, resolved, byOutcome }
}

export function withBeat(picture: Picture, beat: Beat): Picture {
  const same = picture.banner?.kind === beat.banner?.kind && picture.banner?.since === beat.banner?.since
  return same && !beat.figures ? picture : { ...picture, banner: beat.banner, ...(beat.figures ?? {}) }
}

/** What a beat says about us: nothing missed, facts to ask for, or a picture that is wrong though its number is right. */
export function compare(picture: Picture, beat: Pick<Beat, 'seq' | 'open'>): 'same' | 'behind' | 'wrong' {
  if (beat.seq > picture.seq) return 'behind'
  if (beat.seq < picture.seq) return 'same' // written before the facts that overtook it
  return beat.open === picture.alarms.size ? 'same' : 'wrong'
}
