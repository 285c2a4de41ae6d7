/** Who may open a live connection: this origin's own pages, with a session that may watch. Everything else that wants to upgrade is handed on or closed. */
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { fastifyCookie } from '@fastify/cookie'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { can } from './access.ts'
import type { Origins } from './origins.ts'
import { type LiveServer, roomOfUser } from './rooms.ts'
import { cookieName, type Sessions, type Signed } from './sessions.ts'

export type AdmitNeeds = {
  httpServer: HttpServer
  origins: Origins
  sessions: Pick<Sessions, 'find' | 'recheck'>
  log: Log
  onUpgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => boolean) | undefined
}

type Answer = (refusal: string | null | undefined, allowed: boolean) => void

export type Door = {
  allowRequest(request: IncomingMessage, answer: Answer): void
  signedOf(request: IncomingMessage): Signed | undefined
  /** Ends what is still connected without asking: a frozen screen answers no goodbye. */
  cutWires(): void
  /** Counts the connections of each person from now on. */
  watch(io: LiveServer): void
}

const screensMax = 1_000
const screensPerPerson = 20
const livePath = '/socket.io/'

export function openDoor({ httpServer, origins, sessions, log, onUpgrade }: AdmitNeeds): Door {
  const admitted = new WeakMap<IncomingMessage, Signed>()
  let io: LiveServer | null = null
  const hasRoom = ({ user }: Signed) =>
    io !== null && io.sockets.sockets.size < screensMax && (io.sockets.adapter.rooms.get(roomOfUser(user.id))?.size ?? 0) < screensPerPerson
  const check = async (request: IncomingMessage): Promise<string | null> => {
    const own = origins.of({ headers: request.headers, remoteAddress: request.socket.remoteAddress })
    // A browser always says where a WebSocket comes from; without this check any page could open one with our cookie.
    if (!own || request.headers.origin !== own.origin) return 'foreign-origin'
    const signed = await sessions.find(fastifyCookie.parse(request.headers.cookie ?? '')[cookieName(own)])
    if (!signed || signed.isLimited || !can(signed.user, 'watch')) return 'signed-out'
    if (!hasRoom(signed)) return 'too-many'
    admitted.set(request, signed)
    return null
  }
  const wires = new Set<Duplex>()
  httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.startsWith(livePath)) {
      wires.add(socket)
      return void socket.once('close', () => wires.delete(socket))
    }
    socket.on('error', () => socket.destroy())
    try {
      if (onUpgrade?.(request, socket, head)) return
    } catch (error) {
      log('error', 'An upgraded connection could not be handed on.', { why: sentenceOf(error) })
    }
    socket.destroy()
  })
  return {
    cutWires() {
      for (const wire of wires) wire.destroy()
    },
    signedOf: (request) => admitted.get(request),
    watch(server) {
      io = server
    },
    allowRequest(request, answer) {
      check(request).then(
        (refusal) => answer(refusal, refusal === null),
        (error: unknown) => {
          log('error', 'A live connection could not be checked.', { why: sentenceOf(error) })
          answer('storage-trouble', false)
        },
      )
    },
  }
}
