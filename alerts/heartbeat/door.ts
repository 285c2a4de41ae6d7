/** Looks every ten seconds whether the broker's door still opens: a process can live on behind a door that is shut. */
import { connect } from 'node:net'
import { type Clock, type Instant, seconds } from '../../domain/time.ts'

const lookEvery = seconds(10)
const patience = seconds(5)

/** `downSince`: the first look at which it did not open, or null. */
export function watchDoor(clock: Clock, address: { host: string; port: number }): { downSince(): Instant | null; stop(): void } {
  let downSince: Instant | null = null
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    const at = clock.now()
    const opened = await opens(clock, address)
    downSince = opened ? null : (downSince ?? at)
    looking = false
  }
  return { downSince: () => downSince, stop: clock.every(lookEvery, () => void look()) }
}

/** Never rejects. */
function opens(clock: Clock, address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const end = (opened: boolean) => {
      callOff()
      socket.destroy()
      resolve(opened)
    }
    const callOff = clock.later(patience, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
