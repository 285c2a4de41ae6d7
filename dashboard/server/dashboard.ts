/** The dashboard, joined: the API, the live wall and the built screens on one port. Give it its needs; it listens when asked. */
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { User } from '../../store/store.ts'
import { openApiKeyGate } from './api-keys-gate.ts'
import { openAudit } from './audit.ts'
import { addFamily } from './family/family.ts'
import { withModeNews } from './family/mode-news.ts'
import { openPhones } from './family/phones.ts'
import { openHttp } from './http.ts'
import { openLive, type Screens } from './live.ts'
import { openLooks } from './looks.ts'
import type { App, DashboardNeeds, DashboardSettings } from './needs.ts'
import { withOwnScreen } from './own-screen.ts'
import { addReports } from './reports.ts'
import { followFigures } from './reports-follow.ts'
import { addMore, addRoutes } from './routes.ts'
import { openSessions } from './sessions.ts'
import { openWall } from './wall-side.ts'
import { addWeb } from './web.ts'

export type { DashboardNeeds, DashboardSettings, PlatformHealth } from './needs.ts'

export type Dashboard = {
  /** Resolves when the wall is filled and the port is open. `url` is what a browser on this machine opens. */
  listen(): Promise<{ url: string; port: number }>
  httpServer: HttpServer
  /** For tests: Fastify's `inject`. */
  app: App
  close(): Promise<void>
  liveScreens(): Screens
  /** A wall is on watch for this site and can ring. */
  isWatched(siteId: string): boolean
}

export async function openDashboard(given: DashboardNeeds): Promise<Dashboard> {
  const { directory, modeNews } = given.modeNews ? { ...given, modeNews: given.modeNews } : withModeNews(given.directory)
  const needs = { ...given, directory }
  const { settings, log } = needs
  const sessions = openSessions({ ...needs, rule: settings.secondFactor ?? 'optional' })
  const phones = needs.family && openPhones({ family: needs.family.family, clock: needs.clock })
  const keys = needs.upkeep && openApiKeyGate({ ...needs, store: needs.upkeep.apiKeys })
  const { app, origins } = await openHttp({ settings, sessions, phones, keys, log })
  const { figures } = needs
  const counts = ({ siteId }: { siteId: string }) => siteId !== lifeSignSite
  const follower = figures && followFigures({ ...needs, figures, counts })
  const wall = openWall(needs, (alarmId) => follower?.seen('painted', alarmId))
  const live = openLive({
    ...needs,
    ...wall,
    httpServer: app.server,
    origins,
    sessions: withOwnScreen(sessions, { secret: needs.ownScreenSecret ?? '', clock: needs.clock }),
    onUpgrade: needs.onUpgrade,
    onLook: recordLooks(needs),
  })
  wall.follow(live)
  addRoutes({ app, needs, sessions, live, wall, onOpened: (alarmId) => follower?.seen('opened', alarmId) })
  if (figures && follower) addReports(app, { ...needs, figures, follower, audit: openAudit(needs) })
  const parts = needs.family
  const family = parts && phones ? addFamily(app, { ...needs, parts, phones, audit: openAudit(needs) }) : null
  if (family) modeNews.subscribe(family.changedAmong)
  await addMore(app, needs)
  await addWeb(app, settings.webRoot)
  return {
    app,
    httpServer: app.server,
    liveScreens: live.screens,
    isWatched: live.isWatched,
    async listen() {
      await wall.begin()
      await app.listen({ host: settings.host, port: settings.port })
      const address = app.server.address()
      return { url: urlOf(settings, address), port: typeof address === 'object' && address !== null ? address.port : settings.port }
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

/** A wall names who called for help: that somebody began to look at one is on record; that it stays open is the same look. */
function recordLooks(needs: DashboardNeeds): (user: User) => void {
  const audit = openAudit(needs)
  const isNew = openLooks()
  return ({ id: userId }) => {
    if (userId === lifeSignSite || !isNew(userId, needs.clock.elapsed())) return
    void audit.attempt({ userId, action: 'look-wall', subjectId: 'all' })
  }
}

function urlOf({ host, tls, publicOrigin }: DashboardSettings, address: AddressInfo | string | null): string {
  if (publicOrigin !== '') return publicOrigin
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls ? 'https' : 'http'}://${name}:${port}`
}
