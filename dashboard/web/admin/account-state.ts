/** What the parts of "my account" share: the state of the account, and the way a wish of theirs is sent. */
import type { Signal } from '@preact/signals'
import type { FactorMade, OwnAccount } from '../../contracts-accounts.ts'
import type { Answer } from '../shared/api.ts'
import { dayTime } from '../shared/format.ts'
import { language, refusalText } from '../shared/i18n/i18n.ts'

/** What the parts share: the state of the account, and what they may say and do to it. */
export type Account = {
  state: OwnAccount
  /** Asks the server anew. */
  again: () => Promise<void>
  /** A new session came with a new factor: take it, and show the codes that are shown once. */
  made: (answer: FactorMade) => void
  showCodes: (codes: readonly string[]) => void
  said: Signal<string>
}

/** Sends, and says what became of it; true when it was granted. */
export async function did<T>(account: Account, answer: Answer<T>): Promise<boolean> {
  account.said.value = answer.ok ? '' : refusalText(answer.refused)
  // The time in which changes are allowed may be over.
  if (answer.ok || answer.refused.code === 'confirm-needed') await account.again()
  return answer.ok
}

/** In the centre's zone: the same line of the record reads the same on every machine. */
export const ownTime = (at: number): string => dayTime(at, Date.now(), { language: language.value, timeZone: '' })
