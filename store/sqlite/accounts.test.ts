/** The SQLite accounts keep the promises of every Accounts. */
import { accountsContract } from '../accounts.contract.ts'
import { openWorld } from './world.contract.ts'

accountsContract('SQLite', async () => {
  const { stores, reopen, discard } = await openWorld()
  return { accounts: stores.accounts, reopen: async () => (await reopen()).accounts, discard }
})
