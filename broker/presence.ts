/** Which device is here, who carries whom, and who is fighting whom for one name. */
import type { Client } from 'aedes'
import type { Log } from '../domain/log.ts'
import type { Tally } from './tally.ts'
import type { Conn, Visited } from './visit.ts'

type Needs = {
  /** Aedes' own register of connected clients. */
  clients: () => Readonly<Record<string, Client>>
  tally: Tally
  log: Log
  takeoversPerMinute: number
  /** A device connected, or its last connection ended. */
  onPresence?: ((deviceId: string, isHere: boolean) => void) | undefined
  failed: (error: unknown) => void
}

export function openPresence({ clients, tally, log, takeoversPerMinute, onPresence, failed }: Needs) {
  /** Carried device → the gateways that carry it now. */
  const carriers = new Map<string, string>()
  let takeovers = new Map<string, number>()

  function reportFight(deviceId: string): void {
    try {
      log('warn', 'two connections take one device from each other', { deviceId })
    } catch (error) {
      failed(error)
    }
  }

  return {
    /** The client is who it says it is, and is about to be registered. */
    admitted(client: Client): void {
      const before = clients()[client.id]
      if (!before || (before.conn as Conn).visit?.leaving) return
      tally.takeovers++
      const times = (takeovers.get(client.id) ?? 0) + 1
      takeovers.set(client.id, times)
      if (times === takeoversPerMinute) reportFight(client.id)
    },
    arrived(client: Client): void {
      const { visit } = client.conn as Conn
      // Aedes says "ready" even of a client that was closed on the way: it must not stay present for ever.
      if (!visit || visit.stage === 'gone' || clients()[client.id] !== client) return
      visit.present = true
      for (const deviceId of visit.rights?.carries ?? []) carriers.set(deviceId, client.id)
      onPresence?.(client.id, true)
    },
    departed(client: Client): void {
      const { visit } = client.conn as Conn
      if (!visit?.present) return
      visit.present = false
      for (const deviceId of visit.rights?.carries ?? []) {
        if (carriers.get(deviceId) === client.id) carriers.delete(deviceId)
      }
      // Another connection of the same name took its place: then it is here.
      const now = clients()[client.id]
      if (!now || now === client) onPresence?.(client.id, false)
    },
    /** The connection on which this device is reached: its own, or that of the one that carries it. */
    connectionOf(deviceId: string): Visited | null {
      const own = clients()[deviceId] ?? clients()[carriers.get(deviceId) ?? '']
      return own ? (own as Visited) : null
    },
    /** Once a minute. */
    forgetTakeovers(): void {
      takeovers = new Map()
    },
  }
}
