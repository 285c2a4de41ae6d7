/** What the dashboard must be given, and the shape of the app its routes are added to. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Desk } from '../../alerts/desk.ts'
import type { Silence } from '../../alerts/silence.ts'
import type { Bus } from '../../bus/bus.ts'
import type { AlarmKind } from '../../domain/alarm.ts'
import type { DutyStore } from '../../domain/duty.ts'
import type { JoinedPhone } from '../../domain/family.ts'
import type { FigureStore } from '../../domain/figures.ts'
import type { Log } from '../../domain/log.ts'
import type { SlowChange } from '../../domain/slow-change.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import type {
  Accounts,
  AuditLine,
  CallBacks,
  CareStore,
  Directory,
  HistoryStore,
  Quarantine,
  SecondFactors,
  TelemetryStore,
} from '../../store/store.ts'
import type { Banner } from '../contracts.ts'
import type { Deed } from './access.ts'
import type { ProfileDesk, WayIn } from './device-parts.ts'
import type { DutyParts } from './duty/needs.ts'
import type { EnrolmentParts, VendorDesk } from './enrolment-parts.ts'
import type { ModeNews } from './family/mode-news.ts'
import type { FamilyParts } from './family/parts.ts'
import type { HomeAssistantParts } from './home-assistant-parts.ts'
import type { RequestOrigin } from './origins.ts'
import { refuse } from './refused.ts'
import type { SecondFactorRule } from './second-factor.ts'
import type { SelfTestParts } from './self-test-parts.ts'
import type { Signed } from './sessions.ts'
import type { SweepParts } from './sweep-parts.ts'
import type { UpkeepParts } from './upkeep-parts.ts'
import type { WebhookQueueParts } from './webhook-queue-parts.ts'

export type DashboardSettings = {
  host: string
  port: number
  /** PEM texts; turns on HTTPS. */
  tls?: { cert: string | Buffer; key: string | Buffer }
  /** Origin that browsers use when a proxy stands in front, or ''. */
  publicOrigin: string
  /** For admins, supervisors and auditors; absent: optional. */
  secondFactor?: SecondFactorRule
  /** HH:MM at the site when walls load themselves anew; '' or absent: never. */
  reloadAt?: string
  /** Absolute path of the folder with the built screens. */
  webRoot: string
}

/** What main knows about the platform's health. Codes and sentences only: anybody may read them. */
export type PlatformHealth = { reasons: readonly { code: string; message: string }[]; banner: Banner | null }

/** A time-series server that readings are sent to, and what it would not take. */
export type RefusingServer = {
  refused(limit: number): Promise<readonly { id: number; at: Instant; line: string; why: string }[]>
  health(): { refusedReadings: number }
}

/** A callback as it came in; `url` is the whole address as the provider was given it, `headers` have names in lower case. */
export type ProviderReport = {
  provider: string
  url: string
  headers: Readonly<Record<string, string | undefined>>
  body: string
  at: Instant
}
/** Records the report; resolves with what the provider is to be answered. */
export type TakeReport = (report: ProviderReport) => Promise<{ status: 200 | 400 | 403 | 404; body: string }>

export type Reachable = { personId: string; subjectId: string; siteId: string; kind: AlarmKind }
export type WaysOf = (person: Reachable) => Promise<readonly string[]>

export type DashboardNeeds = {
  store: CareStore
  directory: Directory
  accounts: Accounts
  telemetry: TelemetryStore
  history: HistoryStore
  quarantine: Quarantine
  /** Where the figures of alarms are kept; absent: there are no reports. */
  figures?: FigureStore
  /** Rotas, for the shifts and seats of the reports; absent: nobody wrote any. */
  duty?: Pick<DutyStore, 'shifts' | 'exceptions'>
  /** What people have besides a password, and the key that seals it (32 bytes, not in the database); absent: passwords alone. */
  secondFactors?: { factors: SecondFactors; key: Uint8Array }
  /** Null or absent: readings stay on this machine. */
  influx?: RefusingServer | null
  /** Absent: nobody is called again after an alarm. */
  callBacks?: CallBacks
  desk: Desk
  bus: Bus
  silence: Silence
  clock: Clock
  log: Log
  settings: DashboardSettings
  /** The one-time code that lets the first admin in; printed on the console by main. */
  setupCode: string
  health: () => PlatformHealth
  /** Whose days slowly changed for the worse, by site; absent: nobody looks. */
  changesOf?: (siteId: string) => { lastDay: string | null; people: readonly { residentId: string; changes: readonly SlowChange[] }[] }
  /** Names of the channels that are set up; absent: not known. */
  channelNames?: readonly string[]
  /** By which ways a person could be reached now, for an alarm of this kind; absent: nobody's ways are known. */
  waysOf?: WaysOf
  /** Rotas and shift notes; absent: nobody is on duty by a rota. */
  onDuty?: DutyParts
  /** Takes what a telephone provider reports; absent: nothing is reported here. */
  takeReport?: TakeReport
  /** Mapping profiles; absent: nobody writes any. */
  profiles?: ProfileDesk
  /** Devices that wait to be claimed, and test walks; absent: nobody enrols any. */
  enrolment?: EnrolmentParts
  /** Where devices connect to; absent: nobody knows. */
  mqtt?: () => { port: number; secure: boolean }
  /** Logins by other platforms' formulas; absent: there are none. */
  vendors?: VendorDesk
  /** Where platforms push what their devices say; absent: nothing is taken over HTTP. */
  wayIn?: WayIn
  /** Whom elders let see how they are; absent: there is no family page. */
  family?: FamilyParts
  /** Makes a new token for a device, keeps its hash (with the line that says for whom, or neither) and returns it once. */
  newDeviceToken: (deviceId: string, line: AuditLine) => Promise<string>
  /** Home Assistants that may listen; absent: none may. */
  homeAssistants?: HomeAssistantParts
  /** What is on its way to webhooks; absent: nothing is sent here. */
  outgoing?: WebhookQueueParts
  /** What the test at the start of a shift tries; absent: there is none. */
  selfTest?: SelfTestParts
  /** Welfare sweeps; absent: none are made. */
  sweepDesk?: SweepParts
  /** Cases of broken devices, and what admins set up; absent: none of it is here. */
  upkeep?: UpkeepParts
  /** Of a directory that tells of itself who changed modes, whoever does so; absent: only changes made here are told. */
  modeNews?: ModeNews
  /** What the platform's own screen shows at the door of the live side; absent: it has none. */
  ownScreenSecret?: string
  /** Takes over a connection that wants to become something else (MQTT over WebSocket). True when it did. */
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

declare module 'fastify' {
  interface FastifyRequest {
    /** The origin the request was sent to; set before any route runs. */
    own: RequestOrigin | null
    signed: Signed | null
    /** The relative's telephone; only on routes of the family. */
    phone: JoinedPhone | null
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed to do. A route under /api without it cannot be added. */
    needs?: Deed | 'nobody' | 'anybody-signed-in' | 'family'
    /** For `anybody-signed-in`: an API key may ask too. */
    keys?: boolean
  }
}

/** The person behind a request whose route needs one. */
export function signedIn(request: FastifyRequest): Signed {
  if (!request.signed) throw refuse(401, 'signed-out', 'Please sign in.')
  return request.signed
}

export function ownOrigin(request: FastifyRequest): RequestOrigin {
  if (!request.own) throw refuse(421, 'wrong-host', 'This address is not served here.')
  return request.own
}
