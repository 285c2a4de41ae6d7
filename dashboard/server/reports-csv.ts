/** Figures as a bureau wants them: one line for each alarm or breach, in the site's own time, and no cell that a spreadsheet would run. */
import type { AlarmFigures } from '../../domain/figures.ts'
import type { Breach } from '../../domain/figures-breaches.ts'
import { answerTook, doorTook, isCall } from '../../domain/figures-report.ts'
import type { Instant } from '../../domain/time.ts'
import { csvLine } from './csv-text.ts'
import { localTime } from './history-csv.ts'
import type { Judged } from './reports-make.ts'

export type Labels = 'en' | 'zh'
type Column<Row> = { key: string; label: string; write: (row: Row, judged: Judged) => string }

const moment = (at: Instant | null, siteId: string, { timeZones }: Judged): string =>
  at === null ? '' : localTime(timeZones.get(siteId) ?? 'Asia/Shanghai')(at)
const seconds = (took: number): string => String(Math.round(took / 100) / 10)
const yes = (is: boolean): string => (is ? '1' : '0')

const at = (key: string, label: string, of: (alarm: AlarmFigures) => Instant | null): Column<AlarmFigures> => ({
  ...{ key, label },
  write: (alarm, judged) => moment(of(alarm), alarm.siteId, judged),
})

const alarmColumns: readonly Column<AlarmFigures>[] = [
  { key: 'alarm', label: '告警编号', write: ({ alarmId }) => alarmId },
  { key: 'site', label: '社区编号', write: ({ siteId }) => siteId },
  { key: 'siteName', label: '社区', write: ({ siteId }, { siteNames }) => siteNames.get(siteId) ?? '' },
  { key: 'subject', label: '老人编号', write: ({ subjectId }) => subjectId },
  { key: 'kind', label: '类别', write: ({ kind }) => kind },
  { key: 'reason', label: '原因', write: ({ reason }) => reason },
  { key: 'priority', label: '优先级', write: ({ priority }) => String(priority) },
  { key: 'shift', label: '班次', write: ({ siteId, storedAt }, { shifts }) => shifts(siteId, storedAt).name },
  at('pressed', '按下', ({ pressedAt }) => pressedAt),
  at('stored', '入库', ({ storedAt }) => storedAt),
  at('painted', '上屏', ({ paintedAt }) => paintedAt),
  at('opened', '打开', ({ openedAt }) => openedAt),
  at('answered', '接警', ({ answeredAt }) => answeredAt),
  at('contacted', '联系上本人', ({ contactedAt }) => contactedAt),
  at('accepted', '有人出发', ({ acceptedAt }) => acceptedAt),
  at('atDoor', '到场', ({ arrivedAt }) => arrivedAt),
  at('resolved', '办结', ({ resolvedAt }) => resolvedAt),
  { key: 'outcome', label: '处置结果', write: ({ outcome }) => outcome ?? '' },
  { key: 'counts', label: '计入考核', write: (alarm) => yes(isCall(alarm)) },
  { key: 'answerSeconds', label: '接警用时（秒）', write: (alarm, { now }) => took(isCall(alarm) ? answerTook(alarm, now) : null) },
  { key: 'doorSeconds', label: '到场用时（秒）', write: (alarm, { now }) => took(isCall(alarm) ? doorTook(alarm, now) : null) },
  { key: 'presses', label: '次数', write: ({ presses }) => String(presses) },
  { key: 'returned', label: '接警后未处置退回', write: ({ returned }) => String(returned) },
]

const breachColumns: readonly Column<Breach>[] = [
  { key: 'alarm', label: '告警编号', write: ({ alarmId }) => alarmId },
  { key: 'site', label: '社区编号', write: ({ siteId }) => siteId },
  { key: 'siteName', label: '社区', write: ({ siteId }, { siteNames }) => siteNames.get(siteId) ?? '' },
  { key: 'subject', label: '老人编号', write: ({ subjectId }) => subjectId },
  { key: 'kind', label: '类别', write: ({ kind }) => kind },
  { key: 'reason', label: '原因', write: ({ reason }) => reason },
  { key: 'shift', label: '班次', write: ({ shift }) => shift },
  { key: 'stored', label: '入库', write: ({ storedAt, siteId }, judged) => moment(storedAt, siteId, judged) },
  { key: 'what', label: '未达标项', write: ({ what }) => what },
  { key: 'seconds', label: '用时（秒）', write: ({ seconds: spent }) => String(spent) },
  { key: 'cameAbout', label: '后来做到', write: ({ cameAbout }) => yes(cameAbout) },
  { key: 'causes', label: '原因分析', write: ({ causes }) => causes.join(' ') },
]

/** Empty where nothing can be said yet: it took itself back, or still waits. */
const took = (answer: { took: number; answered?: boolean; arrived?: boolean } | null): string =>
  answer && (answer.answered ?? answer.arrived) ? seconds(answer.took) : ''

function* lines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { judged, labels }: { judged: Judged; labels: Labels }) {
  yield csvLine(columns.map(({ key, label }) => (labels === 'zh' ? label : key)))
  for (const row of rows) yield csvLine(columns.map(({ write }) => write(row, judged)))
}

export const alarmLines = (judged: Judged, labels: Labels) => lines(alarmColumns, judged.alarms, { judged, labels })
export const breachLines = (breaches: readonly Breach[], judged: Judged, labels: Labels) =>
  lines(breachColumns, breaches, { judged, labels })
