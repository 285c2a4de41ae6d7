/** What the wall shows, before anybody looks at it: joined once, whoever is watching. */
import { type Figures, openFigures } from './figures.ts'
import { openHomes } from './homes.ts'
import type { LiveSide } from './live.ts'
import type { DashboardNeeds } from './needs.ts'
import { openPicture, type Picture } from './picture.ts'
import { openPlaces } from './places.ts'
import { openReceipts, type Receipts } from './receipts.ts'
import { isForScreens, openStream, type Stream } from './stream.ts'

export type Wall = {
  places: ReturnType<typeof openPlaces>
  stream: Stream
  figures: Figures
  picture: Picture
  receipts: Receipts
  follow(live: LiveSide): void
  begin(): Promise<void>
  stop(): void
}

/** `onPainted` hears of each alarm that a screen has shown. */
export function openWall(
  { store, directory, bus, silence, desk, clock, log, settings, enrolment }: DashboardNeeds,
  onPainted: (alarmId: string) => void,
): Wall {
  let live: LiveSide | null = null
  const places = openPlaces({ directory, clock, log })
  const figures = openFigures({ store, clock, ...(enrolment && { proofOf: enrolment.proof }) })
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
      live?.tell(told)
    },
  })
  const homes = openHomes({ directory, silence, changed: (siteId) => live?.resync(siteId) })
  const picture = openPicture({
    reloadAt: settings.reloadAt ?? '',
    directory,
    homes,
    stream,
    figures,
    clock,
    sitesChanged: () => live?.resync(null),
  })
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
