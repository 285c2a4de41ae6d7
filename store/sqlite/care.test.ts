/** The SQLite care store keeps the promises of every CareStore. */
import { careStoreContract } from '../care.contract.ts'
import { openWorld } from './world.contract.ts'

careStoreContract('SQLite', async () => {
  const { stores, reopen, discard } = await openWorld()
  return { store: stores.care, reopen: async () => (await reopen()).care, discard }
})
