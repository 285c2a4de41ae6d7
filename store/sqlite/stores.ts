/** Everything that lives in `care.db`, opened at once: what `main.ts` and tools need. */

import type { DutyStore } from '../../domain/duty.ts'
import type { FamilyStore } from '../../domain/family.ts'
import type { FigureStore } from '../../domain/figures.ts'
import type { Accounts, CallBacks, CareStore, Directory, ReachStore, SecondFactors } from '../store.ts'
import { openAccounts } from './accounts.ts'
import { openCallBacks } from './call-backs.ts'
import { openCareStore } from './care.ts'
import { type DatabaseNeeds, openDatabase, type StorageHealth } from './database.ts'
import { openDirectory } from './directory.ts'
import { openDutyStore } from './duty.ts'
import { openFamily } from './family.ts'
import { openFigureStore } from './figures.ts'
import { openReach } from './reach.ts'
import { openSecondFactors } from './second-factors.ts'
import { openUpkeep, type Upkeep } from './upkeep.ts'

export type Stores = {
  care: CareStore
  directory: Directory
  accounts: Accounts
  secondFactors: SecondFactors
  reach: ReachStore
  duty: DutyStore
  figures: FigureStore
  family: FamilyStore
  callBacks: CallBacks
  upkeep: Upkeep
  health(): StorageHealth
  /** Commits made, and turns and other writes that were in them. */
  counts(): { commits: number; jobs: number }
  /** Commits what was asked for, then gives the folder back. */
  close(): Promise<void>
}

/** Throws OpenRefused, whose message is one sentence for the person at the console. */
export function openStores(needs: DatabaseNeeds): Stores {
  const database = openDatabase(needs)
  const care = openCareStore(database)
  return {
    care,
    directory: openDirectory(database),
    accounts: openAccounts(database),
    secondFactors: openSecondFactors(database),
    reach: openReach(database),
    duty: openDutyStore(database),
    figures: openFigureStore(database),
    family: openFamily(database),
    callBacks: openCallBacks(database),
    upkeep: openUpkeep(database),
    health: database.health,
    counts: database.counts,
    async close() {
      await care.close()
      database.close()
    },
  }
}
