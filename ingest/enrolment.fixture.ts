/** A disk of lives for tests: lists in memory, that fail when told to. */
import type { DeviceLife, DeviceNote, LifeLine, LifeStore } from '../domain/enrolment-life.ts'

import type { VisitStore } from '../domain/enrolment-visits.ts'

/** Nobody visits. */
export const noVisits: VisitStore = { add: async () => {}, redeem: async () => null, open: async () => [], end: async () => false }

export type LifeDisk = LifeStore & { lines: LifeLine[] }

export function lifeDisk(): LifeDisk {
  const lives = new Map<string, DeviceLife>()
  const notes = new Map<string, DeviceNote>()
  const lines: LifeLine[] = []
  return {
    lines,
    lives: () => [...lives.values()],
    notes: () => [...notes.values()],
    async saveLife(life, line) {
      lives.set(life.deviceId, life)
      lines.unshift(line)
    },
    writeLife: () => {},
    async saveNotes(list) {
      for (const one of list) notes.set(one.deviceId, one)
    },
    historyOf: async (deviceId, limit) => lines.filter((line) => line.deviceId === deviceId).slice(0, limit),
    historyIn: async (residentId, limit) => lines.filter((line) => line.residentId === residentId).slice(0, limit),
  }
}
