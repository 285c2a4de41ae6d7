/** Which residents a choice offers: those whose door and name hold every word that was typed, and whoever is chosen. Pure. */
import type { DirectoryRows } from '../../../store/store.ts'
import { doorNames } from './rows.ts'

export type Offer = { id: string; text: string }
type Asked = { siteId: string | null; typed: string; chosen: string }

/** `siteId` null: of all sites. */
export function offersOf(rows: DirectoryRows, { siteId, typed, chosen }: Asked): { found: readonly Offer[]; total: number } {
  const doors = doorNames(rows)
  const here = rows.residents
    .filter((resident) => siteId === null || resident.siteId === siteId)
    .map(({ id, homeId, name }) => ({ id, text: `${doors.get(homeId) ?? ''} ${name}` }))
  const wanted = typed.trim().toLowerCase().split(/\s+/)
  const holds = (text: string) => wanted.every((word) => text.toLowerCase().includes(word))
  return { found: here.filter(({ id, text }) => id === chosen || holds(text)), total: here.length }
}
