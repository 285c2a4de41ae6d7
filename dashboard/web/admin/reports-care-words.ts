/** 报表下半部分的文字 · The words of the reports' second half, in both languages. */
import { computed } from '@preact/signals'
import type { FalseAdvice, OwedKind } from '../../contracts-reports.ts'
import { language } from '../shared/i18n/i18n.ts'

type Figures = { alarms: number; false: number; night: number }

const adviceZh: Readonly<Record<FalseAdvice, (n: Figures) => string>> = {
  'pressed-at-night': (n) => `误按多在夜里（${n.night} / ${n.false} 次）：把按钮从枕边挪开，或换带护盖的按钮。`,
  'pressed-by-day': () => '上门看看佩戴和摆放的位置，再讲一遍怎么用；挂件可改为腕带。',
  'fall-detector': () => '检查跌倒探测器的朝向和灵敏度，坐下、躺下时各试一次。',
  'watch-less-closely': () => '她的作息可能变了：看看最近的规律，调整无活动上限，或补一个传感器。',
  'sensor-place': () => '检查传感器的位置，离灶台、浴室和窗口远一些；仍误报就更换。',
}
const owedZh: Readonly<Record<OwedKind, string>> = {
  'call-backs': '回访电话',
  sweeps: '逐户确认',
  'weekly-tests': '每周自检',
  'never-activated': '上门启用设备',
  cases: '设备故障单',
}

const zh = {
  outcomes: '告警如何结束',
  outcomesNone: '这段时间没有告警。',
  kind: '类别',
  alarms: '告警',
  open: '未结',
  people: '误报较多的老人',
  devices: '误报较多的设备',
  falseNone: '没有人或设备误报两次以上。',
  who: '老人',
  device: '设备',
  falseRate: '误报率',
  rate: (n: Figures) => `${n.false} / ${n.alarms}`,
  what: '原因',
  adviceHead: '建议',
  advice: adviceZh,
  owed: '现在应做的走访和电话',
  owedNone: '没有欠下的走访和电话。',
  site: '社区',
  work: '事项',
  owedOpen: '未完成',
  owedLate: '已超时',
  owedKinds: owedZh,
  csv: 'CSV',
  csvOf: (table: string) => `导出“${table}”CSV`,
  print: '打印',
  printArea: '范围',
  printPeriod: '时段',
  printMade: '制作',
  by: (who: string) => `制作人 ${who}`,
}

const adviceEn: Readonly<Record<FalseAdvice, (n: Figures) => string>> = {
  'pressed-at-night': (n) =>
    `Mostly pressed at night (${n.night} of ${n.false}): move the button away from the pillow, or use one with a cover.`,
  'pressed-by-day': () =>
    'Look at how it is worn or where it lies, and show once more how it works; a wrist strap may do better than a cord.',
  'fall-detector': () => 'Check where the fall detector looks and how sensitive it is; try it sitting down and lying down.',
  'watch-less-closely': () => 'Their days may have changed: look at the latest routine, widen the limit of silence, or add a sensor.',
  'sensor-place': () => 'Move the sensor away from stove, bathroom and window; replace it if that does not help.',
}
const owedEn: Readonly<Record<OwedKind, string>> = {
  'call-backs': 'Call-backs',
  sweeps: 'Welfare sweep',
  'weekly-tests': 'Weekly tests',
  'never-activated': 'Visits to activate devices',
  cases: 'Cases of broken devices',
}

const en: typeof zh = {
  outcomes: 'How alarms ended',
  outcomesNone: 'No alarms in this period.',
  kind: 'Kind',
  alarms: 'Alarms',
  open: 'Open',
  people: 'People with most false alarms',
  devices: 'Devices with most false alarms',
  falseNone: 'Nobody and nothing called falsely twice or more.',
  who: 'Resident',
  device: 'Device',
  falseRate: 'False',
  rate: (n) => `${n.false} of ${n.alarms}`,
  what: 'Reason',
  adviceHead: 'Advice',
  advice: adviceEn,
  owed: 'Visits and calls owed now',
  owedNone: 'No visit or call is owed.',
  site: 'Site',
  work: 'What',
  owedOpen: 'Open',
  owedLate: 'Late',
  owedKinds: owedEn,
  csv: 'CSV',
  csvOf: (table) => `Export “${table}” as CSV`,
  print: 'Print',
  printArea: 'Area',
  printPeriod: 'Period',
  printMade: 'Made',
  by: (who) => `by ${who}`,
}

export const careWords = computed(() => (language.value === 'zh' ? zh : en))
