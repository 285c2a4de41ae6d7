/** The dashboard, joined: the API, the live wall and the built screens on one port. Give it its needs; it listens when asked. */
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { Snapshot } from '../contracts.ts'
import { scopeOf } from './access.ts'
import { addAlarms } from './alarms.ts'
import { openAudit } from './audit.ts'
import { addCallBacks } from './call-backs.ts'
import { addDirectory } from './directory.ts'
import { addDuty } from './duty.ts'
import { addEnrolment } from './enrolment.ts'
import { addExchange } from './exchange.ts'
import { addFamily, type FamilySide } from './family/family.ts'
import { withModeNews } from './family/mode-news.ts'
import { openPhones } from './family/phones.ts'
import { type Figures, openFigures } from './figures.ts'
import { addHealth } from './health.ts'
import { addHistory } from './history.ts'
import { addRefusedReadings } from './history-refused.ts'
import { openHomes } from './homes.ts'
import { openHttp } from './http.ts'
import { addLastSeen } from './last-seen.ts'
import { type LiveSide, openLive, type Screens } from './live.ts'
import { type App, type DashboardNeeds, type DashboardSettings, signedIn } from './needs.ts'
import { openPasswords } from './passwords.ts'
import { addPeople } from './people.ts'
import { openPicture, type Picture } from './picture.ts'
import { openPlaces } from './places.ts'
import { addPlans } from './plans.ts'
import { addProfiles } from './profiles.ts'
import { addProviderReceipts } from './provider-receipts.ts'
import { openReceipts, type Receipts } from './receipts.ts'
import { addReports } from './reports.ts'
import { followFigures } from './reports-follow.ts'
import { openSessions, type Sessions } from './sessions.ts'
import { addSignIn } from './sign-in.ts'
import { addSilence } from './silence.ts'
import { isForScreens, openStream, type Stream } from './stream.ts'
import { addSweeps } from './sweep.ts'
import { addWaysIn } from './ways-in.ts'
import { addWeb } from './web.ts'

export type { DashboardNeeds, DashboardSettings, PlatformHealth } from './needs.ts'

export type Dashboard = {
  /** Resolves when the wall is filled and the port is open. `url` is what a browser on this machine opens. */
  listen(): Promise<{ url: string }>
  httpServer: HttpServer
  /** For tests: Fastify's `inject`. */
  app: App
  close(): Promise<void>
  liveScreens(): Screens
  /** A wall is on watch for this site and can ring. */
  isWatched(siteId: string): boolean
}

export async function openDashboard(given: DashboardNeeds): Promise<Dashboard> {
  let family: FamilySide | null = null
  const needs = { ...given, directory: withModeNews(given.directory, (residentIds) => family?.changedAmong(residentIds)) }
  const { settings, log } = needs
  const sessions = openSessions(needs)
  const phones = needs.family && openPhones({ family: needs.family.family, clock: needs.clock })
  const { app, origins } = await openHttp({ settings, sessions, phones, log })
  const { figures } = needs
  const counts = ({ siteId }: { siteId: string }) => siteId !== lifeSignSite
  const follower = figures && followFigures({ ...needs, figures, counts })
  const wall = openWall(needs, (alarmId) => follower?.seen('painted', alarmId))
  const live = openLive({
    ...needs,
    ...wall,
    httpServer: app.server,
    origins,
    sessions,
    onUpgrade: needs.onUpgrade,
  })
  wall.follow(live)
  addRoutes({ app, needs, sessions, live, wall, onOpened: (alarmId) => follower?.seen('opened', alarmId) })
  if (figures && follower) addReports(app, { ...needs, figures, follower, audit: openAudit(needs) })
  const parts = needs.family
  // Relatives' own changes are told by their own routes.
  if (parts && phones) family = addFamily(app, { ...given, parts, phones, audit: openAudit(needs) })
  const { takeReport } = needs
  if (takeReport) await addProviderReceipts(app, { takeReport, publicOrigin: settings.publicOrigin, clock: needs.clock })
  if (needs.profiles) addProfiles(app, { profiles: needs.profiles, audit: openAudit(needs) })
  if (needs.enrolment) addEnrolment(app, { ...needs, enrolment: needs.enrolment, audit: openAudit(needs) })
  if (needs.wayIn) await addWaysIn(app, { ...needs, ...needs.wayIn })
  await addWeb(app, settings.webRoot)
  return {
    app,
    httpServer: app.server,
    liveScreens: live.screens,
    isWatched: live.isWatched,
    async listen() {
      await wall.begin()
      await app.listen({ host: settings.host, port: settings.port })
      return { url: urlOf(settings, app.server.address()) }
    },
    async close() {
      wall.stop()
      family?.close()
      await live.close()
      await app.close()
      await follower?.stop()
    },
  }
}

type Wall = {
  places: ReturnType<typeof openPlaces>
  stream: Stream
  figures: Figures
  picture: Picture
  receipts: Receipts
  follow(live: LiveSide): void
  begin(): Promise<void>
  stop(): void
}

/** What the wall shows, before anybody looks at it. */
function openWall(
  { store, directory, bus, silence, desk, clock, log, onTold }: DashboardNeeds,
  onPainted: (alarmId: string) => void,
): Wall {
  let live: LiveSide | null = null
  const places = openPlaces({ directory, clock, log })
  const figures = openFigures({ store, clock })
  const receipts = openReceipts({ desk, clock, log, open: () => stream.open(), onPainted })
  const stream: Stream = openStream({
    store,
    bus,
    places,
    log,
    tell(told) {
      const facts = told.filter(isForScreens)
      for (const { stored } of facts) figures.learn(stored)
      receipts.told(facts)
      live?.tell(facts)
      onTold?.(told.map(({ stored }) => stored.fact))
    },
  })
  const homes = openHomes({ directory, silence, changed: (siteId) => live?.resync(siteId) })
  const picture = openPicture({ directory, homes, stream, figures, clock, sitesChanged: () => live?.resync(null) })
  return {
    places,
    stream,
    figures,
    picture,
    receipts,
    follow(side) {
      live = side
    },
    async begin() {
      await stream.start()
      await figures.recall()
      receipts.begin()
    },
    stop() {
      stream.stop()
      receipts.stop()
    },
  }
}

type Parts = { app: App; needs: DashboardNeeds; sessions: Sessions; live: LiveSide; wall: Wall; onOpened: (alarmId: string) => void }

function addRoutes({ app, needs, sessions, live, wall, onOpened }: Parts): void {
  const { picture, places, receipts } = wall
  const audit = openAudit(needs)
  const passwords = openPasswords()
  const cuts = { cutSession: live.cutSession, cutUser: live.cutUser }
  addSignIn(app, { ...needs, ...cuts, sessions, passwords, audit })
  addAlarms(app, { ...needs, places, audit, onOpened })
  addDirectory(app, { ...needs, audit })
  addCallBacks(app, { ...needs, audit })
  addPlans(app, { ...needs, audit })
  addExchange(app, { ...needs, audit })
  addHistory(app, { ...needs, audit })
  addRefusedReadings(app, { ...needs, audit })
  addLastSeen(app, { ...needs, audit })
  addSilence(app, { ...needs, audit })
  addPeople(app, { ...needs, ...cuts, passwords, audit })
  if (needs.onDuty) addDuty(app, { ...needs, ...needs.onDuty, ...wall, isWatched: live.isWatched, audit })
  addSweeps(app, { ...needs, audit, tellSweep: live.tellSweep })
  addHealth(app, { health: needs.health, screens: live.screens, receipts })
  app.get('/api/wall', { config: { needs: 'watch' } }, async (request): Promise<Snapshot> => {
    const scope = scopeOf(signedIn(request).user)
    await picture.prepare(scope)
    return picture.snapshot(scope)
  })
}

function urlOf({ host, tls, publicOrigin }: DashboardSettings, address: AddressInfo | string | null): string {
  if (publicOrigin !== '') return publicOrigin
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls ? 'https' : 'http'}://${name}:${port}`
}
