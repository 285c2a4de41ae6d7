/** Every limit of the broker by name. None of them can make a press be refused while there is room to hold it. */
import { type Span, seconds } from '../domain/time.ts'

export type BrokerLimits = {
  /** Most open sockets at once, logged in or not. */
  connections: number
  /** Largest MQTT packet after login, in bytes behind the fixed header. */
  packetBytes: number
  /** The same for a foreign gateway: Zigbee2MQTT describes all its devices in one packet at each start. */
  gatewayPacketBytes: number
  /** Largest CONNECT packet, in bytes behind the fixed header. */
  connectBytes: number
  /** How long a socket may take to send its whole CONNECT (or its TLS greeting). */
  connectWait: Span
  tlsHandshakeWait: Span
  /** How long the credential may take to look up; then CONNACK 3. */
  credentialWait: Span
  /** How long `accept` may take; then no PUBACK and the connection closes. */
  acceptWait: Span
  /** How long a client may leave its socket full; then it is cut off. */
  drainWait: Span
  /** Longest keep-alive a client may ask for, in seconds; none at all is refused too. */
  keepaliveSeconds: number
  /** Messages of one client that may be on their way to the store at once; more wait their turn. */
  inFlightPerClient: number
  /** The same, counted apart, for messages on a press topic. */
  pressesPerClient: number
  /** Messages of all clients on their way to the store at once. Presses are counted apart and never held back by it. */
  inFlightTotal: number
  /** Messages that may wait for their turn, over all clients; beyond it the client with most of them is cut off. */
  waitingTotal: number
  /** Unfinished messages of one client up to which its socket is read on: a press behind them is seen at once. */
  readAhead: number
  /** Subscriptions of one client. */
  subscriptions: number
  /** Work units of admission done in one turn of the event loop (see turnstile.ts). */
  unitsPerTurn: number
  /** Logins that may be half done at once. */
  loginsAtOnce: number
  /** Takeovers of one client id within a minute that are worth a line in the log. */
  takeoversPerMinute: number
}

export const defaultLimits: Omit<BrokerLimits, 'connections'> = {
  packetBytes: 16 * 1024,
  gatewayPacketBytes: 4 * 1024 * 1024,
  connectBytes: 2 * 1024,
  connectWait: seconds(5),
  tlsHandshakeWait: seconds(10),
  credentialWait: seconds(3),
  acceptWait: seconds(5),
  drainWait: seconds(3),
  keepaliveSeconds: 300,
  inFlightPerClient: 512,
  pressesPerClient: 64,
  inFlightTotal: 20_000,
  waitingTotal: 20_000,
  readAhead: 1_024,
  subscriptions: 64,
  unitsPerTurn: 16,
  loginsAtOnce: 64,
  takeoversPerMinute: 5,
}

/** Files that must still open when every connection is taken: databases, logs, browsers, calls to the outside. */
const filesKeptFree = 2_000

/** The soft limit of open files less 2,000, never under 100. */
export function connectionsWithinFiles(): number {
  // Without this the report looks up the names of all addresses: seconds on a bad network.
  Object.assign(process.report, { excludeNetwork: true })
  const report: unknown = process.report.getReport()
  const soft = (report as { userLimits?: { open_files?: { soft?: number | string } } }).userLimits?.open_files?.soft
  return typeof soft === 'number' ? Math.max(100, soft - filesKeptFree) : 100_000
}
