/**
 * Connections leave one after the other. When a street loses power thousands of sockets end at once, and Aedes needs 50 µs and more for
 * each: done as they come, a press would wait behind them all. Only ends from outside wait: what the broker itself closes is closed at once.
 */
import type { Conn, Visit } from './visit.ts'

type Needs = { queue: (conn: Conn) => void }
type Stream = { push(chunk: unknown, encoding?: BufferEncoding): boolean; destroy(error?: Error): unknown }

/** What each connection was about to do when it was asked to wait. */
const leftUndone = new WeakMap<Visit, () => void>()

const own = (conn: Conn): Stream => Object.getPrototypeOf(conn)

/** The end of a connection takes its turn: `patient(conn)` when it arrives, then `leave(conn)` when its turn has come. */
export function openLeaving({ queue }: Needs) {
  let hurry = false

  function later(conn: Conn, act: () => void): void {
    const { visit } = conn
    if (hurry || !visit || leftUndone.has(visit)) {
      act()
      return
    }
    visit.leaving = true
    leftUndone.set(visit, act)
    // Who says all in one breath (CONNECT, PUBLISH, end) is heard out: its end waits for its login.
    if (visit.stage !== 'knocking' && visit.stage !== 'login') queue(conn)
  }
  function push(this: Conn, chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null) return own(this).push.call(this, chunk, encoding)
    later(this, () => {
      own(this).push.call(this, null)
      this.read(0)
    })
    return false
  }
  function destroy(this: Conn, error?: Error): Conn {
    const end = () => own(this).destroy.call(this, error)
    // Only after a failed read no more bytes can come: Node would choke on bytes for a socket that is destroyed but still open.
    const reset = (error as NodeJS.ErrnoException | undefined)?.syscall === 'read' && this.visit?.stage === 'in'
    if (reset) later(this, end)
    else end()
    return this
  }

  return {
    patient(conn: Conn): void {
      conn.push = push
      conn.destroy = destroy
    },
    /** The login is over: an end that came meanwhile gets in line. */
    loggedIn({ leaving, conn }: Visit): void {
      if (leaving) queue(conn)
    },
    leave({ visit }: Conn): void {
      const act = visit && leftUndone.get(visit)
      if (act) act()
    },
    /** The house closes: nobody waits any more. */
    hurry(): void {
      hurry = true
    },
  }
}
