/** The figures by site, shift and kind, and what caused most alarms, as spreadsheets; no line names a person. */
import type { GroupFigures, Share } from '../../domain/figures-report.ts'
import type { FiguresReport } from '../contracts-reports.ts'
import { csvLine } from './csv-text.ts'
import type { Labels } from './reports-csv.ts'

export const groupTables = ['groups', 'sources'] as const
export type GroupTable = (typeof groupTables)[number]

const heads: Readonly<Record<GroupTable, readonly (readonly [key: string, label: string])[]>> = {
  groups: [
    ['by', '分组'],
    ['key', '编号'],
    ['name', '名称'],
    ['alarms', '告警'],
    ['calls', '求助'],
    ['answered60', '60 秒内接警'],
    ['answered180', '180 秒内接警'],
    ['answered', '计入接警考核'],
    ['atDoor45', '45 分钟内到场'],
    ['atDoor', '计入到场考核'],
    ['answerMedianSeconds', '接警用时中位数（秒）'],
    ['answerP95Seconds', '接警用时 95%（秒）'],
  ],
  sources: [
    ['site', '社区编号'],
    ['subject', '老人编号'],
    ['device', '设备编号'],
    ['reason', '原因'],
    ['alarms', '告警'],
    ['share', '占比'],
  ],
}
const groupNames = { all: '合计', bySite: '社区', byShift: '班次', byKind: '类别' } as const

export function* groupLines(table: GroupTable, report: FiguresReport, labels: Labels): Generator<string> {
  yield csvLine(heads[table].map(([key, label]) => (labels === 'zh' ? label : key)))
  for (const cells of table === 'groups' ? groupCells(report, labels) : sourceCells(report)) yield csvLine(cells.map(String))
}

type Cell = string | number

function groupCells(report: FiguresReport, labels: Labels): readonly (readonly Cell[])[] {
  const names = new Map(report.sites.map(({ id, name }) => [id, name]))
  const cells = (by: keyof typeof groupNames, group: GroupFigures): readonly Cell[] => [
    ...[labels === 'zh' ? groupNames[by] : by, group.key, by === 'bySite' ? (names.get(group.key) ?? '') : ''],
    ...[group.alarms, group.calls, kept(group.answered60), kept(group.answered180), group.answered60.of],
    ...[kept(group.atDoor45), group.atDoor45.of, group.answerMedianSeconds ?? '', group.answerP95Seconds ?? ''],
  ]
  return [
    cells('all', report.all),
    ...(['bySite', 'byShift', 'byKind'] as const).flatMap((by) => report[by].map((group) => cells(by, group))),
  ]
}

const kept = ({ kept: count }: Share): number => count

const sourceCells = ({ load }: FiguresReport): readonly (readonly Cell[])[] =>
  load.badActors.map(({ siteId, subjectId, deviceId, reason, alarms, share }) => [
    ...[siteId, subjectId, deviceId ?? '', reason],
    ...[alarms, Math.round(share * 1_000) / 1_000],
  ])
