/** 历史面板的文字 · The words of the history, in both languages; fetched with it. */
import { computed } from '@preact/signals'
import type { ReadingKind } from '../../../../domain/reading.ts'
import { language } from '../../shared/i18n/i18n.ts'

const vitalsZh: Readonly<Partial<Record<ReadingKind, string>>> = {
  'heart-rate': '心率 次/分',
  respiration: '呼吸 次/分',
  oxygen: '血氧 %',
  systolic: '收缩压 mmHg',
  diastolic: '舒张压 mmHg',
  'body-temperature': '体温 ℃',
  glucose: '血糖 mmol/l',
  weight: '体重 kg',
  steps: '步数',
}
const vitalsEn: Readonly<Partial<Record<ReadingKind, string>>> = {
  'heart-rate': 'Heart rate /min',
  respiration: 'Respiration /min',
  oxygen: 'SpO₂ %',
  systolic: 'Systolic mmHg',
  diastolic: 'Diastolic mmHg',
  'body-temperature': 'Temperature °C',
  glucose: 'Glucose mmol/l',
  weight: 'Weight kg',
  steps: 'Steps',
}

const zh = {
  title: '历史',
  last24: '近 24 小时活动（每格 15 分钟）',
  days14: '近 14 天活动（每格 1 小时）',
  nights: '每日概况（估算）',
  battery: '电量 %（14 天）',
  vitals: '体征（14 天）',
  vitalsNone: '没有体征数据',
  batteryNone: '没有电量数据',
  none: '这段时间没有任何数据',
  unreachable: '历史数据取不到，按 H 返回再试。',
  otherRoom: '未标房间',
  legend: { none: '无活动', some: '有活动', gap: '无数据' },
  csv: '导出 CSV',
  day: '日期',
  sleep: '睡眠',
  firstUp: '起床',
  bathroom: '起夜',
  active: '活动',
  out: '外出',
  times: (n: number) => `${n} 次`,
  minutes: (n: number) => (n >= 60 ? `${Math.floor(n / 60)} 小时 ${n % 60} 分` : `${n} 分`),
  roomText: (room: string, active: number, gaps: number) => `${room}：${active} 段有活动，${gaps} 段无数据`,
  dayText: (day: string, active: number, gaps: number) => `${day}：${active} 小时有活动，${gaps} 小时无数据`,
  curveText: ({ name, first, last, gaps }: Record<'first' | 'last' | 'gaps', number> & { name: string }) =>
    `${name}：从 ${first} 到 ${last}，${gaps} 段无数据`,
  vitalNames: vitalsZh,
}

const en: typeof zh = {
  title: 'History',
  last24: 'Activity, last 24 hours (15 minutes each)',
  days14: 'Activity, last 14 days (1 hour each)',
  nights: 'Days (estimates)',
  battery: 'Battery %, 14 days',
  vitals: 'Vital signs, 14 days',
  vitalsNone: 'No vital signs',
  batteryNone: 'No battery levels',
  none: 'Nothing is known of this time',
  unreachable: 'The history cannot be fetched. Press H to go back and try again.',
  otherRoom: 'No room',
  legend: { none: 'none', some: 'active', gap: 'no data' },
  csv: 'Save as CSV',
  day: 'Day',
  sleep: 'Asleep',
  firstUp: 'Up',
  bathroom: 'At night',
  active: 'Active',
  out: 'Out',
  times: (n) => `${n} ×`,
  minutes: (n) => (n >= 60 ? `${Math.floor(n / 60)} h ${n % 60} min` : `${n} min`),
  roomText: (room, active, gaps) => `${room}: active in ${active} parts, no data in ${gaps}`,
  dayText: (day, active, gaps) => `${day}: active in ${active} hours, no data in ${gaps}`,
  curveText: ({ name, first, last, gaps }) => `${name}: from ${first} to ${last}, no data in ${gaps} parts`,
  vitalNames: vitalsEn,
}

export const historyWords = computed(() => (language.value === 'zh' ? zh : en))
