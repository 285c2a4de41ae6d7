/** The SQLite second factors keep the promises of every SecondFactors. */
import { secondFactorsContract } from '../second-factors.contract.ts'
import { openWorld } from './world.contract.ts'

secondFactorsContract('SQLite', async () => {
  const { stores, discard } = await openWorld()
  return { factors: stores.secondFactors, accounts: stores.accounts, discard }
})
