/** What one screen sees when it says hello: everything of its sites, taken at one moment of the stream, with no query once the homes are in memory. */

import type { Site } from '../../domain/people.ts'
import type { Clock } from '../../domain/time.ts'
import type { Directory } from '../../store/store.ts'
import type { Snapshot } from '../contracts.ts'
import { covers, type Scope } from './access.ts'
import type { Figures } from './figures.ts'
import type { HomeChange, Homes } from './homes.ts'
import type { Stream } from './stream.ts'

export type Picture = {
  /** Brings the homes of a scope into memory. Afterwards the functions below answer at once. */
  prepare(scope: Scope): Promise<void>
  snapshot(scope: Scope): Snapshot
  homes(scope: Scope): Snapshot['homes']
  openCount(scope: Scope): number
  figures(scope: Scope): Pick<Snapshot, 'today' | 'devices'>
  sitesOf(scope: Scope): readonly string[]
  changes(siteId: string): readonly HomeChange[]
}

export type PictureNeeds = {
  reloadAt: string
  directory: Directory
  homes: Homes
  stream: Stream
  figures: Figures
  clock: Clock
  sitesChanged: () => void
}

const latestShown = 30

export function openPicture({ reloadAt, directory, homes, stream, figures, clock, sitesChanged }: PictureNeeds): Picture {
  let sites: readonly Site[] = []
  let version = -1
  const sitesOf = (scope: Scope) => sites.filter(({ id }) => covers(scope, id))
  const idsOf = (scope: Scope) => sitesOf(scope).map(({ id }) => id)
  const zoneOf = (siteId: string) => sites.find(({ id }) => id === siteId)?.timeZone ?? 'Asia/Shanghai'
  const openOf = (scope: Scope) => [...stream.open().values()].filter(({ alarm }) => covers(scope, alarm.siteId))
  const figuresOf = (scope: Scope): Pick<Snapshot, 'today' | 'devices'> => {
    const { total, silent, sosButtons } = homes.devices(idsOf(scope))
    const devices = { total, silent, sosButtons: sosButtons.length, sosButtonsProven: figures.proven(sosButtons) }
    return { today: figures.today(scope, zoneOf), devices }
  }
  return {
    figures: figuresOf,
    sitesOf: idsOf,
    homes: (scope) => homes.columns(sitesOf(scope), clock.now()),
    openCount: (scope) => openOf(scope).length,
    changes: (siteId) => homes.changes(siteId, clock.now()),
    async prepare(scope) {
      const current = directory.version()
      if (version !== current) {
        const read = await directory.sites()
        if (version !== -1 && JSON.stringify(read) !== JSON.stringify(sites)) sitesChanged()
        sites = read
        version = current
      }
      await homes.load(idsOf(scope), clock.now())
    },
    snapshot: (scope) => ({
      seq: stream.seqFor(scope),
      serverAt: clock.now(),
      alarms: openOf(scope),
      homes: homes.columns(sitesOf(scope), clock.now()),
      ...figuresOf(scope),
      sites: sitesOf(scope).map(({ id, name, phone, timeZone }) => ({ id, name, phone, timeZone })),
      reloadAt,
      latest: stream.latest(scope, latestShown),
    }),
  }
}
