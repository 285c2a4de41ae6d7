/** What relatives say to an alarm, what lets them see how somebody is, and what is kept of it. Types only: what a page may show is decided where it is asked for. */
import type { Instant } from './time.ts'

/** One tap: 知道了 · 我过去 · 我给她打电话 · 去不了. */
export const familyAnswers = ['know', 'going', 'will-call', 'cannot'] as const
export type FamilyAnswer = (typeof familyAnswers)[number]

/** How the resident said yes. */
export const consentWays = ['spoken', 'written'] as const
export type ConsentHow = (typeof consentWays)[number]

/** That she agreed that this person sees how she is: without it no page opens, and when it is withdrawn every page closes. `by`: who of the centre wrote it down. */
export type Consent = { residentId: string; contactId: string; how: ConsentHow; note: string; at: Instant; by: string }

/** Opens the page once; only the hash of the token is kept. */
export type FamilyInvitation = { tokenHash: string; residentId: string; contactId: string; madeAt: Instant; expiresAt: Instant }

/** A relative's telephone. The secret of its cookie is kept nowhere. */
export type FamilyPhone = { id: string; label: string; csrfToken: string; madeAt: Instant; expiresAt: Instant; usedAt: Instant }

/** What a telephone may see: one elder, as one of her contacts. `pushId`: the subscription of this browser for that contact, '' for none. */
export type FamilyLink = { residentId: string; contactId: string; joinedAt: Instant; pushId: string }

/** Links that hold now: consent given, the contact still hers. Somebody with none sees nothing. */
export type JoinedPhone = FamilyPhone & { idHash: string; links: readonly FamilyLink[] }

/** Whoever wants one message a day, when (minutes after midnight by the clock of `timeZone`, '' = the home's), and the last local day that is done. */
export type DailyWish = { residentId: string; contactId: string; minute: number; timeZone: string; doneDay: string }

/** For the record of who did it; stored with what it tells of, or neither is. */
type Line = { at: Instant; userId: string; action: string; subjectId: string; detail: string }
type Hers = { residentId: string; contactId: string }

export type JoinAttempt = {
  tokenHash: string
  at: Instant
  /** The telephone as it will be when it is new. One that is known keeps what it has, and sees one elder more. */
  phone: FamilyPhone & { idHash: string }
  line: (joined: Hers) => Line
}

/** Whoever lives near and agreed, themselves, that her relatives see and call their telephone. Ends with the contact, and with the number. */
export type NearPhones = {
  /** Ids of her contacts. */
  sharedBy(residentId: string): Promise<readonly string[]>
  /** `by`: who of the centre wrote it down. Throws a RangeError when this contact is not hers. */
  share(agreed: Hers & { at: Instant; by: string }, line: Line): Promise<void>
  /** False when it was not shared. */
  unshare(hers: Hers, line: Line): Promise<boolean>
}

/** Whom elders let see how they are, and the telephones that do. All answers are of this moment: a consent that ended a moment ago opens nothing. */
export type FamilyStore = NearPhones & {
  consentsOf(residentId: string): Promise<readonly Consent[]>
  /** Inserts or replaces. Throws a RangeError when this contact is not hers. */
  putConsent(consent: Consent, line: Line): Promise<void>
  /** Ends every link, invitation, push and daily message that rested on it. False when there was none. */
  withdrawConsent(hers: Hers, line: Line): Promise<boolean>
  putInvitation(invitation: FamilyInvitation, line: Line): Promise<void>
  /** Unused ones that hold at `now`. */
  invitationsOf(residentId: string, now: Instant): Promise<readonly Pick<FamilyInvitation, 'contactId' | 'expiresAt'>[]>
  /** Uses the invitation up; nothing changes unless it holds. */
  join(attempt: JoinAttempt): Promise<Hers | 'unknown' | 'used' | 'expired'>
  /** Synchronous, so that nothing can come between looking and telling. Null for an unknown, ended or expired telephone; links may be empty. */
  phone(idHash: string, now: Instant): JoinedPhone | null
  /** It was used, and lives until `expiresAt`. */
  touch(idHash: string, life: { usedAt: Instant; expiresAt: Instant }): Promise<void>
  phonesOf(
    residentId: string,
  ): Promise<readonly (Pick<FamilyPhone, 'id' | 'label' | 'usedAt'> & Pick<FamilyLink, 'contactId' | 'joinedAt'>)[]>
  /** Ends what one telephone (null: every one, and open invitations) sees of one elder. False when there was nothing. */
  unlink(hers: Hers, phoneId: string | null, line: Line): Promise<boolean>
  /** Which subscription is this browser's for that contact; '' for none. */
  setPush(phoneId: string, contactId: string, pushId: string): Promise<void>
  /** Synchronous: does any telephone of this contact see the page? */
  isJoined(contactId: string): boolean
  daily(contactId: string): Promise<DailyWish | null>
  /** `minute` null: no message. */
  putDaily(wish: Omit<DailyWish, 'minute'> & { minute: number | null }): Promise<void>
  /** All wishes whose consent holds. */
  dailies(): Promise<readonly DailyWish[]>
  dailyDone(contactId: string, day: string): Promise<void>
}
