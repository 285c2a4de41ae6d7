/** What the server and the family's page say to each other. Types only; both sides import them, so a change is a compile error on both. */
import type { AlarmKind, FactKind, Outcome, Priority, Reason } from '../domain/alarm.ts'
import type { DayFacts } from '../domain/daily.ts'
import type { Role } from '../domain/device.ts'
import type { ConsentHow, FamilyAnswer } from '../domain/family.ts'
import type { Mode, Relation } from '../domain/people.ts'
import type { DailySpan } from '../domain/reach.ts'
import type { Instant } from '../domain/time.ts'
import type { Verdict } from '../domain/verdict.ts'

/*
 * The page lives at `/family` (and `/family/…`, the same file). Its places are behind the `#`, so that a secret never reaches a log or a link preview:
 *   /family#/join/<token>      from the QR code; the page asks "join on this phone?" and posts it (opening the link alone uses nothing up)
 *   /family#/alarm/<alarmId>   what messages to relatives link to (the id is URI-encoded)
 *
 * The phone is known by a cookie of its own (`__Host-anling-family`, HttpOnly, SameSite=Lax; over plain loopback `anling-family`). It is never a sign-in
 * of the centre's staff, and no page of the staff is reached with it. Every request but GET and `join` carries `x-csrf-token` (from FamilyMe).
 * Refusals are `Refused` of contracts.ts: 401 `not-joined` (this phone joined nobody, or access ended: show how to ask the centre for a new link),
 * 403 `csrf`, 404 `not-found` (also for every elder and alarm that is not hers), 409, 410 `link-used` | `link-expired` (join), 429, 503.
 *
 *   POST   /api/family/join                     JoinRequest → FamilyMe       one-time; a phone that joined before joins one elder more
 *   GET    /api/family/me                       → FamilyMe
 *   POST   /api/family/leave                    LeaveRequest → FamilyMe, or 204 when nobody is left (the cookie is gone then)
 *   GET    /api/family/today                    → FamilyToday
 *   GET    /api/family/alarms/:id               → FamilyAlarm
 *   POST   /api/family/alarms/:id/answer        AnswerRequest → FamilyAlarm  409 `already-resolved` when it is over
 *   GET    /api/family/elders/:id/history       → FamilyHistory              14 days
 *   POST   /api/family/elders/:id/mode          FamilyModeRequest → FamilyModeAnswer
 *   GET    /api/family/elders/:id/reach         → FamilyReach
 *   PUT    /api/family/elders/:id/reach         FamilyReachChange → FamilyReach
 *   PUT    /api/family/push                     PushRequest → PushState      this browser, for all elders of this phone; again whenever the browser has a new one
 *   DELETE /api/family/push                     → 204
 *   POST   /api/family/push/test                → PushTest                   429 when asked more than six times a minute; 409 `no-push` without a subscription
 *   GET    /api/family/push/test/:id            → PushTest                   after a reconnect
 *   POST   /api/family/push/received            PushReceived → 204           from the service worker for every push: `{ id }` of the message, cookie or not
 *   GET    /api/family/live                     text/event-stream, see FamilyNews
 */

/** 43 letters of base64url, from the address behind `#/join/`. `label`: what this phone may be called in the list of phones, '' for none. `language`: of the page, and so of what is sent to whoever said nothing yet; Chinese without it. */
export type JoinRequest = { token: string; label?: string; language?: 'zh' | 'en' }
/** Ends what this phone sees of one elder; `residentId` null: of everybody. */
export type LeaveRequest = { residentId: string | null }

export type FamilyMe = {
  csrfToken: string
  serverAt: Instant
  elders: readonly FamilyElder[]
  /** VAPID public key for `pushManager.subscribe`, base64url; '' when the centre has not set up pushes: then do not offer them. */
  pushKey: string
}

/** Somebody who can be at her door soon. */
export type NearPhone = { name: string; relation: Relation; hasKey: boolean; phone: string }

/** One elder of this phone. */
export type FamilyElder = {
  residentId: string
  /** Her name in the centre's directory. */
  name: string
  /** What this relative calls her (妈妈); '' when not said: show `name`. */
  subject: string
  /** For `tel:`; '' when not known. */
  phone: string
  /** Everything of hers is shown in this IANA zone, wherever the phone is. */
  timeZone: string
  centre: { name: string; phone: string }
  /** Who lives near and agreed that her relatives call them: keyholders first. */
  near: readonly NearPhone[]
  /** Who this relative is, as the centre wrote it down. */
  self: { name: string; relation: Relation }
}

export type FamilyToday = { at: Instant; elders: readonly ElderToday[] }

export type { FamilyAnswer } from '../domain/family.ts'
export type { Verdict } from '../domain/verdict.ts'

export type ElderToday = FamilyElder & {
  verdict: Verdict
  /** The first sign of life of this morning. */
  upAt: Instant | null
  /** The last sign of life: when, how many whole minutes before `FamilyToday.at`, and in which room (as the centre named it; '' = not known). */
  lastAt: Instant | null
  lastMinutes: number | null
  lastRoom: string
  mode: Mode
  modeUntil: Instant | null
  /** What keeps the home from being heard, and since when; `seen`: nothing. */
  sight: 'seen' | 'sensor' | 'terminal' | 'area'
  blindSince: Instant | null
  /** The most urgent open alarm about her person; null: none. Device troubles are in `devices`. */
  alarm: FamilyAlarmLine | null
  devices: readonly FamilyDevice[]
  reach: ReachNow
}

export type FamilyAlarmLine = {
  id: string
  kind: AlarmKind
  reason: Reason
  priority: Priority
  /** `raised`: nobody of the centre has it yet · `acknowledged`: the centre has it · `resolved`: over */
  state: 'raised' | 'acknowledged' | 'resolved'
  raisedAt: Instant
  room: string
}

export type FamilyDevice = {
  id: string
  role: Role
  room: string
  /** `silent`: it promised to be heard by now and was not · `unheard`: never heard yet · `quiet`: it makes no promise */
  link: 'heard' | 'silent' | 'unheard' | 'quiet'
  heardAt: Instant | null
  /** Per cent; null: not known, or mains. */
  battery: number | null
  /** An open alarm says so. */
  isBatteryLow: boolean
}

/** What would happen if a call for help went out to this relative now. `phone`: this very phone. */
export type ReachNow = {
  /** This browser: `alive` · `dead` (the push service says it is gone: subscribe again) · `none` (never subscribed here) · `not-set-up` (the centre sends no pushes) */
  push: 'alive' | 'dead' | 'none' | 'not-set-up'
  /** When something last arrived at the push service for this browser. */
  pushUsedAt: Instant | null
  /** In the order in which they would be tried for a call for help, then those that cannot reach. */
  ways: readonly ReachWay[]
  /** The telephone that is called, '' when none is known. The middle digits are stars. */
  phone: string
  /** Until when messages that are not calls for help wait (quiet hours are running); null: they go now. */
  quietUntil: Instant | null
}
/** `ready` · `no-address` (no number, e-mail address or subscription of this person) · `not-working` (the channel failed lately; tried last). Channels the centre has not set up are not listed. */
export type ReachWay = { channel: string; state: 'ready' | 'no-address' | 'not-working' }

/** GET /api/family/alarms/:id */
export type FamilyAlarm = FamilyAlarmLine & {
  residentId: string
  at: Instant
  name: string
  subject: string
  phone: string
  timeZone: string
  centre: { name: string; phone: string }
  near: readonly NearPhone[]
  /** How often she asked. */
  presses: number
  lastPressAt: Instant
  /** What happened, oldest first. Staff are never named. */
  steps: readonly FamilyStep[]
  /** Who is coming soonest, and when by what was said: the centre or a relative. */
  coming: { who: 'centre' | 'relative'; name: string; at: Instant | null } | null
  /** The last word of every relative who answered, in the order of those words. */
  answers: readonly FamilyAnswered[]
  /** This relative's own last word. */
  mine: FamilyAnswered | null
  /** Only when resolved. */
  resolvedAt: Instant | null
  outcome: Outcome | null
}

/** `centre-…`: by the staff; `rang`: the plan moved on because nobody had answered. `minutes`: only of those who come, when they said it. */
export type FamilyStep = { at: Instant; minutes: number | null; name: string } & {
  kind:
    | 'raised'
    | 'pressed-again'
    | 'rang'
    | 'centre-has-it'
    | 'centre-called'
    | 'centre-spoke' // with her: her own voice was heard
    | 'centre-sent-somebody'
    | 'centre-on-the-way'
    | 'centre-arrived'
    | 'centre-called-family'
    | 'centre-called-120'
    | 'centre-returned-it' // it waits again
    | 'cleared' // the condition itself went away
    | 'resolved'
    | `family-${FamilyAnswer}` // `name` says who
}

export type FamilyAnswered = {
  contactId: string
  name: string
  relation: Relation
  answer: FamilyAnswer
  /** In how many minutes they are there; only of `going`. */
  minutes: number | null
  at: Instant
  isMine: boolean
}

/** `minutes` 1…600, only with `going`. The last word counts; answering again is allowed. */
export type AnswerRequest = { answer: FamilyAnswer; minutes?: number }

/** Newest day first; alarms newest first. Alarms about devices are left out. */
export type FamilyHistory = {
  timeZone: string
  days: readonly FamilyDay[]
  alarms: readonly (FamilyAlarmLine & { presses: number; resolvedAt: Instant | null; outcome: Outcome | null })[]
}
export type FamilyDay = Pick<DayFacts, 'day' | 'heardHours' | 'wokeAt' | 'firstUpAt' | 'activeMinutes' | 'outMinutes'>

/** `until` null: after the usual length of that mode (away 12 h, hospital 30 days, guest 24 h, holiday 14 days). At most 180 days. `home` has no end. */
export type FamilyModeRequest = { mode: Mode; until: Instant | null }
export type FamilyModeAnswer = { residentId: string; mode: Mode; modeUntil: Instant | null }

/** How this relative is reached about this elder. Nobody can mute a call for help. */
export type FamilyReach = {
  residentId: string
  /** Own number in place of the directory's; '' = the directory's (`directoryPhone`, middle digits as stars). */
  phone: string
  directoryPhone: string
  email: string
  language: 'zh' | 'en'
  subject: string
  /** IANA zone the relative lives in; '' = hers. Quiet hours, night and the daily message are by this clock. */
  timeZone: string
  /** Names of channels, first choice first; only of `offered`. */
  day: readonly string[]
  night: readonly string[]
  nightHours: DailySpan
  quiet: DailySpan | null
  /** When the daily safe-and-well message comes, minutes after midnight; null: never. */
  dailyAt: number | null
  /** The channels that this platform has for persons. */
  offered: readonly string[]
}
export type FamilyReachChange = Omit<FamilyReach, 'residentId' | 'directoryPhone' | 'offered'>

/** `subscription.toJSON()` of the browser. */
export type PushRequest = { endpoint: string; keys: { p256dh: string; auth: string } }
export type PushState = { push: ReachNow['push'] }

/**
 * `sent`: under way · `accepted`: the push service took it · `received`: the phone's service worker got it and said so · `failed`: it was refused.
 * Changes are told live (`test`), within a second.
 */
export type PushTest = { id: string; state: 'sent' | 'accepted' | 'received' | 'failed'; at: Instant; why: string }
/** `id` of the PushMessage (alerts/channels/push.ts). What the service worker is given: `{ id, alarmId, title, body, link, urgent, language }`; `alarmId` '' for a test or a daily message. */
export type PushReceived = { id: string }

/**
 * GET /api/family/live: server-sent events (`new EventSource('/api/family/live')`), at once after the commit. No numbers to compare: on every `hello`
 * (that is after every connect) read again what is shown. A comment line each 15 s keeps it open; nothing for 40 s means the line is dead: connect anew.
 *   event: hello    data: FamilyHello
 *   event: alarm    data: FamilyNews     something about this alarm changed: read it, and today, again
 *   event: today    data: FamilyToldOf   something else about her changed (mode, consent, reach): read today again
 *   event: test     data: PushTest
 *   event: ended    data: {}             this phone's access ended: read `me` again (401: nobody is left)
 *   event: beat     data: FamilyHello    every 15 s
 */
export type FamilyHello = { at: Instant }
export type FamilyNews = { residentId: string; alarmId: string; kind: FactKind }
export type FamilyToldOf = { residentId: string }

/*
 * The staff's side (a sign-in of the centre; `edit-directory`, own sites only).
 *   GET    /api/residents/:id/family                              → StaffFamily
 *   PUT    /api/residents/:id/family/:contactId/consent           ConsentRequest → StaffFamily
 *   DELETE /api/residents/:id/family/:contactId/consent           → StaffFamily      withdrawn: every phone of theirs is out at once
 *   PUT, DELETE /api/residents/:id/family/:contactId/shared       → StaffFamily      a neighbour or keyholder agreed that her relatives see their telephone, or takes it back
 *   POST   /api/residents/:id/family/:contactId/invitations       → Invitation       409 `consent-needed` without consent
 *   DELETE /api/residents/:id/family/:contactId/phones/:phoneId   → StaffFamily      one phone is out at once; null-like id `all`: every phone, and open invitations
 */
export type { ConsentHow } from '../domain/family.ts'
/** How the resident herself agreed that this person may see how she is. */
export type ConsentRequest = { how: ConsentHow; note?: string }
/** Shown once: only the token's hash is kept. `qr`: rows of the code, true = dark, with its quiet zone; draw it as SVG. */
export type Invitation = { url: string; expiresAt: Instant; qr: readonly (readonly boolean[])[] }
export type StaffFamily = {
  residentId: string
  contacts: readonly {
    contactId: string
    name: string
    relation: Relation
    phone: string
    /** Lives near, or has a key: may agree that relatives see the telephone. */
    isNear: boolean
    isShared: boolean
    consent: { how: ConsentHow; note: string; at: Instant; by: string } | null
    /** Unused invitations that still hold. */
    invitedUntil: Instant | null
    phones: readonly { id: string; label: string; joinedAt: Instant; usedAt: Instant | null }[]
  }[]
}
