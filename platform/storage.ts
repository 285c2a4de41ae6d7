/** What must not be lost, opened: help in one database, readings in another, and InfluxDB behind them when one is named. */
import { withLifeSign } from '../alerts/heartbeat/life-sign.ts'
import { hashToken, newToken } from '../broker/credentials.ts'
import { withModeNews } from '../dashboard/server/family/mode-news.ts'
import { days, type Span } from '../domain/time.ts'
import { influxSettingsOf } from '../store/influx/settings.ts'
import { followSites } from '../store/influx/sites.ts'
import { type InfluxTelemetry, openInflux } from '../store/influx.ts'
import { openAccounts } from '../store/sqlite/accounts.ts'
import { openCallBacks } from '../store/sqlite/call-backs.ts'
import { openCareStore } from '../store/sqlite/care.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import { openDirectory } from '../store/sqlite/directory.ts'
import { openDutyStore } from '../store/sqlite/duty.ts'
import { openFamily } from '../store/sqlite/family.ts'
import { openFigureStore } from '../store/sqlite/figures.ts'
import { readOneTimeKey, readPepper } from '../store/sqlite/pepper.ts'
import { openReach } from '../store/sqlite/reach.ts'
import { openSecondFactors } from '../store/sqlite/second-factors.ts'
import { openSweeps } from '../store/sqlite/sweep.ts'
import { openTelemetry, type Telemetry } from '../store/sqlite/telemetry.ts'
import { openUpkeep } from '../store/sqlite/upkeep.ts'
import { openDeviceLogins, readVendorKey } from '../store/sqlite/vendor-logins.ts'
import type { Directory } from '../store/store.ts'
import type { PartOptions } from './options.ts'

export type Storage = Awaited<ReturnType<typeof openStorage>>

/** What must not be lost: help in one database, readings in another. */
export async function openStorage({ config, log, clock, onFatal, telemetryInstead }: PartOptions) {
  const dataDir = config.ANLING_DATA_DIR
  const onTrouble = (trouble: { kind: string } | null) =>
    log('warn', trouble ? `Storage trouble: ${trouble.kind}` : 'The disk has room again')
  const database = openDatabase({ dataDir, clock, onTrouble, onFatal })
  const store = openCareStore(database)
  const ownToken = newToken()
  const { directory, modeNews } = withModeNews(withLifeSign(openDirectory(database), hashToken(readPepper(dataDir), ownToken)))
  const accounts = openAccounts(database)
  const local = days(config.ANLING_TELEMETRY_LOCAL_DAYS)
  const spool = config.INFLUX_URL === '' ? {} : { spool: { local } }
  const readings = await openTelemetry({ dataDir, clock, log, windowMs: config.ANLING_TELEMETRY_WINDOW_MS, ...spool, onFatal })
  const influx = await openRemote({ config, log, clock }, { readings, directory, local })
  const { registers, quarantine } = readings
  const telemetry = telemetryInstead ?? influx?.telemetry ?? readings.telemetry
  const close = async () => {
    await (influx ?? readings).close()
    await store.close()
    database.close()
  }
  return {
    ...{ reach: openReach(database), families: openFamily(database), sweeps: openSweeps(database), figures: openFigureStore(database) },
    ...{
      callBacks: openCallBacks(database),
      duty: openDutyStore(database),
      ...{ ownToken, ownScreenSecret: newToken(), modeNews },
      ...openUpkeep(database),
    },
    ...{ database, store, directory, accounts, readings, influx, telemetry, registers, quarantine },
    history: influx?.history ?? readings.history,
    pepper: readPepper(dataDir),
    logins: openDeviceLogins(database, readVendorKey(dataDir)),
    secondFactors: { factors: openSecondFactors(database), key: readOneTimeKey(dataDir) },
    close,
  }
}

/** InfluxDB, when one is named: readings are durable here first and sent on from here. It may be away; nothing waits for it. */
async function openRemote(
  { config, log, clock }: Pick<PartOptions, 'config' | 'log' | 'clock'>,
  { readings, directory, local }: { readings: Telemetry; directory: Directory; local: Span },
): Promise<InfluxTelemetry | null> {
  if (config.INFLUX_URL === '') return null
  const settings = influxSettingsOf(config)
  const timings = { requestMs: config.ANLING_INFLUX_TIMEOUT_SECONDS * 1_000, retryMaxMs: config.ANLING_INFLUX_RETRY_SECONDS * 1_000 }
  return openInflux({
    ...{ readings, settings, clock, log, local, timings },
    bytesMax: config.ANLING_SPOOL_BYTES,
    sites: followSites(directory),
  })
}
