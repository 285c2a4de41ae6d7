/** The words of the welfare sweep 逐户确认, in both languages. */
import { computed } from '@preact/signals'
import type { OutageCause, SweepReason } from '../../../../domain/sweep.ts'
import { language } from './i18n.ts'

const causesZh: Readonly<Record<OutageCause, string>> = {
  platform: '平台中断',
  network: '网络中断',
  broker: '设备接入中断',
  disk: '磁盘故障',
}
const reasonsZh: Readonly<Record<SweepReason, string>> = {
  'open-alarm': '有未结告警',
  'not-well': '近一天求助过',
  'long-silent': '中断前已久无动静',
  'very-old': '90 岁以上',
  'no-second-way': '无其他联系人',
  old: '80 岁以上',
  medical: '有病情备注',
  alone: '独居',
}

const zh = {
  title: '逐户确认',
  bar: (cause: string, span: string, left: string) => `${cause} ${span}：还有 ${left} 位老人未确认平安`,
  barDone: (cause: string, span: string) => `${cause} ${span}：已全部确认`,
  open: '开始逐户确认',
  lead: '中断期间的求助可能没有送达。老人或家中设备有了新的动静会自动打勾；其余请逐户打电话或上门。',
  figures: { total: '名单', heard: '自动确认', called: '人工确认', left: '未确认' },
  share: (percent: string) => `已确认 ${percent}`,
  byRisk: '按风险',
  byBuilding: '按楼栋',
  noBuilding: '未写楼栋',
  buildingLeft: (left: number, total: number) => (left === 0 ? `${total} 户已确认` : `还有 ${left} / ${total}`),
  note: '怎样确认的（打勾时记入）',
  notes: ['电话确认，平安', '上门确认，平安', '家属或邻居确认，平安'] as readonly string[],
  tick: '确认平安',
  tickFor: (who: string) => `确认平安：${who}`,
  call: '电话',
  other: (name: string) => `联系人 ${name}`,
  age: (years: number) => `${years} 岁`,
  more: (n: number) => `再显示 ${n} 位`,
  doneAll: '名单上的人都已确认。',
  loading: '正在读取名单……',
  causes: causesZh,
  reasons: reasonsZh,
  siteOf: (site: string, cause: string, span: string) => `${site} · ${cause} ${span}`,
  again: '名单没有读到，请重试',
}
type SweepWords = typeof zh

const en: SweepWords = {
  title: 'Welfare sweep',
  bar: (cause, span, left) => `${cause} ${span}: ${left} ${left === '1' ? 'person is' : 'people are'} not confirmed yet`,
  barDone: (cause, span) => `${cause} ${span}: everybody is confirmed`,
  open: 'Check on them',
  lead: 'Calls for help in this time may not have arrived. Whoever gives a new sign of life is ticked off by it; call or visit the others.',
  figures: { total: 'On the list', heard: 'Heard since', called: 'Asked', left: 'Left' },
  share: (percent) => `${percent} confirmed`,
  byRisk: 'By risk',
  byBuilding: 'By building',
  noBuilding: 'No building given',
  buildingLeft: (left, total) => (left === 0 ? `all ${total} confirmed` : `${left} of ${total} left`),
  note: 'How you know (kept with each tick)',
  notes: ['Called, all is well', 'Visited, all is well', 'Family or neighbour says all is well'],
  tick: 'All is well',
  tickFor: (who) => `All is well: ${who}`,
  call: 'Phone',
  other: (name) => `Contact ${name}`,
  age: (years) => `${years} years`,
  more: (n) => `Show ${n} more`,
  doneAll: 'Everybody on this list is confirmed.',
  loading: 'Reading the list …',
  causes: { platform: 'Platform down', network: 'Network down', broker: 'Devices could not connect', disk: 'Disk trouble' },
  reasons: {
    'open-alarm': 'open alarm',
    'not-well': 'asked for help within a day',
    'long-silent': 'long quiet before',
    'very-old': '90 or older',
    'no-second-way': 'no other contact',
    old: '80 or older',
    medical: 'medical note',
    alone: 'lives alone',
  },
  siteOf: (site, cause, span) => `${site} · ${cause} ${span}`,
  again: 'The list could not be read. Please try again.',
}

export const sweepWords = computed(() => (language.value === 'zh' ? zh : en))
