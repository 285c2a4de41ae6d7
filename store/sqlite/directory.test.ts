/** The SQLite directory keeps the promises of every Directory. */
import { directoryContract } from '../directory.contract.ts'
import { openWorld } from './world.contract.ts'

directoryContract('SQLite', async () => {
  const { stores, reopen, discard } = await openWorld()
  return { directory: stores.directory, reopen: async () => (await reopen()).directory, discard }
})
