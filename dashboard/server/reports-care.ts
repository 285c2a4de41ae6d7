/** The second half of the reports: how alarms ended, who and what called falsely and why, and what visits and calls are owed now. */
import { Readable } from 'node:stream'
import type { Silence } from '../../alerts/silence.ts'
import type { CallBacks, CareStore, Directory } from '../../store/store.ts'
import type { CareReport, FalseRow, OwedKind, OwedRow } from '../contracts-reports.ts'
import { covers, type Scope } from './access.ts'
import type { Audit } from './audit.ts'
import { boardRows } from './board-make.ts'
import { csvLine } from './csv-text.ts'
import type { EnrolmentParts } from './enrolment-parts.ts'
import { type App, signedIn } from './needs.ts'
import { labelOf } from './places.ts'
import { csvQuery, parts, query, scopeAsked } from './reports-asked.ts'
import type { Labels } from './reports-csv.ts'
import { falseOf, outcomesOf } from './reports-false.ts'
import { type Judged, judgedAlarms, type ReportNeeds } from './reports-make.ts'
import type { SweepParts } from './sweep-parts.ts'
import type { UpkeepParts } from './upkeep-parts.ts'

export type CareReportNeeds = Omit<ReportNeeds, 'store' | 'directory'> & {
  store: Pick<CareStore, 'noticesOf' | 'openAlarms'>
  directory: Directory
  silence: Pick<Silence, 'look'>
  audit: Audit
  callBacks?: CallBacks | undefined
  sweepDesk?: SweepParts | undefined
  upkeep?: Pick<UpkeepParts, 'troubles'> | undefined
  enrolment?: Pick<EnrolmentParts, 'proof'> | undefined
}

const owedMost = 100_000
const usualZone = 'Asia/Shanghai'
const tables = ['outcomes', 'false-people', 'false-devices', 'owed'] as const

export function addCareReports(app: App, needs: CareReportNeeds): void {
  const config = { needs: 'read-reports' as const }
  app.get('/api/reports/care', { config, schema: { querystring: query, tags: ['reports'] } }, async (request): Promise<CareReport> => {
    const { user } = signedIn(request)
    const scope = await scopeAsked(needs.directory, { user }, request.query)
    // It names whoever calls falsely.
    await needs.audit.attempt({ userId: user.id, action: 'look-report-care', subjectId: request.query.siteId ?? 'all' })
    return careReport(needs, scope, request.query.days)
  })
  for (const table of tables) {
    app.get(`/api/reports/${table}.csv`, { config, schema: { querystring: csvQuery, tags: ['reports'] } }, async (request, reply) => {
      const { days, siteId, labels, encoding } = request.query
      const { user } = signedIn(request)
      await needs.audit.record({ userId: user.id, action: `export-report-${table}`, subjectId: siteId ?? 'all', detail: `${days}` })
      const report = await careReport(needs, await scopeAsked(needs.directory, { user }, request.query), days)
      reply.header('content-disposition', `attachment; filename="anling-${table}.csv"`).type(`text/csv; charset=${encoding}`)
      return reply.send(Readable.from(parts(linesOf(table, report, labels), encoding)))
    })
  }
}

async function careReport(needs: CareReportNeeds, scope: Scope, days: number): Promise<CareReport> {
  const judged = await judgedAlarms(needs, scope, days)
  const zoneOf = (siteId: string) => judged.timeZones.get(siteId) ?? usualZone
  const people = falseOf(judged.alarms, 'subject', zoneOf)
  const devices = falseOf(judged.alarms, 'device', zoneOf)
  const named = await namesOf(needs, scope, [...people, ...devices])
  return {
    ...{ from: judged.from, to: judged.to, outcomes: outcomesOf(judged.alarms) },
    ...{ people: people.map(named), devices: devices.map(named), owed: await owedNow(needs, scope, judged) },
  }
}

async function namesOf({ directory }: CareReportNeeds, scope: Scope, rows: readonly FalseRow[]) {
  const cards = await directory.cards([...new Set(rows.map(({ subjectId }) => subjectId))])
  const known = new Map(cards.filter(({ resident }) => covers(scope, resident.siteId)).map((card) => [card.resident.id, card]))
  return (row: FalseRow) => {
    const card = known.get(row.subjectId)
    return { ...row, person: card?.resident.name ?? '', label: card ? labelOf(card.home) : '' }
  }
}

/** Counts for each site and kind of work; what is not here on this platform is left out. */
async function owedNow(needs: CareReportNeeds, scope: Scope, { now }: Judged): Promise<readonly OwedRow[]> {
  const { callBacks, sweepDesk, upkeep, enrolment } = needs
  const counts = new Map<string, { siteId: string; what: OwedKind; open: number; late: number }>()
  const count = (siteId: string, what: OwedKind, by: { open: number; late: number }) => {
    const key = `${siteId} ${what}`
    const row = counts.get(key) ?? { siteId, what, open: 0, late: 0 }
    counts.set(key, { ...row, open: row.open + by.open, late: row.late + by.late })
  }
  const one = (isLate: boolean) => ({ open: 1, late: isLate ? 1 : 0 })
  for (const { siteId, dueAt } of (await callBacks?.open(scope, owedMost)) ?? []) count(siteId, 'call-backs', one(dueAt < now))
  for (const { siteId, closedAt, total, heard, called } of (await sweepDesk?.current(scope, now)) ?? []) {
    const left = total - heard - called
    // Nobody knows how they are: each of them is late from the first moment.
    if (closedAt === null) count(siteId, 'sweeps', { open: left, late: left })
  }
  if (upkeep) {
    const proofOf = (deviceId: string) => enrolment?.proof(deviceId)
    for (const { siteId, standing, trouble } of await boardRows({ ...needs, troubles: upkeep.troubles, proofOf }, scope)) {
      if (standing === 'test-owed' || standing === 'unproven') count(siteId, 'weekly-tests', one(standing === 'unproven'))
      if (standing === 'never-activated') count(siteId, 'never-activated', one(false))
      if (trouble) count(siteId, 'cases', one(trouble.overdue))
    }
  }
  return [...counts.values()]
}

type Cell = string | number
const heads: Readonly<Record<(typeof tables)[number], readonly (readonly [key: string, label: string])[]>> = {
  outcomes: [
    ['kind', '类别'],
    ['outcome', '处置结果'],
    ['alarms', '告警数'],
  ],
  'false-people': falseHeads(),
  'false-devices': falseHeads(),
  owed: [
    ['site', '社区编号'],
    ['what', '事项'],
    ['open', '未完成'],
    ['late', '已超时'],
  ],
}

function falseHeads(): readonly (readonly [string, string])[] {
  return [
    ['site', '社区编号'],
    ['subject', '老人编号'],
    ['device', '设备编号'],
    ['reason', '原因'],
    ['alarms', '已结案'],
    ['false', '误报'],
    ['night', '其中夜间'],
    ['advice', '建议'],
  ]
}

const falseCells = (row: FalseRow): readonly Cell[] => [
  ...[row.siteId, row.subjectId, row.deviceId ?? '', row.reason],
  ...[row.alarms, row.false, row.night, row.advice],
]

function cellsOf(table: (typeof tables)[number], { outcomes, people, devices, owed }: CareReport): readonly (readonly Cell[])[] {
  if (table === 'false-people') return people.map(falseCells)
  if (table === 'false-devices') return devices.map(falseCells)
  if (table === 'owed') return owed.map(({ siteId, what, open, late }) => [siteId, what, open, late])
  return outcomes.flatMap(({ kind, open, outcomes: ends }) => [
    ...Object.entries(ends).map(([outcome, n]): readonly Cell[] => [kind, outcome, n]),
    ...(open > 0 ? [[kind, '', open] as const] : []),
  ])
}

function* linesOf(table: (typeof tables)[number], report: CareReport, labels: Labels): Generator<string> {
  yield csvLine(heads[table].map(([key, label]) => (labels === 'zh' ? label : key)))
  for (const cells of cellsOf(table, report)) yield csvLine(cells.map(String))
}
