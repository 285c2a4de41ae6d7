/** A directory for measuring: homes with a terminal that carries a pendant, and tokens that the load generator can derive. */
import { createHash } from 'node:crypto'
import { hashToken } from '../../broker/credentials.ts'
import { systemClock } from '../../domain/clock.ts'
import type { Device } from '../../domain/device.ts'
import { openDatabase } from '../../store/sqlite/database.ts'
import { openDirectory } from '../../store/sqlite/directory.ts'
import { readPepper } from '../../store/sqlite/pepper.ts'
import type { Directory, DirectoryRows } from '../../store/store.ts'
import type { Login } from './load.ts'

/** Not a secret: tokens of measured devices follow from their ids. */
export const tokenOf = (deviceId: string): string => createHash('sha256').update(`bench ${deviceId}`).digest('base64url')
export const loginOf = (deviceId: string): Login => ({ id: deviceId, token: tokenOf(deviceId) })
export const terminalId = (home: number): string => `terminal-${home}`
export const pendantId = (home: number, button = 0): string => `pendant-${home}-${button}`

const site = { id: 'site-1', name: '测试社区', street: '一街道', district: '一区', city: '一市', timeZone: 'Asia/Shanghai', phone: '000' }

export type Seed = { homes: number; devicesPerHome: number; credentials: number }

/** Rows of homes `from`…`to - 1`; each home has a terminal and `devicesPerHome - 1` pendants. */
export function rowsOf(from: number, to: number, devicesPerHome: number): DirectoryRows {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i)
  const homes = numbers.map((n) => ({
    id: `home-${n}`,
    siteId: site.id,
    building: String(Math.floor(n / 60) + 1),
    unit: String((n % 3) + 1),
    door: String(n % 60),
    address: `测试路 ${n} 号`,
    entry: '',
    doorCode: '',
  }))
  const residents = numbers.map((n) => ({
    ...{ id: `resident-${n}`, siteId: site.id, homeId: `home-${n}`, name: `测试${n}`, sex: 'unknown' as const, birthYear: 1945, phone: '' },
    ...{
      livesAlone: true,
      speech: '',
      medical: [],
      mode: 'home' as const,
      modeUntil: null,
      inactivityDayHours: null,
      inactivityNightHours: null,
      silenceBudget: null,
    },
  }))
  return { sites: [site], homes, residents, contacts: [], devices: numbers.flatMap((n) => devicesOf(n, devicesPerHome)) }
}

function devicesOf(home: number, count: number): Omit<Device, 'number'>[] {
  const common = { siteId: site.id, residentId: `resident-${home}`, family: 'native' as const, base: '', room: '客厅' }
  const terminal = {
    ...common,
    id: terminalId(home),
    key: terminalId(home),
    gatewayId: null,
    role: 'terminal' as const,
    power: 'mains' as const,
    heartbeatSeconds: 60,
  }
  const pendants = Array.from({ length: count - 1 }, (_, i) => pendantId(home, i)).map((id) => ({
    ...{
      ...common,
      id,
      key: id,
      gatewayId: terminalId(home),
      role: 'sos-button' as const,
      power: 'battery' as const,
      heartbeatSeconds: null,
    },
  }))
  return [terminal, ...pendants]
}

/** Fills the folder; the platform must not be running on it. */
export async function seedFolder(dataDir: string, { homes, devicesPerHome, credentials }: Seed): Promise<void> {
  const pepper = readPepper(dataDir)
  const database = openDatabase({ dataDir, clock: systemClock, onTrouble: () => {}, onFatal: rethrow })
  const directory: Directory = openDirectory(database)
  for (let from = 0; from < homes; from += 10_000) await directory.put(rowsOf(from, Math.min(from + 10_000, homes), devicesPerHome))
  const ids = Array.from({ length: credentials }, (_, home) => terminalId(home))
  await Promise.all(ids.map((id) => directory.putCredential(id, hashToken(pepper, tokenOf(id)))))
  database.close()
}

function rethrow(error: unknown): never {
  throw error
}
