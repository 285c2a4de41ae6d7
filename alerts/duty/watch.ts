/** Every 30 seconds: does each site have a desk on watch, or somebody on duty who can be reached? If not, the next level up hears of it. */
import type { OpenAlarm } from '../../domain/alarm.ts'
import type { DutyStore } from '../../domain/duty.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { onDuty } from '../../domain/plans.ts'
import { between, type Clock, type Instant, instant, minutes, seconds } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { Channel, Letter } from '../channels/channel.ts'
import type { Desk } from '../desk.ts'
import type { ChannelHealth } from '../outbox/channel-health.ts'
import { type Charge, chargesOf, judged, type Looked, type Standing } from './judge.ts'

export type DutyWatchNeeds = {
  duty: Pick<DutyStore, 'everManned' | 'deskSeen'>
  directory: Pick<Directory, 'sites' | 'watchedResidents' | 'version'>
  desk: Pick<Desk, 'handle'>
  /** Channels that know `@duty`. */
  channels: readonly Channel[]
  health: { all(): readonly ChannelHealth[] }
  /** Open alarms at the start: what was said before a restart is not said again. */
  openAlarms: readonly OpenAlarm[]
  clock: Clock
  log: Log
}

export type DutyWatch = {
  /** Whether a signed-in wall is on watch for a site, beats and can ring. Until it is given, nothing is judged. */
  follow(isWatched: (siteId: string) => boolean): void
  /** Sites that nobody ever set up, for the health page; they do not ring. */
  findings(): readonly { kind: string; message: string }[]
  stop(): void
}

export const checkEvery = seconds(30)
/** Walls come back after a start of ours; until then nobody is missed. */
const quietAfterStart = minutes(1)
/** A person closed the alarm and still nobody is there: it is said again. */
const remindEvery = minutes(30)
const namesShown = 5

type State = {
  standing: Map<string, Standing>
  /** Site → the site whose desk was asked to look after it. */
  hosts: Map<string, string>
  /** Sites at which an alarm of ours may be open. */
  told: Set<string>
  desks: Set<string>
  unset: number
  lived: { version: number; sites: ReadonlySet<string> }
}

export function startDutyWatch(needs: DutyWatchNeeds): DutyWatch {
  const { clock, log } = needs
  const startedAt = clock.elapsed()
  const state = adopted(needs.openAlarms)
  let isWatched: ((siteId: string) => boolean) | null = null
  let busy = false
  const check = () => {
    if (busy || !isWatched || clock.elapsed() - startedAt < quietAfterStart) return
    busy = true
    checkOnce(needs, state, isWatched)
      .catch((error) => log('error', `Whether every site is attended could not be checked; it is tried again: ${sentenceOf(error)}`))
      .finally(() => {
        busy = false
      })
  }
  return {
    follow(watched) {
      isWatched = watched
    },
    findings: () => (state.unset === 0 ? [] : [{ kind: 'duty-unset', message: unsetText(state.unset) }]),
    stop: clock.every(checkEvery, check),
  }
}

const unsetText = (sites: number): string =>
  `${sites} ${sites === 1 ? 'site has' : 'sites have'} residents but no duty rota, and no desk was ever on watch there: write a rota or start a watch.`

const prefix = 'area:duty:'

function adopted(openAlarms: readonly OpenAlarm[]): State {
  const state: State = {
    ...{ standing: new Map(), hosts: new Map(), told: new Set(), desks: new Set(), unset: 0 },
    lived: { version: -1, sites: new Set() },
  }
  for (const { subjectId, detail } of openAlarms) {
    if (!subjectId.startsWith(prefix)) continue
    const hostId = subjectId.slice(prefix.length)
    state.told.add(hostId)
    for (const siteId of String(detail.siteIds).split(' ')) {
      state.hosts.set(siteId, hostId)
      state.standing.set(siteId, { against: 0, since: instant(Number(detail.unmannedSince)) })
    }
  }
  return state
}

async function checkOnce(needs: DutyWatchNeeds, state: State, isWatched: (siteId: string) => boolean): Promise<void> {
  const now = needs.clock.now()
  const looked = await look(needs, state, isWatched)
  state.standing = judged(state.standing, looked, now)
  const charges = chargesOf(looked, state.standing, state.hosts)
  state.hosts = new Map(charges.flatMap(({ hostId, siteIds }) => siteIds.map((siteId) => [siteId, hostId])))
  for (const charge of charges) {
    state.told.add(charge.hostId)
    await needs.desk.handle(unmanned(charge, now))
  }
  const still = new Set(charges.map(({ hostId }) => hostId))
  for (const hostId of state.told) {
    if (still.has(hostId)) continue
    await needs.desk.handle(attendedAgain(hostId, now))
    state.told.delete(hostId)
  }
}

async function look(needs: DutyWatchNeeds, state: State, isWatched: (siteId: string) => boolean): Promise<readonly Looked[]> {
  const sites = await needs.directory.sites()
  const lived = await whereLived(needs, state)
  const watched = new Set(sites.flatMap(({ id }) => (isWatched(id) ? [id] : [])))
  await rememberDesks(needs, state, watched)
  const { desks, rotas } = await needs.duty.everManned()
  state.desks = new Set(desks)
  const isSet = (id: string) => desks.has(id) || rotas.has(id)
  state.unset = sites.filter(({ id }) => lived.has(id) && !isSet(id)).length
  const looked: Looked[] = []
  // One after another, with room between them: hundreds of rotas may not hold up a press.
  for (const site of sites) {
    const attended = watched.has(site.id) || (rotas.has(site.id) && (await isReachable(needs, site.id)))
    looked.push({ site, attended, counts: lived.has(site.id) && isSet(site.id) })
    if (!watched.has(site.id) && rotas.has(site.id)) await breathe()
  }
  return looked
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function whereLived({ directory }: DutyWatchNeeds, state: State): Promise<ReadonlySet<string>> {
  const version = directory.version()
  if (state.lived.version !== version)
    state.lived = { version, sites: new Set((await directory.watchedResidents()).map(({ siteId }) => siteId)) }
  return state.lived.sites
}

async function rememberDesks({ duty, clock }: DutyWatchNeeds, state: State, watched: ReadonlySet<string>): Promise<void> {
  const fresh = [...watched].filter((id) => !state.desks.has(id))
  if (fresh.length > 0) await duty.deskSeen(fresh, clock.now())
}

/** By a channel that works, somebody who is on duty there. */
async function isReachable({ channels, health, clock }: DutyWatchNeeds, siteId: string): Promise<boolean> {
  const broken = new Set(health.all().flatMap(({ channel, works }) => (works ? [] : [channel])))
  const letter = probe(siteId, clock.now())
  const able = await Promise.all(channels.map(async ({ name, reaches }) => !broken.has(name) && ((await reaches?.(letter)) ?? false)))
  return able.includes(true)
}

/** A letter that nobody will send: only whom it is for matters. */
const probe = (siteId: string, at: Instant): Letter => ({
  ...{ id: 'probe', alarmId: 'probe', subjectId: `${prefix}${siteId}`, siteId, kind: 'technical', reason: 'wall-unattended', priority: 1 },
  ...{ state: 'raised', presses: 1, raisedAt: at, dueAt: at, attempt: 1, recipient: { contactId: onDuty, label: 'duty', channel: 'any' } },
})

function unmanned({ hostId, level, siteIds, names, phones, since }: Charge, now: Instant): CareEventDraft {
  const reminder = Math.max(0, Math.floor(between(since, now) / remindEvery))
  return {
    kind: 'duty-unmanned',
    ...{ subjectId: `${prefix}${hostId}`, siteId: hostId, at: now, deviceId: null, room: '', claimedAt: null, unreadable: false },
    causeId: `unmanned:${hostId}:${since}:${reminder}`,
    detail: {
      ...{ level, sites: siteIds.length, siteIds: siteIds.join(' '), unmannedSince: since },
      ...{ siteNames: namesText(names), sitePhones: namesText(phones) },
    },
  }
}

const namesText = (names: readonly string[]): string =>
  names.slice(0, namesShown).join('、') + (names.length > namesShown ? ` +${names.length - namesShown}` : '')

const attendedAgain = (hostId: string, at: Instant): CareEventDraft => ({
  ...{ kind: 'condition-cleared', subjectId: `${prefix}${hostId}`, siteId: hostId, at, reason: 'wall-unattended', deviceId: null },
})
