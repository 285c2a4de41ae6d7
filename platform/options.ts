/** What the platform is started with, and what each of its parts is given. */
import type { Config } from '../config.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/time.ts'
import type { TelemetryStore } from '../store/store.ts'

export type PlatformOptions = {
  config: Config
  log: Log
  /** Where the console channel writes its calls. */
  write: (line: string) => void
  /** The storage failed or we found our own mistake: what was committed is safe, the rest of this process is not. */
  onFatal: (error: unknown) => void
  clock?: Clock
  /** A measurement may put something else in the place of the telemetry store. */
  telemetryInstead?: TelemetryStore
}

/** With the clock decided. */
export type PartOptions = PlatformOptions & { clock: Clock }
