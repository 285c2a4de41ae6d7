/** An alarm's card, and the things a person can do to an alarm. All of it goes through the desk and is audited. */
import type { Desk } from '../../alerts/desk.ts'
import type { Silence } from '../../alerts/silence.ts'
import type { Alarm } from '../../domain/alarm.ts'
import type { CareEventDraft } from '../../domain/event.ts'
import { type Log, sentenceOf } from '../../domain/log.ts'
import { before, type Clock, type Instant, minutes } from '../../domain/time.ts'
import type { CareStore, Directory, ResidentCard, TelemetryStore } from '../../store/store.ts'
import type { AlarmCard, Place, RecentActivity, Refused, WallAlarm } from '../contracts.ts'
import { covers, mustCover, type Scope, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { openLooks } from './looks.ts'
import { type App, signedIn } from './needs.ts'
import { isArea, labelOf, type Places } from './places.ts'
import { notFound, RefusedError } from './refused.ts'
import { acknowledgeRequest, idParam, noteRequest, resolveRequest, shelveRequest } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type AlarmNeeds = {
  store: CareStore
  directory: Directory
  telemetry: TelemetryStore
  silence: Silence
  desk: Desk
  places: Places
  audit: Audit
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
  // A change of state (the door code appears) is another look.
  const isNewLook = openLooks()
  const answer = { needs: 'answer' as const, rateLimit: false as const }

  app.get('/api/alarms/:id', { config: watch, schema: { params } }, async (request): Promise<AlarmCard> => {
    const signed = signedIn(request)
    const alarm = await alarmFor(needs, signed, request.params.id)
    const card = await cardOf(needs, alarm, scopeOf(signed.user))
    if (isNewLook(`${signed.user.id} ${alarm.id} ${alarm.state}`, needs.clock.elapsed())) {
      await needs.audit.attempt({ userId: signed.user.id, action: 'look-alarm', subjectId: alarm.subjectId, detail: alarm.id })
    }
    return card
  })
  app.post('/api/alarms/:id/acknowledge', { config: answer, schema: { params, body: acknowledgeRequest } }, (request) =>
    ask(needs, signedIn(request), {
      id: request.params.id,
      event: { kind: 'acknowledge-asked', ...(request.body?.from && { from: request.body.from }) },
    }),
  )
  app.post('/api/alarms/:id/shelve', { config: answer, schema: { params, body: shelveRequest } }, (request) =>
    ask(needs, signedIn(request), { id: request.params.id, event: { kind: 'shelve-asked', ...request.body } }),
  )
  app.post('/api/alarms/:id/notes', { config: answer, schema: { params, body: noteRequest } }, (request) =>
    ask(needs, signedIn(request), { id: request.params.id, event: { kind: 'note-asked', ...request.body } }),
  )
  app.post('/api/alarms/:id/resolve', { config: answer, schema: { params, body: resolveRequest } }, (request) =>
    ask(needs, signedIn(request), { id: request.params.id, event: { kind: 'resolve-asked', ...request.body } }),
  )
}

/** The alarm, or the 404 of what this person may not know of. */
async function alarmFor({ store }: AlarmNeeds, { user }: Signed, id: string): Promise<Alarm> {
  const alarm = await store.alarm(id)
  mustCover(scopeOf(user), alarm?.siteId ?? null)
  if (!alarm) throw notFound()
  return alarm
}

type Asked = Extract<CareEventDraft, { kind: 'acknowledge-asked' | 'note-asked' | 'shelve-asked' | 'resolve-asked' }>
type Request = Asked extends infer A ? (A extends Asked ? Omit<A, 'subjectId' | 'siteId' | 'at' | 'alarmId' | 'by'> : never) : never

async function ask(needs: AlarmNeeds, signed: Signed, { id, event }: { id: string; event: Request }): Promise<WallAlarm> {
  const alarm = await alarmFor(needs, signed, id)
  const { subjectId, siteId } = alarm
  const common = { subjectId, siteId, at: needs.clock.now(), alarmId: alarm.id, by: signed.user.displayName }
  const { facts, refusal } = await needs.desk.handle({ ...event, ...common })
  if (refusal) throw new RefusedError(refusal.code === 'unknown-alarm' ? 404 : 409, { ...refusal } satisfies Refused)
  await needs.audit.attempt({ userId: signed.user.id, action: event.kind, subjectId, detail: alarm.id })
  const told = facts.map(({ fact }) => fact).findLast((fact) => fact.kind !== 'test-pressed' && fact.alarm.id === alarm.id)
  const now = told && told.kind !== 'test-pressed' ? told.alarm : alarm
  return { alarm: now, place: await placeOf(needs.places, now) }
}

async function cardOf(needs: AlarmNeeds, alarm: Alarm, scope: Scope): Promise<AlarmCard> {
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
  const shown = card && withDoorCode(card, alarm.state === 'acknowledged')
  return { alarm, place, card: shown, homes, notices, earlier, ...(await activityOf(needs, card)) }
}

const placeOf = async (places: Places, alarm: Alarm): Promise<Place> => (await places.find([alarm]))[0] as Place

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
