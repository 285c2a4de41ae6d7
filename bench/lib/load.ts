/** A child process that loads a broker: many raw MQTT connections, heartbeats at a rate or flat out, reconnect storms. Spoken to by `bench/lib/loader.ts`. */
import { connect, type Socket } from 'node:net'
import { connectPacket, type Incoming, packetReader, pubackPacket, publishPackets } from './packets.ts'

export type Login = { id: string; token: string }
export type Order =
  | { do: 'connect'; port: number; logins: readonly Login[]; atOnce: number }
  | { do: 'rate'; perSecond: number; first: number }
  | { do: 'flood'; window: number }
  | { do: 'stop' }
  | { do: 'storm'; from: number }
export type Answer = { sent: number; acknowledged: number; seconds: number; open: number; attempts: number }

type Client = { login: Login; socket: Socket | null; ready: boolean; nextId: number; inFlight: number; topic: string }

const clients: Client[] = []
let port = 0
let sent = 0
let acknowledged = 0
let attempts = 0
let startedAt = performance.now()
let timer: NodeJS.Timeout | null = null
let window = 0
let waiting: (() => void) | null = null

const open = () => clients.reduce((count, client) => count + (client.ready ? 1 : 0), 0)

function dial(client: Client): void {
  attempts++
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  client.socket = socket
  client.inFlight = 0
  const read = packetReader((incoming) => understand(client, incoming))
  socket.on('data', (chunk) => {
    read(chunk)
    if (window > 0) fill(client)
  })
  socket.on('connect', () =>
    socket.write(connectPacket({ clientId: client.login.id, username: client.login.id, password: client.login.token })),
  )
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    if (client.socket !== socket) return
    client.ready = false
    setTimeout(() => dial(client), 200 + Math.random() * 800)
  })
}

function understand(client: Client, incoming: Incoming): void {
  if (incoming.kind === 2) {
    if (incoming.code !== 0) throw new Error(`${client.login.id} was refused with CONNACK ${incoming.code}`)
    client.ready = true
    waiting?.()
  } else if (incoming.kind === 4) {
    acknowledged++
    client.inFlight--
  } else if (incoming.kind === 3 && incoming.messageId > 0) client.socket?.write(pubackPacket(incoming.messageId))
}

/** What a terminal says in one heartbeat; its battery falls by one with every 250th. */
const payloadOf = (id: number, now: number): string =>
  `{"at":${now},"battery":${98 - Math.floor(id / 250)},"signal":-61,"mains":true,"uptime":${id * 60},"firmware":"2.4.1","seq":${id}}`

/** Sends `count` heartbeats of one terminal in one write: on a machine of few cores the load must not take from the server what it measures. */
function beat(client: Client, count = 1): void {
  if (!client.ready || count <= 0) return
  const firstId = client.nextId + count > 65_535 ? 1 : client.nextId + 1
  const now = Date.now()
  const payloads = Array.from({ length: count }, (_, n) => payloadOf(firstId + n, now))
  client.socket?.write(publishPackets({ topic: client.topic, payloads, firstId }))
  client.nextId = firstId + count - 1
  client.inFlight += count
  sent += count
}

const fill = (client: Client): void => beat(client, window - client.inFlight)

/** Sends `perSecond` in small slices, spread over the `first` connections, without drifting. */
function startRate({ perSecond, first }: { perSecond: number; first: number }): void {
  let owed = 0
  let last = performance.now()
  let turn = 0
  timer = setInterval(() => {
    const now = performance.now()
    owed += ((now - last) / 1000) * perSecond
    last = now
    for (; owed >= 1; owed--) {
      const client = clients[turn++ % first]
      if (client) beat(client)
    }
  }, 2)
}

function whenOpen(count: number): Promise<void> {
  return new Promise((resolve) => {
    waiting = () => {
      if (open() < count) return
      waiting = null
      resolve()
    }
    waiting()
  })
}

async function connectAll(order: { port: number; logins: readonly Login[]; atOnce: number }): Promise<void> {
  port = order.port
  for (let i = 0; i < order.logins.length; i += order.atOnce) {
    for (const login of order.logins.slice(i, i + order.atOnce)) {
      const client = { login, socket: null, ready: false, nextId: 0, inFlight: 0, topic: `care/${login.id}/heartbeat` }
      clients.push(client)
      dial(client)
    }
    await whenOpen(clients.length)
  }
}

/** Cuts the connections from index `from` on, and lets all of them come back at once. */
async function storm(from: number): Promise<void> {
  for (const client of clients.slice(from)) {
    const old = client.socket
    client.socket = null
    client.ready = false
    old?.destroy()
  }
  await new Promise((resolve) => setTimeout(resolve, 1000))
  attempts = 0
  startedAt = performance.now()
  for (const client of clients.slice(from)) dial(client)
  await whenOpen(clients.length)
}

function restart(): void {
  sent = 0
  acknowledged = 0
  startedAt = performance.now()
}

async function follow(order: Order): Promise<void> {
  if (order.do === 'connect') await connectAll(order)
  else if (order.do === 'storm') await storm(order.from)
  else if (order.do === 'rate') {
    restart()
    if (order.perSecond > 0) startRate(order)
  } else if (order.do === 'flood') {
    restart()
    window = order.window
    for (const client of clients) fill(client)
  } else {
    if (timer) clearInterval(timer)
    window = 0
  }
  const answer: Answer = { sent, acknowledged, seconds: (performance.now() - startedAt) / 1000, open: open(), attempts }
  process.send?.(answer)
}

process.on('message', (order: Order) => void follow(order))
process.on('disconnect', () => process.exit(0))
