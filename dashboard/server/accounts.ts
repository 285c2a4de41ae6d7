/** Accounts, joined: signing in, one's own account, and the staff, on one check of second factors. */
import type { Clock } from '../../domain/time.ts'
import type { Accounts, Directory, SecondFactors } from '../../store/store.ts'
import type { Audit } from './audit.ts'
import type { App, DashboardSettings } from './needs.ts'
import { openOneTimeCodes } from './one-time-codes.ts'
import { addOwnAccount } from './own-account.ts'
import { openPasskeys } from './passkeys.ts'
import type { Passwords } from './passwords.ts'
import { openCodeCheck, openTickets } from './second-step.ts'
import type { Sessions } from './sessions.ts'
import { addSignIn } from './sign-in.ts'
import type { InTurn } from './turns.ts'

export type AccountsNeeds = {
  directory: Pick<Directory, 'sites'>
  accounts: Accounts
  secondFactors?: { factors: SecondFactors; key: Uint8Array }
  sessions: Sessions
  passwords: Passwords
  audit: Audit
  clock: Clock
  settings: DashboardSettings
  setupCode: string
  cutSession: (idHash: string) => void
  cutUser: (userId: string) => void
  inTurn: InTurn
}

export function addAccounts(app: App, needs: AccountsNeeds): void {
  const seconds = needs.secondFactors ? openSeconds(needs.secondFactors, needs) : null
  addSignIn(app, { ...needs, seconds })
  addOwnAccount(app, { ...needs, seconds, rule: needs.settings.secondFactor ?? 'optional' })
}

function openSeconds(
  { factors, key }: { factors: SecondFactors; key: Uint8Array },
  { audit, clock }: Pick<AccountsNeeds, 'audit' | 'clock'>,
) {
  const codes = openOneTimeCodes(key)
  const codeCheck = openCodeCheck({ factors, codes, audit, clock })
  return { factors, codes, codeCheck, passkeys: openPasskeys({ clock }), tickets: openTickets(clock) }
}
