/** A button as it must behave: it holds each press until PUBACK, and sends it again with the same id after every reconnect. */
import { connect, type Socket } from 'node:net'
import type { Login } from './load.ts'
import { connectPacket, type Incoming, packetReader, pubackPacket, publishPacket } from './packets.ts'

type Press = { topic: string; payload: string; messageId: number; sends: number; done: (milliseconds: number) => void; firstSentAt: number }

export type PressClient = {
  /** Resolves with the milliseconds from the first send to PUBACK, however many sends it took. */
  press(topic: string, payload: string): Promise<number>
  /** Presses that are not acknowledged yet. */
  outstanding(): number
  connected(): boolean
  resends(): number
  close(): void
}

/** `port()` is asked at every dial, so that a restarted server may listen elsewhere. `retry` is the wait between dials in milliseconds. */
export function openPressClient(options: { login: Login; port: () => number; retry?: number }): PressClient {
  const presses = new Map<number, Press>()
  const state = { socket: null as Socket | null, ready: false, closed: false, nextId: 0, resends: 0 }
  const send = (press: Press) => {
    if (press.sends++ > 0) state.resends++
    state.socket?.write(publishPacket({ ...press, dup: press.sends > 1 }))
  }
  const understand = ({ kind, messageId, code }: Incoming) => {
    if (kind === 2 && code === 0) {
      state.ready = true
      for (const press of presses.values()) send(press)
    } else if (kind === 3 && messageId > 0) state.socket?.write(pubackPacket(messageId))
    else if (kind === 4) settle(presses, messageId)
  }
  const dial = () => {
    if (state.closed) return
    const socket = connect({ port: options.port(), host: '127.0.0.1', noDelay: true })
    const { id, token } = options.login
    state.socket = socket
    socket.on('connect', () => socket.write(connectPacket({ clientId: id, username: id, password: token })))
    socket.on('data', packetReader(understand))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      state.ready = false
      if (!state.closed) setTimeout(dial, options.retry ?? 50)
    })
  }
  dial()
  return {
    press: (topic, payload) =>
      new Promise((resolve) => {
        state.nextId = (state.nextId % 65_535) + 1
        const press = { topic, payload, messageId: state.nextId, sends: 0, done: resolve, firstSentAt: performance.now() }
        presses.set(press.messageId, press)
        if (state.ready) send(press)
      }),
    outstanding: () => presses.size,
    connected: () => state.ready,
    resends: () => state.resends,
    close() {
      state.closed = true
      state.socket?.destroy()
    },
  }
}

function settle(presses: Map<number, Press>, messageId: number): void {
  const press = presses.get(messageId)
  presses.delete(messageId)
  press?.done(performance.now() - press.firstSentAt)
}
