/** A screen of our own: a real Socket.IO client that comes in by the same door as every wall and takes the facts that walls take. */
import { io } from 'socket.io-client'
import type { Alarm } from '../../domain/alarm.ts'

/** What a screen is told of an alarm; the rest of it is for people. */
export type Shown = { kind: string; alarm: { alarm: Pick<Alarm, 'id' | 'causes' | 'presses' | 'state'> } | null }

export type ScreenDoor = {
  /** Where the dashboard listens, on this machine. */
  url: string
  /** What the browser would say of the page it shows: the address people use. */
  origin: string
  secret: string
}

export type Screen = { leave(): void }

/** Resolves once it was given its first picture; rejects with what the door said. `shown` hears each fact. */
export function openScreen(door: ScreenDoor, { shown, signal }: { shown: (fact: Shown) => void; signal: AbortSignal }): Promise<Screen> {
  const socket = io(door.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    autoConnect: false,
    // Our own address: the certificate is made out to the name that people use.
    rejectUnauthorized: false,
    extraHeaders: { host: new URL(door.origin).host, origin: door.origin, cookie: `anling=${door.secret}; __Host-anling=${door.secret}` },
  })
  const leave = () => void socket.disconnect()
  signal.addEventListener('abort', leave, { once: true })
  socket.on('facts', (facts: readonly Shown[]) => {
    for (const fact of facts) shown(fact)
  })
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      leave()
      reject(new Error('the door of the screens did not open', { cause: error }))
    }
    socket.on('connect_error', fail)
    signal.addEventListener('abort', () => fail(new Error('called off')), { once: true })
    socket.on('connect', () => socket.emit('hello', null, () => resolve({ leave })))
    socket.connect()
  })
}
