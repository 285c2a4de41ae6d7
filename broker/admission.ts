/**
 * Between the socket and Aedes: a connection is shown to Aedes only when its whole CONNECT has arrived, and a TLS handshake begins
 * only when its whole greeting has. Whoever connects and says nothing costs a socket and one small object, for five seconds.
 */
import { type FirstBytes, firstPacket, firstRecord } from './guard.ts'
import { type Conn, type Door, newVisit, type Visit } from './visit.ts'

type Needs = {
  /** Largest CONNECT, in bytes. */
  connectBytes: number
  /** Sweeps that a silent socket may stay; see time-limit.ts. */
  patience: number
  /** What was awaited is here, unread, in the stream's own buffer. */
  complete: (conn: Conn, visit: Visit) => void
  /** Called once for each connection when it is closed, at whatever stage. */
  left: (visit: Visit) => void
}
type Why = 'silent' | 'foreign' | 'large'
type Admission = Needs & { now: number; silent: Set<Conn>; refused: Record<Why, number> }

export function openAdmission(needs: Needs) {
  const admission: Admission = { ...needs, now: 0, silent: new Set(), refused: { silent: 0, foreign: 0, large: 0 } }
  const look = lookout(admission)
  const leave = farewell(admission)
  return {
    /** A new connection, its bytes still to come: a TLS greeting, or the CONNECT. */
    arrive(conn: Conn, door: Door, stage: 'greeting' | 'waiting'): void {
      conn.visit = newVisit(conn, { door, stage, since: admission.now })
      conn.on('error', ignore)
      conn.on('readable', look)
      conn.on('end', endEarly)
      conn.on('close', leave)
      admission.silent.add(conn)
    },
    tick: (): void => tick(admission),
    /** Room is needed: the one who has been silent longest goes. False when nobody is silent. */
    sendOldestAway(): boolean {
      const [oldest] = admission.silent
      if (oldest) refuse(admission, oldest, 'silent')
      return oldest !== undefined
    },
    counts: () => ({
      silent: admission.silent.size,
      refusedSilent: admission.refused.silent,
      refusedForeign: admission.refused.foreign,
      refusedLarge: admission.refused.large,
    }),
  }
}

/** One listener for all connections: a closure for each would be memory for nothing. */
function lookout(admission: Admission) {
  const look = (bytes: Uint8Array): FirstBytes => firstPacket(bytes, admission.connectBytes)
  return function onReadable(this: Conn): void {
    const { visit } = this
    const found = visit ? peek(this, visit, visit.stage === 'greeting' ? firstRecord : look) : 'foreign'
    if (found === 'partial') return
    this.removeListener('readable', onReadable)
    admission.silent.delete(this)
    if (found === 'whole' && visit) admission.complete(this, visit)
    else refuse(admission, this, found === 'large' ? 'large' : 'foreign')
  }
}

/** Looks at the first bytes; when they are whole they go back into the stream, and the next reader gets them all. */
function peek(conn: Conn, visit: Visit, look: (bytes: Uint8Array) => FirstBytes): FirstBytes {
  const bytes: Buffer | null = conn.read()
  if (bytes === null) return 'partial'
  const early = visit.early ? Buffer.concat([visit.early, bytes]) : bytes
  const found = look(early)
  // Part of them must not go back: the stream would call at once, and for ever, to have them read again.
  visit.early = found === 'partial' ? early : null
  if (found === 'whole') conn.unshift(early)
  return found
}

function refuse(admission: Admission, conn: Conn, why: Why): void {
  admission.silent.delete(conn)
  admission.refused[why]++
  conn.destroy()
}

function tick(admission: Admission): void {
  admission.now++
  // In order of arrival: the first who is not due ends the sweep.
  for (const conn of admission.silent) {
    if (admission.now - (conn.visit?.since ?? 0) <= admission.patience) return
    refuse(admission, conn, 'silent')
  }
}

function farewell(admission: Admission) {
  return function onClose(this: Conn): void {
    admission.silent.delete(this)
    if (this.visit) admission.left(this.visit)
  }
}

function endEarly(this: Conn): void {
  if (this.visit?.stage === 'waiting' || this.visit?.stage === 'greeting') this.destroy()
}

function ignore(): void {}
