/** The device board as a spreadsheet: one line for each device, in the site's own time. */
import type { Instant } from '../../domain/time.ts'
import type { DeviceStanding } from '../../domain/trouble.ts'
import type { BoardRow } from '../contracts-upkeep.ts'
import { csvLine } from './csv-text.ts'
import { localTime } from './history-csv.ts'
import type { Labels } from './reports-csv.ts'

const standingWords: Readonly<Record<DeviceStanding, string>> = {
  silent: '失联',
  failed: '故障',
  'battery-low': '低电量',
  'never-activated': '从未启用',
  unproven: '超过 30 天未自检',
  'test-owed': '本周未自检',
  well: '正常',
}

type Column = { key: string; label: string; write: (row: BoardRow, labels: Labels) => string }

const moment = (at: Instant | null, timeZone: string): string => (at === null ? '' : localTime(timeZone || 'Asia/Shanghai')(at))

const columns: readonly Column[] = [
  { key: 'device', label: '设备编号', write: ({ deviceId }) => deviceId },
  { key: 'site', label: '社区', write: ({ siteName }) => siteName },
  { key: 'home', label: '住房', write: ({ label }) => label },
  { key: 'person', label: '老人', write: ({ person }) => person },
  { key: 'role', label: '角色', write: ({ role }) => role },
  { key: 'room', label: '房间', write: ({ room }) => room },
  { key: 'family', label: '协议', write: ({ family }) => family },
  { key: 'power', label: '供电', write: ({ power }) => power },
  { key: 'standing', label: '状态', write: ({ standing }, labels) => (labels === 'zh' ? standingWords[standing] : standing) },
  { key: 'battery', label: '电量（%）', write: ({ battery }) => String(battery?.percent ?? '') },
  { key: 'batteryDays', label: '还能用（天）', write: ({ battery }) => (battery?.forecast?.known ? String(battery.forecast.days) : '') },
  { key: 'heard', label: '最近上报', write: ({ heardAt, timeZone }) => moment(heardAt, timeZone) },
  { key: 'proven', label: '最近自检', write: ({ provenAt, timeZone }) => moment(provenAt, timeZone) },
  { key: 'claimed', label: '登记时间', write: ({ claimedAt, timeZone }) => moment(claimedAt, timeZone) },
  { key: 'caseDue', label: '故障单期限', write: ({ trouble, timeZone }) => moment(trouble?.dueAt ?? null, timeZone) },
  { key: 'caseOwner', label: '负责人', write: ({ trouble }) => trouble?.owner ?? '' },
  { key: 'overdue', label: '已超时', write: ({ trouble }) => (trouble?.overdue ? '1' : trouble ? '0' : '') },
  { key: 'told', label: '超时通知时间', write: ({ trouble, timeZone }) => moment(trouble?.told?.at ?? null, timeZone) },
]

export function* boardLines(rows: readonly BoardRow[], labels: Labels): Generator<string> {
  yield csvLine(columns.map(({ key, label }) => (labels === 'zh' ? label : key)))
  for (const row of rows) yield csvLine(columns.map(({ write }) => write(row, labels)))
}
