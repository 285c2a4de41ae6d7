/** What Aedes asks before it acts. No throw leaves here: a hook that fails refuses, and the connection closes. */
import type { AedesOptions, AuthErrorCode, AuthenticateError, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes'
import type { InboundMessage } from '../domain/message.ts'
import type { Clock } from '../domain/time.ts'
import type { openIntake } from './intake.ts'
import type { Answer, openLogins } from './logins.ts'
import { isPressTopic, mayBeAnswered, mayHear, mayPublish, verdictOn } from './rights.ts'
import type { Tally } from './tally.ts'
import { thank } from './thanks.ts'
import { untimed } from './time-limit.ts'
import type { Visit, Visited } from './visit.ts'

type Needs = {
  clock: Clock
  tally: Tally
  /** Gateways' own filters that one client may have. */
  subscriptions: number
  logins: ReturnType<typeof openLogins>
  intake: ReturnType<typeof openIntake>
  /** Sees who proves to be themselves by something else than a token. */
  recognise: (visit: Visit, packet: ConnectPacket) => void
  /** Called when a client is let in, before it is registered. */
  admitted: (client: Client) => void
  failed: (error: unknown) => void
}
type Done = (error?: Error | null) => void
type Hooks = Required<Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>

export function openHooks(needs: Needs): Hooks {
  const orRefuse = (refuse: (error: Error) => void, ask: () => void): void => {
    try {
      ask()
    } catch (error) {
      needs.failed(error)
      refuse(new Error('refused', { cause: error }))
    }
  }
  return {
    preConnect: (client, packet, done) =>
      orRefuse(
        (error) => done(error, false),
        () => {
          const visit = visitOf(client)
          if (visit) needs.recognise(visit, packet)
          done(null, strip(needs, packet))
        },
      ),
    authenticate: (...[client, username, password, done]) =>
      orRefuse(
        () => done(loginError({ refused: 'unavailable' }), null),
        () => needs.logins.ask(client, { username, password }, (answer) => answered(needs, client, { answer, done })),
      ),
    authorizePublish: (client, packet, done) => orRefuse(done, () => publish(needs, { client, packet, done })),
    authorizeSubscribe: (client, subscription, done) => orRefuse(done, () => done(null, granted(needs, client, subscription))),
    authorizeForward: (client, packet) => {
      const rights = visitOf(client)?.rights
      return rights && (mayHear(rights, packet.topic) || mayBeAnswered(rights, packet.topic)) ? packet : null
    },
  }
}

const visitOf = (client: Client | null): Visit | undefined => (client as Visited | null)?.conn.visit

/** No session outlives its connection, and nobody speaks after death: a will is no sign of anything (heartbeats are). */
function strip({ tally }: Needs, packet: ConnectPacket): true {
  packet.clean = true
  if (packet.will) {
    tally.wills++
    delete packet.will
  }
  return true
}

function answered(
  needs: Needs,
  client: Client,
  { answer, done }: { answer: Answer; done: (e: AuthenticateError | null, ok: boolean | null) => void },
) {
  const visit = visitOf(client)
  if ('rights' in answer && visit) {
    visit.rights = answer.rights
    needs.admitted(client)
    return done(null, true)
  }
  const refusal = 'refused' in answer ? answer : { refused: 'unavailable' as const }
  if (refusal.refused === 'unavailable') {
    needs.tally.loginsUnanswered++
    needs.failed(refusal.why)
  } else needs.tally.loginsRefused++
  done(loginError(refusal), null)
}

/** CONNACK codes: 2 identifier rejected, 3 server unavailable (try again), 4 bad user name or password. */
const codes = { 'bad-id': 2, unavailable: 3, 'bad-token': 4 } as const

const loginError = ({ refused }: { refused: keyof typeof codes }): AuthenticateError =>
  Object.assign(new Error(`login refused: ${refused}`), { returnCode: codes[refused] as AuthErrorCode })

const noPayload = Buffer.alloc(0)

function publish(needs: Needs, { client, packet, done }: { client: Client | null; packet: PublishPacket; done: Done }): void {
  const visit = visitOf(client)
  if (!visit?.rights || !mayPublish(visit.rights, packet.topic)) {
    needs.tally.publishesDenied++
    done(new Error('not a topic of this device'))
    return
  }
  const inbound: InboundMessage = {
    senderId: visit.rights.deviceId,
    topic: packet.topic,
    payload: packet.payload as Buffer,
    qos: packet.qos,
    retain: packet.retain,
    dup: packet.dup,
    receivedAt: needs.clock.now(),
  }
  packet.payload = noPayload
  if (packet.retain) {
    needs.tally.retained++
    packet.retain = false
  }
  const settled = (error?: Error | null): void => {
    // To Aedes a message that is thanked already looks like one that needs no thanks.
    if (!error && packet.qos === 1 && thank(visit, packet.messageId ?? 0)) packet.qos = 0
    done(error)
  }
  needs.intake.offer({ inbound, press: isPressTopic(packet.topic), visit, done: settled, ...untimed })
}

/** The subscription, or null, which the client reads as "refused" (128). */
function granted(needs: Needs, client: Client, subscription: Subscription): Subscription | null {
  const rights = visitOf(client)?.rights
  const verdict = rights ? verdictOn(rights, subscription.topic) : 'denied'
  const full = verdict === 'deaf' && Object.keys((client as Visited).subscriptions).length >= needs.subscriptions
  if (verdict !== 'denied' && !full) return subscription
  needs.tally.subscriptionsDenied++
  return null
}
