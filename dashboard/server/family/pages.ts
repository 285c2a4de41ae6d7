/** What relatives look at and say: today, an alarm, the answer to it, the last fourteen days, and where she is. Every look and every word is recorded. */
import type { FastifyRequest } from 'fastify'
import { dayIn, dayPlus } from '../../../domain/calendar.ts'
import type { FamilyLink, JoinedPhone } from '../../../domain/family.ts'
import { modeEnd } from '../../../domain/modes.ts'
import { before, days } from '../../../domain/time.ts'
import type { Refused } from '../../contracts.ts'
import type { FamilyAlarm, FamilyDay, FamilyHistory, FamilyModeAnswer, FamilyToday } from '../../contracts-family.ts'
import { openLooks } from '../looks.ts'
import type { App } from '../needs.ts'
import { notFound, RefusedError } from '../refused.ts'
import { idParam, modeRequest } from '../schemas.ts'
import { elderOf, eldersOf, type FamilyNeeds, linkTo, phoneOf, recordedAs } from './needs.ts'
import { answerRequest } from './schemas.ts'
import { todayOf, viewOf } from './today.ts'
import { familyAlarm, lineOf } from './view.ts'

const family = { needs: 'family' as const }
const daysShown = 14
const alarmsMost = 200
/** Answering is never refused to a finger that trembles; only a program asks so often. */
const answersPerMinute = 60

type Look = (link: FamilyLink, action: string, detail?: string) => Promise<void>

export function addFamilyPages(app: App, needs: FamilyNeeds): void {
  const isNewLook = openLooks()
  const look: Look = async (link, action, detail = '') => {
    const userId = recordedAs(link)
    if (isNewLook(`${userId} ${action} ${link.residentId} ${detail}`, needs.clock.elapsed()))
      await needs.audit.attempt({ userId, action, subjectId: link.residentId, detail })
  }
  addToday(app, { ...needs, look })
  addAlarm(app, { ...needs, look })
  addAnswer(app, needs)
  addHistory(app, { ...needs, look })
  addModes(app, needs)
}

type Looking = FamilyNeeds & { look: Look }

function addToday(app: App, needs: Looking): void {
  app.get('/api/family/today', { config: family }, async (request): Promise<FamilyToday> => {
    const phone = phoneOf(request)
    const at = needs.clock.now()
    const elders = await eldersOf(needs, phone)
    for (const { link } of elders) await needs.look(link, 'family-look-today')
    return { at, elders: await Promise.all(elders.map((elder) => todayOf(needs, elder, at))) }
  })
}

/** The alarm, for a telephone that may see the elder it is about; else the 404 of what does not exist. */
async function seenAlarm(needs: FamilyNeeds, phone: JoinedPhone, id: string) {
  const alarm = await needs.store.alarm(id)
  if (!alarm) throw notFound()
  return { alarm, elder: await elderOf(needs, phone, alarm.subjectId) }
}

async function alarmView(needs: FamilyNeeds, phone: JoinedPhone, id: string): Promise<FamilyAlarm> {
  const { alarm, elder } = await seenAlarm(needs, phone, id)
  const [notices, view] = await Promise.all([needs.store.noticesOf(id), viewOf(needs, elder)])
  return familyAlarm({ alarm, notices, elder: view, link: elder.link, at: needs.clock.now() })
}

function addAlarm(app: App, needs: Looking): void {
  app.get('/api/family/alarms/:id', { config: family, schema: { params: idParam } }, async (request): Promise<FamilyAlarm> => {
    const phone = phoneOf(request)
    const view = await alarmView(needs, phone, request.params.id)
    await needs.look(linkTo(phone, view.residentId), 'family-look-alarm', view.id)
    return view
  })
}

function addAnswer(app: App, needs: FamilyNeeds): void {
  const { desk, audit, clock } = needs
  const keyGenerator = (request: FastifyRequest) => `family ${request.phone?.id ?? request.ip}`
  const config = { ...family, rateLimit: { max: answersPerMinute, timeWindow: 60_000, keyGenerator } }
  const schema = { params: idParam, body: answerRequest }
  app.post('/api/family/alarms/:id/answer', { config, schema }, async (request): Promise<FamilyAlarm> => {
    const phone = phoneOf(request)
    const { alarm, elder } = await seenAlarm(needs, phone, request.params.id)
    const { contactId } = elder.link
    const self = elder.card.contacts.find(({ id }) => id === contactId)
    if (!self) throw notFound()
    const { answer, minutes = null } = request.body
    const { subjectId, siteId } = alarm
    const word = { contactId, relation: self.relation, answer }
    const event = { kind: 'family-answered' as const, subjectId, siteId, at: clock.now(), alarmId: alarm.id, by: self.name, word, minutes }
    const line = audit.line({ userId: recordedAs(elder.link), action: `family-${answer}`, subjectId, detail: alarm.id })
    const { refusal } = await desk.handle(event, line)
    // Who of the staff closed it is not for relatives.
    if (refusal) throw new RefusedError(409, { code: refusal.code, message: 'This alarm is over already.' } satisfies Refused)
    return alarmView(needs, phone, alarm.id)
  })
}

function addHistory(app: App, needs: Looking): void {
  app.get('/api/family/elders/:id/history', { config: family, schema: { params: idParam } }, async (request): Promise<FamilyHistory> => {
    const { link, card } = await elderOf(needs, phoneOf(request), request.params.id)
    await needs.look(link, 'family-look-history')
    const now = needs.clock.now()
    const { timeZone } = card.site
    const today = dayIn(timeZone, now)
    const [facts, alarms] = await Promise.all([
      needs.history.days({ resident: card.resident.number, from: dayPlus(today, 1 - daysShown), to: today }),
      needs.store.alarmsOf(card.resident.id, alarmsMost),
    ])
    const since = before(now, days(daysShown))
    const shown = alarms.filter(({ kind, raisedAt }) => kind !== 'technical' && raisedAt >= since)
    return {
      timeZone,
      days: facts.map(dayView).reverse(),
      alarms: shown.map((alarm) => ({
        ...lineOf(alarm),
        presses: alarm.presses,
        resolvedAt: alarm.state === 'resolved' ? alarm.at : null,
        outcome: alarm.state === 'resolved' ? alarm.outcome : null,
      })),
    }
  })
}

/** How often she went to the bathroom is nobody's business but hers and the centre's. */
const dayView = ({ day, heardHours, wokeAt, firstUpAt, activeMinutes, outMinutes }: FamilyDay): FamilyDay => ({
  ...{ day, heardHours, wokeAt, firstUpAt, activeMinutes, outMinutes },
})

function addModes(app: App, needs: FamilyNeeds): void {
  const { directory, audit, clock } = needs
  const schema = { params: idParam, body: modeRequest }
  app.post('/api/family/elders/:id/mode', { config: family, schema }, async (request): Promise<FamilyModeAnswer> => {
    const { link } = await elderOf(needs, phoneOf(request), request.params.id)
    const { residentId } = link
    const { mode, until: asked } = request.body
    const until = modeEnd(mode, clock.now(), asked)
    const detail = until === null ? '' : String(until)
    const line = audit.line({ userId: recordedAs(link), action: `mode-${mode}`, subjectId: residentId, detail })
    if (!(await directory.setMode(residentId, { mode, until }, line))) throw notFound()
    return { residentId, mode, modeUntil: until }
  })
}
