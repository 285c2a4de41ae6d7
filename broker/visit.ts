/** One connection from its first byte to its end: all the broker keeps of it, in one small object on the socket. */
import type { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import type { InboundMessage } from '../domain/message.ts'
import type { Instant } from '../domain/time.ts'
import type { Rights } from './rights.ts'
import type { Timed } from './time-limit.ts'

/** A PUBLISH on its way to the store. `done` with an error: no PUBACK. */
export type Message = Timed & { inbound: InboundMessage; press: boolean; visit: Visit; done: (error?: Error | null) => void }

/** `deviceId` '' : they tried, and failed. */
export type Proof = { by: 'vendor'; deviceId: string } | { by: 'certificate'; deviceId: string; serial: string; madeAt: Instant }

export type Door = 'tcp' | 'tls' | 'ws'

export type Visit = {
  readonly conn: Conn
  readonly door: Door
  /** greeting: TLS has not begun · waiting for its CONNECT · knocking: CONNECT is here · login: Aedes has it · in · gone. */
  stage: 'greeting' | 'waiting' | 'knocking' | 'login' | 'in' | 'gone'
  /** It has ended or is being closed, and waits for its turn to leave. */
  leaving: boolean
  /** It is in Aedes' register, and what it carries is reached through it. */
  present: boolean
  /** Tick of the shared sweep when the socket arrived. */
  since: number
  /** The first bytes, while they are not yet a whole CONNECT or greeting. */
  early: Buffer | null
  rights: Rights | null
  /** How it proves to be itself when it is not by a token. */
  proof: Proof | null
  /** The size guard: bytes of the present packet still to come, its size so far read, and the weight of the next length byte. */
  left: number
  size: number
  weight: number
  /** Messages handed to `accept` and not settled, presses apart; and those that wait for their turn. */
  inFlight: number
  presses: number
  line: Message[] | null
  pressLine: Message[] | null
  /** Messages to be thanked for when this moment ends; see thanks.ts. */
  thanks: number[] | null
  /** QoS 2 message ids between PUBREC and PUBREL. */
  halfDone: Set<number> | null
}

export type Conn = Duplex & { visit?: Visit; client?: Client }
/** A client as it really is: on one of our connections, with the filters it was granted. */
export type Visited = Client & { conn: Conn; subscriptions: Readonly<Record<string, unknown>> }

/** Messages of this connection that are not settled yet. */
export const unsettled = ({ inFlight, presses, line, pressLine }: Visit): number =>
  inFlight + presses + (line?.length ?? 0) + (pressLine?.length ?? 0)

export const newVisit = (conn: Conn, { door, stage, since }: Pick<Visit, 'door' | 'stage' | 'since'>): Visit => ({
  conn,
  door,
  stage,
  since,
  leaving: false,
  present: false,
  early: null,
  rights: null,
  proof: null,
  left: 0,
  size: 0,
  weight: 0,
  inFlight: 0,
  presses: 0,
  line: null,
  pressLine: null,
  thanks: null,
  halfDone: null,
})
