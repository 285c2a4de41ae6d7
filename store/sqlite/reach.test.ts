/** The SQLite reach keeps the promises of every ReachStore. */
import { reachContract } from '../reach.contract.ts'
import { openWorld } from './world.contract.ts'

reachContract('SQLite', async () => {
  const { stores, reopen, discard } = await openWorld()
  return { reach: stores.reach, reopen: async () => (await reopen()).reach, discard }
})
