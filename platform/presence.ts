/** Whose connection ended and did not come back: said to the watch over silence, which misses those on mains after a minute. */
import type { SilenceRegister } from '../alerts/silence.ts'
import type { Clock } from '../domain/time.ts'
import type { Directory } from '../store/store.ts'

type Needs = { directory: Pick<Directory, 'device'>; silence: Pick<SilenceRegister, 'left' | 'departures'>; clock: Clock }

/** `noted`: for the broker, at each arrival and departure. After `stop` it hears no more: our own end is nobody's goodbye. */
export function followPresence({ directory, silence, clock }: Needs) {
  /** Numbers of those who are away now; null while the directory is asked. */
  const away = new Map<string, number | null>()
  let isOver = false
  const leave = async (deviceId: string): Promise<void> => {
    away.set(deviceId, null)
    const at = clock.now()
    const device = await directory.device(deviceId)
    // Back before we knew who it is.
    if (!away.has(deviceId)) return
    if (device?.power !== 'mains' || device.heartbeatSeconds === null) return void away.delete(deviceId)
    away.set(deviceId, device.number)
    silence.left?.(device, at)
  }
  return {
    noted(deviceId: string, isHere: boolean): void {
      if (isOver) return
      if (!isHere) return void leave(deviceId).catch(() => away.delete(deviceId))
      const number = away.get(deviceId)
      away.delete(deviceId)
      if (number) silence.departures.delete(number)
    },
    stop(): void {
      isOver = true
    },
  }
}
