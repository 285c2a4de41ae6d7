/** The three doors: TCP, TLS and WebSocket. All sockets are counted against one limit of connections. */
import type { IncomingMessage } from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { BrokerLimits } from './limits.ts'
import type { Conn, Door } from './visit.ts'

export type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer }
/** PEM. `ca`: who signs device certificates; with it they are asked for, and with `required` nobody is let in without one. */
export type Certificate = { cert: string | Buffer; key: string | Buffer; ca?: string | Buffer; required?: boolean }

type Needs = {
  limits: BrokerLimits
  certificate: Certificate | undefined
  arrive: (conn: Conn, door: Door, stage: 'greeting' | 'waiting') => void
  /** Somebody asks to become a WebSocket: `upgrade` is called when its turn has come. */
  queueUpgrade: (upgrade: Upgrade) => void
  /** The house is full; true when somebody silent was sent away. */
  makeRoom: () => boolean
}

/** Opens no port yet. `listenTls` throws when there is no certificate; both listeners resolve to the port they got. */
export function openListeners({ limits, certificate, arrive, queueUpgrade, makeRoom }: Needs) {
  const servers: net.Server[] = []
  const sockets = openCounter(limits.connections, makeRoom)
  const secure = certificate && openSecure(certificate, limits, arrive)
  const web = openWeb(limits)

  const door = (enter: (socket: net.Socket) => void) => {
    // Nagle's algorithm would hold an acknowledgement back until the client's next packet: 4 ms measured instead of 0.1.
    const server = net.createServer({ noDelay: true, highWaterMark: limits.packetBytes }, (socket) => {
      if (sockets.enter(socket)) enter(socket)
    })
    servers.push(server)
    return server
  }

  return {
    listenTcp: (host: string, port: number) =>
      listen(
        door((socket) => arrive(socket, 'tcp', 'waiting')),
        host,
        port,
      ),
    listenTls(host: string, port: number): Promise<number> {
      if (!secure) throw new Error('TLS needs a certificate and its key')
      return listen(
        door((socket) => arrive(socket, 'tls', 'greeting')),
        host,
        port,
      )
    },
    /** From now on this certificate is shown to whoever connects. Throws when it is none; then the former one stays. */
    useCertificate(next: Certificate): void {
      const { cert, key, ca } = next
      secure?.server.setSecureContext({ cert, key, minVersion, ...(ca && { ca }) })
    },
    /** The greeting of this TLS connection has its turn: the handshake begins. */
    greet: (socket: Duplex): void => {
      if (!socket.destroyed) secure?.server.emit('connection', socket)
    },
    webSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      if (sockets.enter(socket)) queueUpgrade({ request, socket, head })
    },
    upgrade({ request, socket, head }: Upgrade): void {
      if (socket.destroyed) return
      web.handleUpgrade(request, socket, head, (webSocket) => arrive(createWebSocketStream(webSocket), 'ws', 'waiting'))
    },
    counts: () => ({ open: sockets.size(), turnedAway: sockets.turnedAway(), tlsRefused: secure?.refused() ?? 0 }),
    async close(): Promise<void> {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      sockets.destroyAll()
      await Promise.all(closed)
    },
  }
}

function listen(server: net.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // A storm arrives faster than it is let in: a short queue in the kernel would cost each one that overflows it a second and more.
    server.listen({ port, host, backlog: 4_096 }, () => resolve((server.address() as net.AddressInfo).port))
  })
}

/** Every open socket of every door, logged in or not, until it is closed. */
function openCounter(limit: number, makeRoom: () => boolean) {
  const sockets = new Set<Duplex>()
  let turnedAway = 0
  function forget(this: Duplex): void {
    sockets.delete(this)
  }
  return {
    /** Counts the socket; false, and the socket is destroyed, when the house is full. */
    enter(socket: Duplex): boolean {
      socket.on('error', ignore)
      if (sockets.size >= limit && !makeRoom()) {
        turnedAway++
        socket.destroy()
        return false
      }
      sockets.add(socket)
      socket.on('close', forget)
      return true
    },
    destroyAll: (): void => {
      for (const socket of sockets) socket.destroy()
    },
    size: () => sockets.size,
    turnedAway: () => turnedAway,
  }
}

const minVersion = 'TLSv1.2' as const

function openSecure(certificate: Certificate, limits: BrokerLimits, arrive: Needs['arrive']) {
  let refused = 0
  const { required = false, ...pem } = certificate
  const asking = { requestCert: certificate.ca !== undefined, rejectUnauthorized: required }
  const server = tls.createServer({ ...pem, ...asking, handshakeTimeout: limits.tlsHandshakeWait, minVersion })
  server.on('secureConnection', (socket) => arrive(socket, 'tls', 'waiting'))
  server.on('tlsClientError', (_error, socket) => {
    refused++
    socket.destroy()
  })
  return { server, refused: () => refused }
}

const openWeb = (limits: BrokerLimits) =>
  new WebSocketServer({
    noServer: true,
    maxPayload: limits.packetBytes,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (names) => (names.has('mqtt') ? 'mqtt' : false),
  })

function ignore(): void {}
