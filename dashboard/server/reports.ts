/** 报表: the figures that an office answers for, live, within the asker's sites; and the same line by line for the bureau. */
import { Readable } from 'node:stream'
import { breachesOf } from '../../domain/figures-breaches.ts'
import { loadOf } from '../../domain/figures-load.ts'
import { seconds } from '../../domain/time.ts'
import type { FiguresReport } from '../contracts-reports.ts'
import { type Scope, scopeKey } from './access.ts'
import type { Audit } from './audit.ts'
import { type App, signedIn } from './needs.ts'
import { csvQuery, parts, query, scopeAsked } from './reports-asked.ts'
import { addCareReports, type CareReportNeeds } from './reports-care.ts'
import { alarmLines, breachLines } from './reports-csv.ts'
import { groupLines, groupTables } from './reports-groups-csv.ts'
import { explained, type Judged, judgedAlarms, makeReport, type ReportNeeds } from './reports-make.ts'

export type ReportRoutes = ReportNeeds & CareReportNeeds & { audit: Audit }

/** Several supervisors look at the same page: it is made once in that time. */
const keptFor = seconds(5)
const reportsKept = 50
const breachesMost = 5_000

export function addReports(app: App, needs: ReportRoutes): void {
  const config = { needs: 'read-reports' as const }
  const report = openKept(needs)
  addCareReports(app, needs)
  app.get(
    '/api/reports/figures',
    { config: { ...config, look: 'report' }, schema: { querystring: query, tags: ['reports'] } },
    async (request): Promise<FiguresReport> => {
      const scope = await scopeAsked(needs.directory, signedIn(request), request.query)
      return report(scope, request.query.days)
    },
  )
  for (const table of groupTables) {
    app.get(`/api/reports/${table}.csv`, { config, schema: { querystring: csvQuery, tags: ['reports'] } }, async (request, reply) => {
      const { days, siteId, labels, encoding } = request.query
      const signed = signedIn(request)
      const scope = await scopeAsked(needs.directory, signed, request.query)
      await needs.audit.record({ userId: signed.user.id, action: `export-report-${table}`, subjectId: siteId ?? 'all', detail: `${days}` })
      reply.header('content-disposition', `attachment; filename="anling-${table}.csv"`).type(`text/csv; charset=${encoding}`)
      return reply.send(Readable.from(parts(groupLines(table, await report(scope, days), labels), encoding)))
    })
  }
  for (const what of ['alarms', 'breaches'] as const) {
    app.get(`/api/reports/${what}.csv`, { config, schema: { querystring: csvQuery, tags: ['reports'] } }, async (request, reply) => {
      const { days, siteId, labels, encoding } = request.query
      const signed = signedIn(request)
      const scope = await scopeAsked(needs.directory, signed, request.query)
      await needs.audit.record({ userId: signed.user.id, action: `export-report-${what}`, subjectId: siteId ?? 'all', detail: `${days}` })
      const judged = await judgedAlarms(needs, scope, days)
      const lines = what === 'alarms' ? alarmLines(judged, labels) : breachLines(await allBreaches(needs, judged), judged, labels)
      reply.header('content-disposition', `attachment; filename="anling-${what}.csv"`).type(`text/csv; charset=${encoding}`)
      return reply.send(Readable.from(parts(lines, encoding)))
    })
  }
}

/** The newest ones, oldest first. */
async function allBreaches(needs: ReportNeeds, judged: Judged) {
  const { isFlood } = loadOf(judged.alarms, judged)
  return explained(needs, judged.alarms, breachesOf(judged.alarms, { ...judged, isFlood }).slice(-breachesMost))
}

function openKept(needs: ReportNeeds): (scope: Scope, days: number) => Promise<FiguresReport> {
  const kept = new Map<string, { at: number; report: Promise<FiguresReport> }>()
  return (scope, days) => {
    const key = `${days} ${scopeKey(scope)}`
    const now = needs.clock.elapsed()
    const known = kept.get(key)
    if (known && now - known.at < keptFor) return known.report
    if (kept.size >= reportsKept) kept.clear()
    const report = makeReport(needs, scope, days)
    kept.set(key, { at: now, report })
    // What failed is asked again by the next one.
    report.catch(() => kept.delete(key))
    return report
  }
}
