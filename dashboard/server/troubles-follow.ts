/** Opens a case for each broken button by itself, closes those that nobody had to look after, and has somebody told of those out of time; some seconds behind the alarms, and never on their way. */
import type { Silence } from '../../alerts/silence.ts'
import type { Bus } from '../../bus/bus.ts'
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { Device } from '../../domain/device.ts'
import type { DeviceProof } from '../../domain/enrolment.ts'
import { lifeSignSite } from '../../domain/life-sign.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { before, type Clock, days, type Instant, minutes, seconds } from '../../domain/time.ts'
import { dueOf, isLifeline, isLongUnproven, type Trouble, type TroubleKind, troubleOf } from '../../domain/trouble.ts'
import type { CareStore, Directory, TroubleStore } from '../../store/store.ts'
import { breathe } from './breathe.ts'
import { endTold, type OverdueNeeds, tellOverdue } from './troubles-overdue.ts'

export type TroubleFollowNeeds = {
  store: Pick<CareStore, 'openAlarms'>
  troubles: TroubleStore
  directory: Pick<Directory, 'device'>
  silence: Pick<Silence, 'isSilent'>
  proofOf: (deviceId: string) => DeviceProof | undefined
  /** Devices that were proven or owe a proof. */
  proofIds: () => readonly string[]
  bus: Pick<Bus, 'subscribe'>
  clock: Clock
  log: Log
} & Pick<OverdueNeeds, 'accounts' | 'desk'>

const followEvery = seconds(5)
/** Proofs grow old without news. */
const allEvery = minutes(30)
const closedRemembered = days(60)
const devicesPerSlice = 2_000

/** `changed`: somebody opened, tended or ended a case. */
export type TroubleFollower = { look(): Promise<void>; changed(): void; stop(): Promise<void> }

export function followTroubles(needs: TroubleFollowNeeds): TroubleFollower {
  const { bus, clock, log } = needs
  let news = true
  let allAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null
  const work = async () => {
    if (news || isTimeForAll()) await settleAll()
    await tellOverdue(needs)
  }
  const isTimeForAll = () => clock.elapsed() - allAt >= allEvery
  const settleAll = async () => {
    news = false
    await settle(needs)
    await endTold(needs)
    if (!isTimeForAll()) return
    allAt = clock.elapsed()
    await openUnproven(needs)
  }
  const look = (): Promise<void> => {
    running ??= work().finally(() => {
      running = null
    })
    return running
  }
  const attempt = () =>
    look().catch((error) => {
      news = true
      log('warn', `Cases of broken devices could not be kept up and are made up for: ${sentenceOf(error)}`)
    })
  const unsubscribe = bus.subscribe((facts) => {
    news ||= facts.some(({ fact }) => fact.kind !== 'test-pressed' && fact.alarm.kind === 'technical')
  })
  const stopTicking = clock.every(followEvery, () => void attempt())
  return {
    look() {
      news = true
      return look()
    },
    changed() {
      news = true
    },
    async stop() {
      stopTicking()
      unsubscribe()
      await running?.catch(() => undefined)
    },
  }
}

type Broken = { alarm: OpenAlarm; kind: TroubleKind; deviceId: string }

/** Open alarms that are one device's own. */
export const brokenOf = (alarms: readonly OpenAlarm[]): readonly Broken[] =>
  alarms.flatMap((alarm) => {
    const kind = alarm.kind === 'technical' && alarm.siteId !== lifeSignSite ? troubleOf(alarm.reason) : null
    const deviceId = alarm.causes[0]?.deviceId ?? null
    return kind && deviceId !== null ? [{ alarm, kind, deviceId }] : []
  })

/** Brings the cases to what the open alarms say. */
async function settle(needs: TroubleFollowNeeds): Promise<void> {
  const { store, troubles, directory, clock } = needs
  const broken = brokenOf(await store.openAlarms('all'))
  const open = new Map((await troubles.open('all')).map((trouble) => [trouble.deviceId, trouble]))
  const closedAt = await lastClosed(needs)
  for (const { alarm, kind, deviceId } of broken) {
    // Somebody has dealt with this very trouble, and the alarm only has not gone away yet.
    if (open.has(deviceId) || (closedAt.get(deviceId) ?? 0) >= alarm.raisedAt) continue
    const device = await directory.device(deviceId)
    if (device && isLifeline(device.role)) await troubles.put(newCase({ id: alarm.id, device, kind, at: clock.now() }))
  }
  await closeReturned(needs, [...open.values()], new Set(broken.map(({ deviceId }) => deviceId)))
}

async function lastClosed({ troubles, clock }: TroubleFollowNeeds): Promise<ReadonlyMap<string, Instant>> {
  const closed = await troubles.done('all', before(clock.now(), closedRemembered), 20_000)
  const at = new Map<string, Instant>()
  for (const { deviceId, done } of closed) if (done && !at.has(deviceId)) at.set(deviceId, done.at)
  return at
}

/** Back before anybody took it: no one has to look after it. Who took a case ends it, for only they know what was wrong. */
async function closeReturned(needs: TroubleFollowNeeds, open: readonly Trouble[], broken: ReadonlySet<string>): Promise<void> {
  const { troubles, directory, silence, proofOf, clock } = needs
  const now = clock.now()
  for (const { id, deviceId, kind, owner, openedBy } of open) {
    if (owner !== null || openedBy !== '' || broken.has(deviceId)) continue
    const device = await directory.device(deviceId)
    const done = (reason: 'removed' | 'back-by-itself') => troubles.change(id, { done: { at: now, by: '', reason } })
    if (!device) await done('removed')
    else if (kind === 'unproven' ? !isLongUnproven(device.role, proofOf(deviceId), now) : !silence.isSilent(device.number))
      await done('back-by-itself')
  }
}

/**
 * Once for each proof that grew old: what somebody closed without a proof waits on the board. Goes by the proofs, of which few are old: all
 * devices of a town at once would take hundreds of megabytes.
 */
async function openUnproven({ troubles, directory, proofOf, proofIds, clock }: TroubleFollowNeeds): Promise<void> {
  const now = clock.now()
  for (const [index, deviceId] of proofIds().entries()) {
    if (index % devicesPerSlice === 0) await breathe()
    const proof = proofOf(deviceId)
    if (!isLongUnproven('sos-button', proof, now)) continue
    const device = await directory.device(deviceId)
    if (!device || device.siteId === lifeSignSite || !isLongUnproven(device.role, proof, now)) continue
    const id = `unproven:${device.id}:${proof?.provenAt ?? proof?.claimedAt}`
    await troubles.put(newCase({ id, device, kind: 'unproven', at: now }))
  }
}

type New = { id: string; device: Pick<Device, 'id' | 'siteId' | 'residentId'>; kind: TroubleKind; at: Instant; by?: string }

export const newCase = ({ id, device, kind, at, by = '' }: New) => ({
  ...{ id, deviceId: device.id, siteId: device.siteId, residentId: device.residentId, kind },
  ...{ openedAt: at, openedBy: by, dueAt: dueOf(at) },
})
