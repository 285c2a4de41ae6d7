/** An alarm's card, and the things a person can do to an alarm. All of it goes through the desk and is audited. */
import type { Desk } from '../../alerts/desk.ts'
import type { Silence } from '../../alerts/silence.ts'
import type { Alarm } from '../../domain/alarm.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { reachAt } from '../../domain/reach-hours.ts'
import { shelvedUntil } from '../../domain/shelf.ts'
import { before, type Clock, type Instant, minutes } from '../../domain/time.ts'
import type { Accounts, CareStore, Directory, MapStore, ResidentCard, ResidentFileStore, TelemetryStore, User } from '../../store/store.ts'
import type { AlarmCard, ContactReach, Place, RecentActivity, Refused, WallAlarm } from '../contracts.ts'
import type { Colleague } from '../contracts-duty.ts'
import { can, canOpenDoor, covers, isPerson, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { openLooks } from './looks.ts'
import { type NearNeeds, openNear } from './near.ts'
import { type App, signedIn } from './needs.ts'
import { isArea, labelOf, type Places } from './places.ts'
import { openPresence } from './presence.ts'
import { notFound, RefusedError, refuse } from './refused.ts'
import { acknowledgeRequest, handOverRequest, idParam, noteRequest, resolveRequest, shelveRequest } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type AlarmNeeds = {
  store: CareStore
  directory: Directory
  /** Where sites have plans; absent: nobody knows how far it is from house to house. */
  maps?: (NonNullable<NearNeeds['maps']> & Pick<MapStore, 'flat'>) | undefined
  /** Where residents may have a picture; absent: none has. */
  residentFile?: Pick<ResidentFileStore, 'photoAt'> | undefined
  accounts: Pick<Accounts, 'users'>
  telemetry: TelemetryStore
  silence: Silence
  desk: Desk
  places: Places
  audit: Audit
  /** Somebody opened the card of this alarm. */
  onOpened?: ((alarmId: string) => void) | undefined
  clock: Clock
  log: Log
}

const recentSpan = minutes(30)
const recentRowsMax = 5_000
const recentShown = 60
const earlierMax = 10
const areaHomesMax = 2_000

export function addAlarms(app: App, needs: AlarmNeeds): void {
  const params = idParam
  const watch = { needs: 'watch' as const }
  // Answering is never counted against anybody: an operator in a storm of alarms must not be told to wait.
  // A change of state is another look, and so is the door code that appears.
  const isNewLook = openLooks()
  const othersAt = openPresence()
  const nearOf = openNear(needs)
  const answer = { needs: 'answer' as const, rateLimit: false as const }

  app.get('/api/alarms/:id', { config: watch, schema: { params } }, async (request): Promise<AlarmCard> => {
    const { user } = signedIn(request)
    const alarm = await alarmFor(needs, signedIn(request), request.params.id)
    const card = await cardOf({ ...needs, nearOf }, alarm, user)
    // A program that reads has not seen to anybody, and stands in nobody's way.
    if (isPerson(user)) needs.onOpened?.(alarm.id)
    const action = card.card && card.card.home.doorCode !== '' ? 'look-door-code' : 'look-alarm'
    if (isNewLook(`${user.id} ${alarm.id} ${alarm.state} ${action}`, needs.clock.elapsed()))
      await needs.audit.attempt({ userId: user.id, action, subjectId: alarm.subjectId, detail: alarm.id })
    return { ...card, others: isPerson(user) ? othersAt(alarm.id, user, needs.clock.elapsed()) : [] }
  })
  app.post('/api/alarms/:id/acknowledge', { config: answer, schema: { params, body: acknowledgeRequest } }, (request) =>
    ask(needs, signedIn(request), {
      id: request.params.id,
      event: { kind: 'acknowledge-asked', ...takenFrom(request.body) },
    }),
  )
  app.post('/api/alarms/:id/shelve', { config: answer, schema: { params, body: shelveRequest } }, (request) =>
    ask(needs, signedIn(request), { id: request.params.id, event: { kind: 'shelve-asked', ...request.body } }),
  )
  app.post('/api/alarms/:id/notes', { config: answer, schema: { params, body: noteRequest } }, (request) =>
    ask(needs, signedIn(request), { id: request.params.id, event: { kind: 'note-asked', ...request.body } }),
  )
  addHandingOver(app, needs)
  app.post('/api/alarms/:id/resolve', { config: answer, schema: { params, body: resolveRequest } }, (request) =>
    ask(needs, signedIn(request), { id: request.params.id, event: { kind: 'resolve-asked', ...request.body } }),
  )
}

type From = { from?: string | undefined; fromId?: string | undefined } | null | undefined
const takenFrom = (from: From) => ({ ...(from?.from && { from: from.from }), ...(from?.fromId && { fromId: from.fromId }) })

/** To whom an alarm may be given: whoever may answer at its site, and is not the one who asks. */
function addHandingOver(app: App, needs: AlarmNeeds): void {
  const colleaguesOf = async (signed: Signed, id: string): Promise<Colleague[]> => {
    const { siteId } = await alarmFor(needs, signed, id)
    const users = await needs.accounts.users()
    const able = users.filter(
      (user) => !user.disabled && user.id !== signed.user.id && can(user, 'answer') && covers(scopeOf(user), siteId),
    )
    return able.map(({ id: userId, displayName }) => ({ id: userId, displayName }))
  }
  const answer = { needs: 'answer' as const, rateLimit: false as const }
  app.get('/api/alarms/:id/colleagues', { config: answer, schema: { params: idParam } }, (request) =>
    colleaguesOf(signedIn(request), request.params.id),
  )
  const options = { config: answer, schema: { params: idParam, body: handOverRequest } }
  app.post('/api/alarms/:id/hand-over', options, async (request) => {
    const signed = signedIn(request)
    const { to, toId, text } = request.body
    const named = (await colleaguesOf(signed, request.params.id)).filter(({ id, displayName }) => id === toId || displayName === to)
    const [colleague] = named
    if (!colleague) throw refuse(422, 'unknown-colleague', 'Nobody of this name may answer at this site.')
    if (named.length > 1) throw refuse(409, 'ambiguous-colleague', 'More than one colleague has this name: say whose account is meant.')
    const whom = { to: colleague.displayName, toId: colleague.id }
    return ask(needs, signed, { id: request.params.id, event: { kind: 'hand-over-asked', ...whom, text } })
  })
}

/** The alarm, or the 404 of what this person may not know of. */
async function alarmFor({ store }: AlarmNeeds, { user }: Signed, id: string): Promise<Alarm> {
  const alarm = await store.alarm(id)
  mustCover(scopeOf(user), alarm?.siteId ?? null)
  if (!alarm) throw notFound()
  return alarm
}

type Asked = Extract<CareEventDraft, { kind: 'acknowledge-asked' | 'note-asked' | 'hand-over-asked' | 'shelve-asked' | 'resolve-asked' }>
type Request = Asked extends infer A
  ? A extends Asked
    ? Omit<A, 'subjectId' | 'siteId' | 'at' | 'alarmId' | 'by' | 'byId'>
    : never
  : never

async function ask(needs: AlarmNeeds, signed: Signed, { id, event }: { id: string; event: Request }): Promise<WallAlarm> {
  const alarm = await alarmFor(needs, signed, id)
  const { subjectId, siteId } = alarm
  const common = { subjectId, siteId, at: needs.clock.now(), alarmId: alarm.id, by: signed.user.displayName, byId: signed.user.id }
  const line = needs.audit.line({ userId: signed.user.id, action: event.kind, subjectId, detail: alarm.id })
  const { facts, refusal } = await needs.desk.handle({ ...event, ...common }, line)
  if (refusal) throw new RefusedError(refusal.code === 'unknown-alarm' ? 404 : 409, { ...refusal } satisfies Refused)
  const told = facts.map(({ fact }) => fact).findLast((fact) => fact.kind !== 'test-pressed' && fact.alarm.id === alarm.id)
  const now = told && told.kind !== 'test-pressed' ? told.alarm : alarm
  return { alarm: now, place: await placeOf(needs.places, now) }
}

type CardNeeds = AlarmNeeds & { nearOf: ReturnType<typeof openNear> }

async function cardOf(needs: CardNeeds, alarm: Alarm, user: User): Promise<Omit<AlarmCard, 'others'>> {
  const scope = scopeOf(user)
  const [place, found, notices, latest] = await Promise.all([
    placeOf(needs.places, alarm),
    isArea(alarm) ? null : needs.directory.card(alarm.subjectId),
    needs.store.noticesOf(alarm.id),
    needs.store.alarmsOf(alarm.subjectId, earlierMax + 1),
  ])
  // Somebody who moved to another site since then is that site's to show.
  const card = found && covers(scope, found.resident.siteId) ? found : null
  const homes = isArea(alarm) ? await homesOf(needs.directory, alarm.residentIds, scope) : []
  const earlier = latest.filter(({ id, siteId }) => id !== alarm.id && siteId === alarm.siteId).slice(0, earlierMax)
  const reach = reachOf(card, needs.clock.now())
  const near = await needs.nearOf({ card, scope, reach })
  const shown = card && withDoorCode(card, opensDoor(user, alarm))
  return {
    alarm,
    place,
    card: shown,
    homes,
    notices,
    earlier,
    near,
    reach,
    ...(await picturesOf(needs, card)),
    ...(await activityOf(needs, card)),
  }
}

/** What would otherwise be asked for as soon as the card is there. */
async function picturesOf({ maps, residentFile }: CardNeeds, card: ResidentCard | null): Promise<Pick<AlarmCard, 'flat' | 'photo'>> {
  if (!card) return { flat: null, photo: false }
  const [flat, photoAt] = await Promise.all([maps?.flat(card.home.id) ?? null, residentFile?.photoAt(card.resident.id) ?? null])
  return { flat, photo: photoAt !== null }
}

/** On the clocks of her site. */
function reachOf(card: ResidentCard | null, now: Instant): readonly ContactReach[] {
  if (!card) return []
  return card.contacts.flatMap(({ id, hours = '' }) => {
    const reach = reachAt(hours, now, card.site.timeZone)
    return reach ? [{ id, ...reach }] : []
  })
}

const placeOf = async (places: Places, alarm: Alarm): Promise<Place> => (await places.find([alarm]))[0] as Place

/** Somebody has it and sees to it now: what was put off for hours is no reason to enter a home. */
const isTended = (alarm: Alarm): boolean => alarm.state === 'acknowledged' && shelvedUntil(alarm) === null

/** Whether this alarm tells this person the code of the door. */
export const opensDoor = (user: User, alarm: Alarm): boolean => isTended(alarm) && canOpenDoor(user, alarm.siteId)

/** The door code belongs to whoever is on the way, not to everybody who looks. */
export const withDoorCode = (card: ResidentCard, shown: boolean): ResidentCard =>
  shown ? card : { ...card, home: { ...card.home, doorCode: '' } }

async function homesOf(directory: Directory, residentIds: readonly string[], scope: Scope): Promise<AlarmCard['homes']> {
  const cards = await directory.cards(residentIds.slice(0, areaHomesMax))
  return cards
    .filter(({ resident }) => covers(scope, resident.siteId))
    .map(({ resident, home }) => ({ residentId: resident.id, label: labelOf(home), person: resident.name, phone: resident.phone }))
}

type Activity = Pick<AlarmCard, 'lastActiveAt' | 'lastActiveRoom' | 'recent'>
const notActivity: ReadonlySet<string> = new Set(['heartbeat', 'battery', 'link'])

async function activityOf({ silence, telemetry, clock, log }: AlarmNeeds, card: ResidentCard | null): Promise<Activity> {
  if (!card) return { lastActiveAt: null, lastActiveRoom: '', recent: [] }
  const { number } = card.resident
  const devices = new Map(card.devices.map((device) => [device.number, device]))
  const at = silence.lastActiveAt(number)
  const now = clock.now()
  const query = { resident: number, from: before(now, recentSpan), to: now, limit: recentRowsMax }
  // A card without its last half hour is still a card.
  const rows = await telemetry.readings(query).catch((error: unknown) => {
    log('warn', 'The telemetry store could not answer for a card.', { why: sentenceOf(error) })
    return []
  })
  const recent: RecentActivity[] = rows
    .filter(({ kind }) => !notActivity.has(kind))
    .slice(-recentShown)
    .map(({ at, kind, value, device }) => ({
      at,
      kind,
      value,
      room: devices.get(device)?.room ?? '',
      deviceId: devices.get(device)?.id ?? '',
    }))
  return { lastActiveAt: heardOrNull(at), lastActiveRoom: devices.get(silence.lastActiveDevice(number))?.room ?? '', recent }
}

const heardOrNull = (at: Instant): Instant | null => (at === 0 ? null : at)
