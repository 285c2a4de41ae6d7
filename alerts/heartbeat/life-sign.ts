/** The dead-man's switch, joined: the platform's own presses, the auditor's proof, the sign to the watcher, and the sweeping up afterwards. */
import { type Log, sentenceOf } from '../../domain/log.ts'
import { type Clock, type Instant, minutes, seconds } from '../../domain/time.ts'
import { watchDoor } from './door.ts'
import { type Heartbeat, type HeartbeatNeeds, startHeartbeat } from './heartbeat.ts'
import { type Doors, openPressRound, type PressNeeds } from './press.ts'
import { secretLengthMin } from './signature.ts'

export { type LoopBack, openLoopBack } from './loop-back.ts'
export { withLifeSign } from './reserved.ts'

export type LifeSignNeeds = Omit<PressNeeds, 'clock' | 'period'> & {
  settings: HeartbeatNeeds['settings'] & { ANLING_DATA_DIR: string }
  audit: HeartbeatNeeds['audit']
  timekeeper: { lastTickAt(): number | null }
  /** Takes the traces of earlier presses off the disk. */
  forget: (dataDir: string) => number
  clock: Clock
  log: Log
}

/** Where the platform listens; `mqttHost` where that is another. `origin`: the address by which people see its pages, '' when it has none. */
export type OwnDoors = { host: string; mqttHost?: string; mqttPort: number; dashboard: { port: number; secure: boolean; origin: string } }

export type LifeSign = {
  /** From now on, by these doors; without an address to send to, never. */
  begin(doors: OwnDoors): void
  withheld(): { message: string; since: Instant } | null
  /** Since when no press comes in: the broker's door is shut, or our own press is lost on the way. Null: all is well, or nothing began yet. */
  outSince(): Instant | null
  /** One call for help now, because somebody asks: its milliseconds, or a sentence that says where it was lost. */
  trial(): Promise<number>
  /** One round now, for tests; nothing before `begin`. */
  beat(): Promise<void>
  stop(): Promise<void>
}

/** Every ten minutes: so few lines that whoever reads the newest facts still finds those of people. */
const forgetEvery = minutes(10)
const tickLateMax = seconds(10)

/** Throws RangeError for a secret that could be guessed. */
export function openLifeSign(needs: LifeSignNeeds): LifeSign {
  const { settings, clock, log } = needs
  const secret = settings.ANLING_WATCHER_SECRET
  if (secret !== '' && secret.length < secretLengthMin)
    throw new RangeError(`ANLING_WATCHER_SECRET needs at least ${secretLengthMin} characters.`)
  const round = openPressRound({ ...needs, period: seconds(settings.ANLING_WATCHER_SECONDS) })
  let heartbeat: Heartbeat | null = null
  let stopForgetting = () => {}
  let door: ReturnType<typeof watchDoor> | null = null
  let press: () => Promise<number> = () => Promise.reject(new Error('the doors are not open yet'))
  return {
    begin(own) {
      const doors = doorsOf(own)
      press = inTurn(() => round.press(doors))
      door = watchDoor(clock, doors.broker)
      round.sweepUp().catch((error) => log('warn', `An alarm of our own could not be closed yet: ${sentenceOf(error)}`))
      if (settings.ANLING_WATCHER_URL === '') return
      heartbeat = startHeartbeat({ ...needs, press, trouble: () => lateTimekeeper(needs) })
      stopForgetting = clock.every(forgetEvery, () => forgetOld(needs, log))
    },
    withheld: () => heartbeat?.withheld() ?? null,
    outSince: () => door?.downSince() ?? heartbeat?.pressLostSince() ?? null,
    trial: () => press().finally(() => forgetOld(needs, log)),
    beat: async () => heartbeat?.beat(),
    async stop() {
      door?.stop()
      stopForgetting()
      await heartbeat?.stop()
    },
  }
}

/** One after the other: each begins by sweeping up what it finds, and would take another's alarm for a leftover. */
function inTurn<T>(work: () => Promise<T>): () => Promise<T> {
  let line: Promise<unknown> = Promise.resolve()
  return () => {
    const mine = line.then(work)
    line = mine.catch(() => {})
    return mine
  }
}

/** Everywhere is also here. */
const reached = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host)

/** The same doors as everybody's, from inside this machine. */
function doorsOf({ host: asked, mqttHost = asked, mqttPort, dashboard }: OwnDoors): Doors {
  const host = reached(asked)
  const { secure, port, origin } = dashboard
  const url = `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  return { broker: { host: reached(mqttHost), port: mqttPort }, screen: { url, origin: origin === '' ? url : origin } }
}

/** With no alarm open the auditor cannot see that nobody looks at the clock any more. */
function lateTimekeeper({ timekeeper, clock }: LifeSignNeeds): string | null {
  const at = timekeeper.lastTickAt()
  return at !== null && clock.elapsed() - at > tickLateMax ? 'deadlines are not being watched' : null
}

function forgetOld({ forget, settings }: LifeSignNeeds, log: Log): void {
  try {
    forget(settings.ANLING_DATA_DIR)
  } catch (error) {
    log('warn', `The traces of our own presses could not be taken away yet: ${sentenceOf(error)}`)
  }
}
