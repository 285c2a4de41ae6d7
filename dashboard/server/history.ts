/** What was measured, over HTTP: a person's and a device's history, what days came to; each person inside their own sites, each look audited. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { dayNumber } from '../../domain/calendar.ts'
import { before, type Clock, days, hours, type Instant, instant } from '../../domain/time.ts'
import type { Directory, HistoryStore, SummaryQuery } from '../../store/store.ts'
import type { DaysAnswer, HistoryAnswer, HistoryGroup } from '../contracts.ts'
import { mustCover, scopeOf } from './access.ts'
import type { Audit } from './audit.ts'
import { encode, markOf } from './csv-text.ts'
import { daysCsv, historyCsv } from './history-csv.ts'
import { boundsOf, historyGroups, lastDays, seriesOf, type Told } from './history-shape.ts'
import { openLooks } from './looks.ts'
import { type App, signedIn } from './needs.ts'
import { badField, notFound } from './refused.ts'
import { day, idParam, momentMax } from './schemas.ts'
import type { Signed } from './sessions.ts'

export type HistoryNeeds = { directory: Directory; history: HistoryStore; audit: Audit; clock: Clock }

const pointsMax = 2_000
const rangeMax = days(3 * 366)
const daysShown = 28
const daysMax = 1_100

/** Milliseconds since 1970, or ISO 8601 with a zone. */
const moment = z
  .string()
  .max(40)
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .refine((at) => Number.isSafeInteger(at) && at >= 0 && at <= momentMax, 'must be a moment such as 2026-11-22T08:00:00Z')
  .transform((at): Instant => instant(at))
const format = z.enum(['json', 'csv']).default('json')

const series = z
  .string()
  .max(200)
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .refine((names) => names.every((name) => historyGroups.some((group) => group === name)), `must be some of ${historyGroups.join(', ')}`)
  .transform((names) => names as HistoryGroup[])

const historyQuery = z.object({
  from: moment.optional().describe('Beginning; default: 24 hours before the end.'),
  to: moment.optional().describe('End; default: now.'),
  series: series.default([...historyGroups]).describe('Names parted by commas; default: all.'),
  points: z.coerce.number().int().min(1).max(pointsMax).default(pointsMax).describe('Points of each series at most; the step follows.'),
  format,
})
const daysQuery = z.object({ from: day.optional(), to: day.optional(), format })

const config = { needs: 'watch' as const }
const tags = ['history']

export function addHistory(app: App, needs: HistoryNeeds): void {
  const isNewLook = openLooks()
  const look: Looking['look'] = async ({ user }, action, { subjectId, format: asked }) => {
    // What leaves as a file is recorded each time, or does not leave.
    if (asked === 'csv') await needs.audit.record({ userId: user.id, action: `export-${action}`, subjectId })
    else if (isNewLook(`${user.id} ${action} ${subjectId}`, needs.clock.elapsed()))
      await needs.audit.attempt({ userId: user.id, action: `look-${action}`, subjectId })
  }
  addResidentHistory(app, { ...needs, look })
  addDeviceHistory(app, { ...needs, look })
  addDays(app, { ...needs, look })
}

type Looked = { subjectId: string; format: 'json' | 'csv' }
type Looking = HistoryNeeds & { look: (signed: Signed, action: 'history' | 'device-history' | 'days', of: Looked) => Promise<void> }

function addResidentHistory(app: App, { directory, look, ...needs }: Looking): void {
  const summary =
    'Activity by room, heartbeats, battery, signal, vital signs and doors of a person, at most 2,000 points each; null is a gap.'
  const schema = { params: idParam, querystring: historyQuery, summary, tags }
  app.get('/api/residents/:id/history', { config, schema }, async (request, reply) => {
    const signed = signedIn(request)
    const card = await directory.card(request.params.id)
    mustCover(scopeOf(signed.user), card?.resident.siteId ?? null)
    if (!card) throw notFound()
    await look(signed, 'history', { subjectId: card.resident.id, format: request.query.format })
    const whose = { resident: card.resident.number }
    const answer = await historyOf(needs, { whose, timeZone: card.site.timeZone, devices: card.devices, asked: request.query })
    return request.query.format === 'csv' ? sendCsv(reply, 'history', historyCsv(answer)) : answer
  })
}

function addDeviceHistory(app: App, { directory, look, ...needs }: Looking): void {
  const summary = 'What one device measured since it belongs to whom it belongs now.'
  const schema = { params: idParam, querystring: historyQuery, summary, tags }
  app.get('/api/devices/:id/history', { config, schema }, async (request, reply) => {
    const signed = signedIn(request)
    const device = await directory.device(request.params.id)
    mustCover(scopeOf(signed.user), device?.siteId ?? null)
    if (!device) throw notFound()
    await look(signed, 'device-history', { subjectId: device.id, format: request.query.format })
    const site = await directory.site(device.siteId)
    // What it measured in another home is that home's to show.
    const whose = { device: device.number, resident: device.residentNumber ?? 0 }
    const answer = await historyOf(needs, { whose, timeZone: site?.timeZone ?? 'UTC', devices: [device], asked: request.query })
    return request.query.format === 'csv' ? sendCsv(reply, 'device', historyCsv(answer)) : answer
  })
}

function addDays(app: App, { directory, look, history, clock }: Looking): void {
  const summary =
    'What days came to: sleep, getting up, bathroom visits at night, activity, time out. Estimates; null where nobody can say.'
  const schema = { params: idParam, querystring: daysQuery, summary, tags }
  app.get('/api/residents/:id/days', { config, schema }, async (request, reply) => {
    const signed = signedIn(request)
    const card = await directory.card(request.params.id)
    mustCover(scopeOf(signed.user), card?.resident.siteId ?? null)
    if (!card) throw notFound()
    await look(signed, 'days', { subjectId: card.resident.id, format: request.query.format })
    const { timeZone } = card.site
    const range = { ...lastDays(timeZone, clock.now(), daysShown), ...given(request.query) }
    if (dayNumber(range.to) - dayNumber(range.from) >= daysMax) throw badField('from', `at most ${daysMax} days at once`)
    const stored = await history.days({ resident: card.resident.number, ...range })
    const answer: DaysAnswer = { timeZone, days: stored.map(({ resident: _, ...facts }) => facts) }
    return request.query.format === 'csv' ? sendCsv(reply, 'days', daysCsv(answer.days, timeZone)) : answer
  })
}

const given = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => ({ ...(from && { from }), ...(to && { to }) })

type Asked = z.output<typeof historyQuery>
type Whose = { whose: Pick<SummaryQuery, 'resident' | 'device'>; timeZone: string; devices: readonly Told[]; asked: Asked }

async function historyOf(
  { history, clock }: Pick<HistoryNeeds, 'history' | 'clock'>,
  { whose, timeZone, devices, asked }: Whose,
): Promise<HistoryAnswer> {
  const now = clock.now()
  const to = asked.to ?? now
  const from = asked.from ?? before(to, hours(24))
  if (!(from < to)) throw badField('from', 'must be before the end')
  if (to - from > rangeMax) throw badField('from', 'at most 3 years at once')
  const { step, bounds } = boundsOf({ from, to, timeZone, pointsMax: asked.points, fineFrom: before(now, history.fineFor) })
  const sums = await history.summaries({ ...whose, bounds })
  const end = bounds[bounds.length - 1] ?? to
  return {
    from: bounds[0] ?? from,
    to: end,
    step,
    timeZone,
    at: bounds.slice(0, -1),
    series: seriesOf(asked.series, sums, { devices, step }),
  }
}

export function sendCsv(reply: FastifyReply, name: string, text: string): FastifyReply {
  reply.header('content-disposition', `attachment; filename="anling-${name}.csv"`).type('text/csv; charset=utf-8')
  return reply.send(encode(markOf('utf-8') + text, 'utf-8'))
}
