/** Between the password and the session: who was right once and must still show a second factor. Kept in memory, for minutes, for a few tries. */
import { randomBytes } from 'node:crypto'
import { after, type Clock, type Instant, minutes } from '../../domain/time.ts'
import type { SecondFactors } from '../../store/store.ts'
import type { Audit } from './audit.ts'
import type { OneTimeCodes } from './one-time-codes.ts'
import { refuse } from './refused.ts'

const ticketFor = minutes(5)
const ticketsMax = 10_000
/** Wrong codes of one person before nobody may try for a while: a million codes, ten tries a quarter of an hour. */
const wrongMost = 10
const wrongFor = minutes(15)

export type CodeNeeds = { factors: SecondFactors; codes: OneTimeCodes; audit: Audit; clock: Clock }

/** Checks codes of both kinds; the same for signing in and for the first code of a new app. */
export function openCodeCheck({ factors, codes, audit, clock }: CodeNeeds) {
  const wrong = new Map<string, { count: number; until: Instant }>()
  const mustHaveTries = (userId: string) => {
    const tried = wrong.get(userId)
    if (tried && tried.until <= clock.now()) wrong.delete(userId)
    else if (tried && tried.count >= wrongMost) throw refuse(429, 'too-many', 'Too many wrong codes. Please wait a quarter of an hour.')
  }
  const countTry = (userId: string) => {
    const count = (wrong.get(userId)?.count ?? 0) + 1
    wrong.set(userId, { count, until: after(clock.now(), wrongFor) })
  }
  const oneTime = async (userId: string, code: string, action: string): Promise<boolean> => {
    const secret = await factors.oneTimeSecret(userId)
    if (!secret || (action === 'sign-in' && !secret.confirmed)) return false
    const step = codes.stepOf({ userId, sealed: secret.sealed, code, now: clock.now() })
    return step !== null && factors.useStep(userId, step, audit.line({ userId, action, subjectId: userId, detail: 'one-time-code' }))
  }
  const recovery = (userId: string, code: string) => {
    const line = audit.line({ userId, action: 'sign-in', subjectId: userId, detail: 'recovery-code' })
    return factors.useRecoveryCode({ userId, hash: codes.hashOf(userId, code), at: clock.now() }, line)
  }
  return {
    /** By which way the code was right, or null. A right code is used up and recorded. Throws 429 after too many wrong ones. */
    async check(userId: string, code: string, action: 'sign-in' | 'add-one-time-code'): Promise<'one-time-code' | 'recovery-code' | null> {
      mustHaveTries(userId)
      // Counted before anybody knows: tries that come all at once are as many tries.
      countTry(userId)
      const digits = code.replaceAll(/\s/g, '')
      const isDigits = /^\d{6}$/.test(digits)
      const isRight = isDigits ? await oneTime(userId, digits, action) : action === 'sign-in' && (await recovery(userId, code))
      if (isRight) wrong.delete(userId)
      return isRight ? (isDigits ? 'one-time-code' : 'recovery-code') : null
    },
  }
}
export type CodeCheck = ReturnType<typeof openCodeCheck>

/** `passwordHash`: of the password that earned it; with another one it is worth nothing. */
type Earned = { name: string; passwordHash: string }

/** Tickets for the second step: secrets that a right password earned. */
export function openTickets(clock: Clock) {
  const tickets = new Map<string, Earned & { until: Instant }>()
  return {
    give({ name, passwordHash }: Earned): string {
      for (const [each, { until }] of tickets) {
        if (until > clock.now() && tickets.size < ticketsMax) break
        tickets.delete(each)
      }
      const ticket = randomBytes(24).toString('base64url')
      tickets.set(ticket, { name, passwordHash, until: after(clock.now(), ticketFor) })
      return ticket
    },
    /** Whose it is and by which password, or null. */
    earnedBy(ticket: string): Earned | null {
      const one = tickets.get(ticket)
      return one && one.until > clock.now() ? one : null
    },
    end: (ticket: string) => void tickets.delete(ticket),
  }
}
