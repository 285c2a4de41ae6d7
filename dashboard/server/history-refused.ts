/** The readings that the time-series server would not take, for an admin: the newest lines with why, and how many there were. */
import type { RefusedReadings } from '../contracts.ts'
import type { Audit } from './audit.ts'
import { type App, type RefusingServer, signedIn } from './needs.ts'

/** Of the lines that are kept, so many are shown. */
const shown = 500

export function addRefusedReadings(app: App, { influx, audit }: { influx?: RefusingServer | null; audit: Audit }): void {
  const summary = 'Readings that InfluxDB refused: the newest with its reason, and how many in all. A line has numbers only, no names.'
  app.get(
    '/api/telemetry/refused',
    { config: { needs: 'read-audit' }, schema: { summary, tags: ['history'] } },
    async (request): Promise<RefusedReadings> => {
      await audit.attempt({ userId: signedIn(request).user.id, action: 'look-refused-readings', subjectId: '' })
      if (!influx) return { total: 0, entries: [] }
      return { total: influx.health().refusedReadings, entries: await influx.refused(shown) }
    },
  )
}
