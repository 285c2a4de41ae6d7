/** The wire: Socket.IO in, signals out. Decides nothing; `stream.ts` and `desk.ts` do. */
import { batch } from '@preact/signals'
import { io, type Socket } from 'socket.io-client'
import type { Beat, LiveFact, ScreenToServer, ServerToScreen } from '../../contracts.ts'
import { elapsed, localNow } from '../shared/clock.ts'
import { leave } from '../shared/session.ts'
import * as desk from './desk.ts'
import { openReceipts } from './receipts.ts'
import { openStream } from './stream.ts'
import { onSweep } from './sweep-state.ts'

const painted = openReceipts()
const sounded = openReceipts()
let socket: Socket<ServerToScreen, ScreenToServer> | null = null
let beatAt = 0

function onBeat(beat: Beat): void {
  beatAt = elapsed()
  batch(() => {
    desk.clockOffset.value = beat.at - localNow()
    desk.link.value = { state: 'live', lastBeatAt: beat.at, silentMs: 0, attempts: 0 }
    if (beat.homes.length === 0) return
    desk.homes.value.change(beat.homes)
    desk.homesChanged.value += 1
  })
}

/** An answer is as good a sign of life as a beat, and comes up to two seconds sooner after an outage. */
function heardAgain(at: number): void {
  beatAt = elapsed()
  desk.link.value = { state: 'live', lastBeatAt: at, silentMs: 0, attempts: 0 }
}

function onFacts(facts: readonly LiveFact[]): void {
  for (const { kind, alarm } of facts) {
    if (alarm?.alarm.state === 'resolved') desk.settle(alarm.alarm.id)
    if (kind !== 'alarm-repeated' || alarm?.alarm.state !== 'acknowledged') continue
    desk.pressedAgain.value = new Map([...desk.pressedAgain.value, [alarm.alarm.id, alarm.alarm.presses]])
  }
}

/** Tells the server whether this screen is on watch and able to sound. Repeated at every connection. */
export function tellWatch(): void {
  const siteIds = desk.ownSites.value
  const sites = siteIds && { siteIds: [...siteIds] }
  socket?.emit('watch', { onDuty: desk.onDuty.value, soundRunning: desk.sound.value === 'running', ...sites })
}

export function tellPainted(alarmId: string, presses: number): void {
  if (socket?.connected && painted.first(alarmId, presses)) socket.emit('painted', { alarmId, presses })
}

export function tellSounded(alarmId: string, presses: number): void {
  if (socket?.connected && sounded.first(alarmId, presses)) socket.emit('sounded', { alarmId, presses })
}

/** Connects and stays connected; returns what ends it. */
export function startLive(): () => void {
  const wire: Socket<ServerToScreen, ScreenToServer> = io({
    transports: ['websocket'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 1_000,
    timeout: 4_000,
  })
  socket = wire
  beatAt = elapsed()
  const stream = openStream({
    hello: (since, answer) =>
      void wire.emit('hello', since, (reply) => {
        answer(reply)
        heardAgain('snapshot' in reply ? reply.snapshot.serverAt : desk.serverNow())
      }),
    elapsed,
    onPicture: (next) => {
      desk.picture.value = next
    },
    onSnapshot: ({ homes }) => desk.useHomes(homes),
    onFacts,
    onBeat,
  })
  wire.on('facts', stream.facts)
  wire.on('beat', stream.beat)
  wire.on('resync', stream.resync)
  wire.on('signed-out', leave)
  wire.on('sweep', onSweep)
  wire.on('connect', () => {
    painted.startOver()
    sounded.startOver()
    desk.connection.value += 1
    stream.connected()
    tellWatch()
  })
  wire.io.on('reconnect_attempt', (attempts) => {
    desk.link.value = { ...desk.link.value, attempts }
  })
  return () => {
    wire.disconnect()
    socket = null
  }
}

/** A socket that is open but has said nothing for this long is worth less than a new one. */
const renewAfterMs = 12_000
let renewedAt = 0

/** Called by the pulse: how long has it been silent? A frozen server keeps its socket open, so only the beats count. */
export function watchLink(): void {
  const silentMs = elapsed() - beatAt
  if (silentMs < desk.staleAfterMs) return
  desk.link.value = { ...desk.link.value, state: 'lost', silentMs }
  if (silentMs < renewAfterMs || elapsed() - renewedAt < renewAfterMs || !socket?.connected) return
  renewedAt = elapsed()
  socket.disconnect().connect()
}
