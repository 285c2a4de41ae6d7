/** A screen without a browser: signs in like a person, listens like the wall, and sends the wall's receipts. */
import { io, type Socket } from 'socket.io-client'
import type { LiveFact, Me, ScreenToServer, ServerToScreen } from '../../dashboard/contracts.ts'

export type SignedIn = { origin: string; cookie: string; me: Me }

/** Makes the first administrator with the one-time code and signs in. */
export async function signIn(origin: string, setupCode: string): Promise<SignedIn> {
  const body = JSON.stringify({ code: setupCode, name: 'measurer', displayName: 'Measurer', password: 'a long enough sentence' })
  const answer = await fetch(`${origin}/api/setup`, { method: 'POST', headers: { 'content-type': 'application/json', origin }, body })
  if (!answer.ok) throw new Error(`sign-in failed: ${answer.status} ${await answer.text()}`)
  const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  return { origin, cookie, me: (await answer.json()) as Me }
}

/** One request to the API as this person. */
export function ask({ origin, cookie, me }: SignedIn, path: string, body?: unknown): Promise<Response> {
  const headers = { cookie, origin, 'x-csrf-token': me.csrfToken, 'content-type': 'application/json' }
  return fetch(`${origin}${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) })
}

/** A screen of our platform: `onFact` hears each fact; every priority-1 ring is answered with "painted" and "sounded". */
export async function openWall(signed: SignedIn, onFact: (fact: LiveFact) => void): Promise<() => void> {
  const socket: Socket<ServerToScreen, ScreenToServer> = io(signed.origin, {
    transports: ['websocket'],
    extraHeaders: { cookie: signed.cookie, origin: signed.origin },
  })
  socket.on('facts', (facts) => {
    for (const fact of facts) {
      onFact(fact)
      answerRing(socket, fact)
    }
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', () => socket.emit('hello', null, () => resolve()))
    socket.on('connect_error', reject)
  })
  socket.emit('watch', { onDuty: true, soundRunning: true })
  return () => socket.disconnect()
}

function answerRing(socket: Socket<ServerToScreen, ScreenToServer>, { alarm }: LiveFact): void {
  if (alarm?.alarm.priority !== 1 || alarm.alarm.state !== 'raised') return
  const receipt = { alarmId: alarm.alarm.id, presses: alarm.alarm.presses }
  socket.emit('painted', receipt)
  socket.emit('sounded', receipt)
}

/** A screen of the bare peer. */
export async function openBareWall(origin: string, onFact: (fact: unknown) => void): Promise<() => void> {
  const socket = io(origin, { transports: ['websocket'] })
  socket.on('facts', (facts: unknown[]) => facts.forEach(onFact))
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()))
  return () => socket.disconnect()
}
