/** The rooms of the live side, named in one place. Only the server joins anybody to them. */
import type { Server, Socket } from 'socket.io'
import { lifeSignSite } from '../../domain/life-sign.ts'
import type { ScreenToServer, ServerToScreen } from '../contracts.ts'
import type { Scope } from './access.ts'
import type { Signed } from './sessions.ts'

export type ScreenData = {
  signed: Signed
  scope: Scope
  key: string
  onDuty: boolean
  soundRunning: boolean
  /** The sites it is on watch for; null: all that it sees. */
  watchedSites: readonly string[] | null
  /** How many beats in a row nothing left for this screen although something waited. */
  stalledBeats: number
  flushedBytes: number
  hellos: number
  hellosSince: number
}

/** Nothing that arrives is trusted to have its shape, whatever the contract says of honest screens. */
type Heard = { [event in keyof ScreenToServer]: (...given: unknown[]) => void }
type Nothing = Record<string, never>
export type LiveServer = Server<Heard, ServerToScreen, Nothing, ScreenData>
export type Live = Socket<Heard, ServerToScreen, Nothing, ScreenData>

const everySite = 'wall:*'
/** Who sees a fact of this site: its own people, and those who see all. The platform's own presses are shown to its own screen alone. */
export const wallRooms = (siteId: string): string[] => (siteId === lifeSignSite ? [`wall:${siteId}`] : [`wall:${siteId}`, everySite])
export const roomsOfScope = (scope: Scope): string[] => (scope === 'all' ? [everySite] : scope.map((siteId) => `wall:${siteId}`))
export const roomOfBeat = (key: string): string => `beat:${key}`
export const roomOfSession = (idHash: string): string => `session:${idHash}`
export const roomOfUser = (userId: string): string => `user:${userId}`
