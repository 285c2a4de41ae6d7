/** Ten thousand homes behind a few gateways: written into a folder, moved about a thousand times a second, and called from twice a second. */
import { hashToken } from '../../broker/credentials.ts'
import { systemClock } from '../../domain/clock.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { readPepper } from '../../store/sqlite/pepper.ts'
import type { DirectoryRows } from '../../store/store.ts'
import { openPressClient } from './press-client.ts'
import { loginOf, pendantId, rowsOf, tokenOf } from './seed.ts'

const homesPerHub = 500
const hubId = (hub: number): string => `hub-${hub}`
const motionId = (home: number): string => `motion-${home}`
const hubOf = (home: number): number => Math.floor(home / homesPerHub)
const hubsOf = (homes: number): number[] => Array.from({ length: Math.ceil(homes / homesPerHub) }, (_, hub) => hub)

/** Each home has a movement sensor and a pendant; both speak through the gateway of their street, so that no connection is measured here. */
function townRows(homes: number): DirectoryRows {
  const { devices: _, ...rows } = rowsOf(0, homes, 1)
  const common = { siteId: 'site-1', family: 'native' as const, base: '', heartbeatSeconds: null }
  const hubs = hubsOf(homes).map((hub) => ({
    ...{ ...common, id: hubId(hub), key: hubId(hub), residentId: null, gatewayId: null, role: 'gateway' as const },
    ...{ room: '', power: 'mains' as const, heartbeatSeconds: 3_600 },
  }))
  const carried = rows.residents.flatMap(({ id }, home) => {
    const part = { ...common, residentId: id, gatewayId: hubId(hubOf(home)), power: 'battery' as const }
    return [
      { ...part, id: motionId(home), key: motionId(home), role: 'motion' as const, room: '客厅' },
      { ...part, id: pendantId(home), key: pendantId(home), role: 'sos-button' as const, room: '' },
    ]
  })
  return { ...rows, devices: [...hubs, ...carried] }
}

/** Fills the folder; the platform must not be running on it. */
export async function seedTown(dataDir: string, homes: number): Promise<void> {
  const pepper = readPepper(dataDir)
  const onFatal = (error: unknown): never => {
    throw error
  }
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal })
  const directory = openDirectory(database)
  await directory.put(townRows(homes))
  for (const hub of hubsOf(homes)) await directory.putCredential(hubId(hub), hashToken(pepper, tokenOf(hubId(hub))))
  database.close()
}

export type Town = {
  /** Somebody moves in `perSecond` homes, another home each time; returns what stops it. */
  move(perSecond: number): () => void
  /** Resolves with PUBACK. */
  press(home: number): Promise<number>
  /** Movements thanked so far. */
  thanked(): number
  close(): void
}

const sliceMs = 20

/** Speaks for the whole town; resolves when every gateway is connected. */
export async function openTown(port: number, homes: number): Promise<Town> {
  const hubs = hubsOf(homes).map((hub) => openPressClient({ login: loginOf(hubId(hub)), port: () => port }))
  while (!hubs.every((hub) => hub.connected())) await new Promise((resolve) => setTimeout(resolve, 10))
  let next = 0
  let thanked = 0
  let presses = 0
  const moveOne = () => {
    // A prime step, so that the changes lie all over the wall.
    next = (next + 7919) % homes
    void hubs[hubOf(next)]?.press(`care/${motionId(next)}/motion`, '{"active":true}').then(() => {
      thanked += 1
    })
  }
  return {
    move(perSecond) {
      let owed = 0
      let last = performance.now()
      const timer = setInterval(() => {
        const now = performance.now()
        owed += ((now - last) / 1_000) * perSecond
        last = now
        for (; owed >= 1; owed -= 1) moveOne()
      }, sliceMs)
      return () => clearInterval(timer)
    },
    press(home) {
      presses += 1
      return (
        hubs[hubOf(home)]?.press(`care/${pendantId(home)}/sos`, JSON.stringify({ id: `press-${presses}-${home}` })) ?? Promise.resolve(0)
      )
    },
    thanked: () => thanked,
    close() {
      for (const hub of hubs) hub.close()
    },
  }
}
