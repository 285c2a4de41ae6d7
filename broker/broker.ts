/** The MQTT door (3.1.1): a message is thanked only after it is recorded, a device is only itself, and no client can hurt another. */
import { Aedes, type Client } from 'aedes'
import { type Log, sentenceOf } from '../domain/log.ts'
import type { Accept, Reply, StoredCredential } from '../domain/message.ts'
import { type Clock, milliseconds, type Span } from '../domain/time.ts'
import { repliedDevice, replyTopic } from '../domain/topics.ts'
import type { VendorLogins } from '../domain/vendor-login.ts'
import { openAdmission } from './admission.ts'
import { type DeviceCertificates, openArrivals } from './arrivals.ts'
import { type Awaited as AwaitedReplies, openAwaited } from './awaited.ts'
import { guardedRead } from './guard.ts'
import { openHooks } from './hooks.ts'
import { openIntake } from './intake.ts'
import { openLeaving } from './leaving.ts'
import { type BrokerLimits, connectionsWithinFiles, defaultLimits } from './limits.ts'
import { type Certificate, openListeners, type Upgrade } from './listeners.ts'
import { openLogins } from './logins.ts'
import { forgetfulPersistence, publishNowhere, silentEmitter } from './nowhere.ts'
import { openPresence } from './presence.ts'
import { readOn } from './read-on.ts'
import { recheck } from './recheck.ts'
import { replyPayload } from './replies.ts'
import { newTally } from './tally.ts'
import { openSubscribed, type Telling, tell } from './telling.ts'
import { type Lane, openTurnstile } from './turnstile.ts'
import type { Conn, Visit, Visited } from './visit.ts'

export type BrokerNeeds = {
  /** Makes a message durable. While it is pending there is no PUBACK; when it rejects there is none and the connection closes. */
  accept: Accept
  credential: (clientId: string) => Promise<StoredCredential | null>
  /** 32 secret bytes under which tokens are stored. */
  pepper: Uint8Array
  /** Devices that log in by the formula of another platform; absent: none may. */
  vendors?: Pick<VendorLogins, 'find'>
  /** Devices that log in by certificate; absent: none may. */
  certificates?: DeviceCertificates
  clock: Clock
  log: Log
  limits?: Partial<BrokerLimits>
  /** A device connected, or its last connection ended. */
  onPresence?: (deviceId: string, isHere: boolean) => void
  /** A device that has two valid tokens used the newest. */
  renewed?: (deviceId: string) => void
  /** Somebody listens from now on for what this device is told: itself, or the gateway that carries it. */
  onListening?: (deviceId: string) => void
  /** A Home Assistant asked for these topics just now. */
  onSubscribed?: (clientId: string, filters: readonly string[]) => void
  tls?: Certificate
}
export type Broker = Awaited<ReturnType<typeof openBroker>>

/** How often time limits are looked at. */
const sweepEvery = milliseconds(500)
const sweeps = (span: Span): number => Math.max(1, Math.ceil(span / sweepEvery))

/** Opens the broker; no port is opened until `listenTcp`, `listenTls` or `handleWebSocket`. */
export async function openBroker(needs: BrokerNeeds) {
  const { clock, accept } = needs
  const limits: BrokerLimits = { connections: connectionsWithinFiles(), ...defaultLimits, ...needs.limits }
  const tally = newTally()
  const failed = openComplaints(needs.log)
  const intake = openIntake({ accept, limits, patience: sweeps(limits.acceptWait), cutOff, failed: notRecorded })
  const logins = openLogins({ ...needs, patience: sweeps(limits.credentialWait) })
  const presence = openPresence({ ...needs, tally, failed, clients: () => clientsOf(aedes), ...limits })
  const seen = { recognise: openArrivals(needs), admitted: presence.admitted }
  const hooks = openHooks({ clock, tally, logins, intake, ...seen, failed, subscriptions: limits.subscriptions })
  const awaited = openAwaited()
  const aedes = await openAedes(limits, hooks, awaited)
  const entrance = openEntrance({ aedes, limits, tally, failed, certificate: needs.tls, left: intake.leave })
  const { listeners, admission } = entrance

  function cutOff(visit: Visit): void {
    tally.cutOff++
    visit.conn.destroy()
    intake.leave(visit)
  }
  function notRecorded(error: unknown): void {
    tally.notRecorded++
    failed(error)
  }

  listenTo(aedes, { entrance, presence, tally, failed, onListening: needs.onListening, onSubscribed: needs.onSubscribed })
  const stop = startSweep(clock, [intake.tick, logins.tick, admission.tick, failed.tick], presence.forgetTakeovers)

  return {
    listenTcp: listeners.listenTcp,
    listenTls: listeners.listenTls,
    /** For an HTTP server's `upgrade` event on the MQTT path. */
    handleWebSocket: listeners.webSocket,
    /** Sends a reply to its device, or to the gateway that carries it. True when somebody who listens for it was connected; `acknowledged` is called when it is thanked for. */
    send: (reply: Reply, acknowledged?: () => void): boolean =>
      send(awaited, presence.connectionOf(reply.deviceId), { reply, acknowledged }),
    /** Tells a device of another family what it waits for after its message: in its own tree of topics, once, while it is connected. */
    answer: (deviceId: string, said: Answer): void => answer(clientsOf(aedes)[deviceId] as Visited | undefined, said),
    /** Tells a Home Assistant what it asked for and may hear. True when it did. */
    tell: (clientId: string, said: Telling): boolean => tell(clientsOf(aedes)[clientId] as Visited | undefined, said),
    /** Closes the device's own connection, such as when its credential is revoked. True when there was one. */
    disconnect: (deviceId: string): boolean => disconnect(clientsOf(aedes)[deviceId]),
    /** After a change in the directory: rights anew for everybody connected, and out with whom it no longer knows. */
    recheck: () => recheck({ ...needs, clients: () => clientsOf(aedes) as Record<string, Visited>, disconnect }),
    useCertificate: listeners.useCertificate,
    counts: () => ({
      connected: Object.keys(clientsOf(aedes)).length,
      ...{ ...listeners.counts(), ...admission.counts(), ...intake.counts() },
      ...entrance.counts(),
      ...tally,
    }),
    async close(): Promise<void> {
      stop()
      entrance.hurry()
      await listeners.close()
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
    },
  }
}

type Entrance = ReturnType<typeof openEntrance>

/** Aedes, with everything it would forward, remember or assume taken away. */
async function openAedes(limits: BrokerLimits, hooks: ReturnType<typeof openHooks>, awaited: AwaitedReplies): Promise<Aedes> {
  const aedes = await Aedes.createBroker({
    ...hooks,
    authorizeForward: (client, packet) => awaited.stamp(hooks.authorizeForward(client, packet) ?? null),
    mq: silentEmitter(),
    persistence: forgetfulPersistence(awaited.acknowledged),
    concurrency: 0,
    connectTimeout: limits.connectWait,
    drainTimeout: limits.drainWait,
    keepaliveLimit: limits.keepaliveSeconds,
    maxClientsIdLength: 64,
    maxInflightInbound: limits.inFlightPerClient,
  })
  return Object.assign(aedes, { publish: publishNowhere })
}

type EntranceNeeds = {
  aedes: Aedes
  limits: BrokerLimits
  tally: ReturnType<typeof newTally>
  failed: (error: unknown) => void
  certificate: Certificate | undefined
  left: (visit: Visit) => void
}

/** From the listening ports through the turnstile to Aedes. */
function openEntrance({ aedes, limits, tally, failed, certificate, left }: EntranceNeeds) {
  let loginsNow = 0
  const read = guardedRead(limits, () => tally.packetsTooLarge++)

  const more = readOn(limits.readAhead)

  const turnstile = openTurnstile<Conn | Upgrade>({
    unitsPerTurn: limits.unitsPerTurn,
    isHeld: (lane) => loginsNow >= limits.loginsAtOnce && (lane === 'tcp' || lane === 'tls' || lane === 'ws'),
    failed,
    work: enter,
  })
  const leaving = openLeaving({ queue: (conn) => turnstile.pass('leaving', conn) })
  const admission = openAdmission({
    connectBytes: limits.connectBytes,
    patience: sweeps(limits.connectWait),
    complete: (conn, visit) => turnstile.pass(visit.stage === 'greeting' ? 'greeting' : visit.door, conn),
    left: (visit) => {
      loggedIn(visit)
      visit.stage = 'gone'
      left(visit)
    },
  })
  const listeners = openListeners({
    limits,
    certificate,
    arrive(...arrival) {
      leaving.patient(arrival[0])
      admission.arrive(...arrival)
    },
    queueUpgrade: (upgrade) => turnstile.pass('upgrade', upgrade),
    makeRoom: admission.sendOldestAway,
  })

  function enter(lane: Lane, thing: Conn | Upgrade): void {
    if ('request' in thing) listeners.upgrade(thing)
    else if (lane === 'leaving') leaving.leave(thing)
    else if (lane === 'greeting') listeners.greet(thing)
    else if (!thing.destroyed && thing.visit) {
      thing.visit.stage = 'login'
      loginsNow++
      thing.read = read
      thing.on('readable', more)
      aedes.handle(thing)
    }
  }
  /** The login of this connection is over, one way or the other. */
  function loggedIn(visit: Visit): void {
    if (visit.stage !== 'login') return
    visit.stage = 'in'
    loginsNow--
    leaving.loggedIn(visit)
    turnstile.wake()
  }
  return { listeners, admission, loggedIn, hurry: leaving.hurry, counts: () => ({ atTheDoor: turnstile.size(), loginsNow }) }
}

type Heard = {
  entrance: Entrance
  presence: ReturnType<typeof openPresence>
  tally: ReturnType<typeof newTally>
  failed: (error: unknown) => void
  onListening: BrokerNeeds['onListening']
  onSubscribed: BrokerNeeds['onSubscribed']
}

function listenTo(aedes: Aedes, { entrance, presence, tally, failed, onListening, onSubscribed }: Heard): void {
  aedes.on('clientReady', (client) => {
    const { visit } = client.conn as Conn
    if (visit) entrance.loggedIn(visit)
    presence.arrived(client)
  })
  aedes.on('clientDisconnect', presence.departed)
  const subscribed = openSubscribed(onSubscribed)
  aedes.on('subscribe', (subscriptions, client) => {
    subscribed(subscriptions, client as Visited)
    for (const { topic } of subscriptions) {
      const deviceId = repliedDevice(topic)
      if (deviceId !== null) onListening?.(deviceId)
    }
  })
  aedes.on('clientError', () => tally.connectionErrors++)
  aedes.on('connectionError', () => tally.connectionErrors++)
  // An EventEmitter: the typings leave this one out.
  ;(aedes as NodeJS.EventEmitter).on('error', failed)
}

const clientsOf = (aedes: Aedes): Readonly<Record<string, Client>> => (aedes as unknown as { clients: Record<string, Client> }).clients

type Sending = { reply: Reply; acknowledged: (() => void) | undefined }

function send(awaited: AwaitedReplies, client: Visited | null, { reply, acknowledged }: Sending): boolean {
  const topic = replyTopic(reply.deviceId)
  const visit = client?.conn.visit
  if (visit?.stage !== 'in' || !client?.subscriptions[topic]) return false
  awaited.send(visit, acknowledged, () =>
    client.publish({ cmd: 'publish', topic, payload: replyPayload(reply), qos: 1, dup: false, retain: false }, () => {}),
  )
  return true
}

type Answer = { topic: string; payload: string }

function answer(client: Visited | undefined, { topic, payload }: Answer): void {
  if (client?.conn.visit?.stage === 'in') client.publish({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }, () => {})
}

function disconnect(client: Client | undefined): boolean {
  client?.close()
  return client !== undefined
}

/** Not even a log that throws may end the process. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {}
}

/** Says what went wrong, at most once a sweep: a store that is down must not fill the disk with the news. */
function openComplaints(log: Log) {
  let silent = 0
  const complain = (error: unknown): void => {
    if (silent++ === 0) quietly(() => log('error', sentenceOf(error)))
  }
  return Object.assign(complain, {
    tick(): void {
      if (silent > 1) quietly(() => log('error', 'and more trouble of that kind', { times: silent - 1 }))
      silent = 0
    },
  })
}

function startSweep(clock: Clock, ticks: readonly (() => void)[], eachMinute: () => void): () => void {
  let count = 0
  return clock.every(sweepEvery, () => {
    for (const tick of ticks) tick()
    if (++count % (60_000 / sweepEvery) === 0) eachMinute()
  })
}
