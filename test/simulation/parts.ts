/** What the simulation is made of: the world outside, and a process inside it. */
import type { Audit } from '../../alerts/audit.ts'
import type { openDesk } from '../../alerts/desk.ts'
import type { SilenceRegister } from '../../alerts/silence.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type { CareStore, RegisterPage } from '../../store/store.ts'
import type { Act, Illness } from './acts.ts'
import type { Disk } from './memory-store.ts'
import type { SimClock } from './sim-clock.ts'
import type { View } from './view.ts'

export type Process = {
  desk: ReturnType<typeof openDesk>
  silence: SilenceRegister
  audit: Audit
  /** Monotonic, in milliseconds. */
  startedAt: number
}

/** What ends with the process: nothing of it goes on, nobody is answered. */
export type Body = { clock: Clock & { kill(): void }; dead: boolean }

type Crash = Extract<Act, { kind: 'crash' }>

/** A message that its device keeps and sends again until it is thanked. */
export type Message = { id: string; home: number; kind: 'sos' | 'test' | 'other'; draftAt: (at: Instant) => CareEventDraft }

/** `to`: a person's id, or null for the place itself. */
export type Arrival = { alarmId: string; step: number; to: string | null; channel: string; at: number }

export type World = {
  clock: SimClock
  disk: Disk
  pages: Map<string, RegisterPage>
  view: View
  trouble: {
    /** Monotonic moments, in milliseconds. */
    failsUntil: number
    readsFail: boolean
    slowUntil: number
    slowBy: number
    channels: Map<string, { how: Illness; until: number }>
    /** Fail until they heal, also when all other trouble is over. */
    dead: Map<string, Illness>
    nextCrash: { when: Exclude<Crash['when'], 'now'>; seconds: number } | null
  }
  process: Process | null
  /** Time passes and the process does nothing. */
  stalled: boolean
  /** The wall clock was turned, and turned back: then stamps and deadlines lie far from now. */
  turned: boolean
  turnedBack: boolean
  powerCut: boolean
  still: boolean
  dead: Set<number>
  /** Whenever the platform heard each home's terminal, and whenever it started; monotonic. */
  heardAt: Map<number, number[]>
  startedAt: number[]
  sent: Message[]
  thanked: Map<string, Message>
  /** Alarms that a carer asked to close. */
  closeAsked: Set<string>
  /** Who is on duty. */
  onDuty: readonly string[]
  phonesOff: Set<string>
  /** What really came to a person or a place; monotonic. */
  arrived: Arrival[]
  /** `<call> <channel>`: a channel said no for good to this call. */
  refused: Set<string>
  complaints: string[]
  mistakes: string[]
  lying: boolean
  /** The siren says delivered and stays silent. Only to show that the simulation notices. */
  mute: boolean
  /** What a deliberate mistake does to the store of the desk. */
  mutate: (store: CareStore) => CareStore
  crash(seconds: number): void
  send(message: Message): void
  /** Asks the running process, as a screen does; nobody repeats it. */
  ask(draft: CareEventDraft): void
  heals(home: number): boolean
}
