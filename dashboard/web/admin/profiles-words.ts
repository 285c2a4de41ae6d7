/** 映射模板的文字 · The words about mapping profiles, in both languages. */
import { computed } from '@preact/signals'
import { language } from '../shared/i18n/i18n.ts'

const zh = {
  title: '映射模板',
  lead: '未知终端发来的 JSON，用十行文字说明含义即可接入。先用真实样本试一试，再保存。设备登记为“generic”类型。',
  none: '还没有模板。',
  text: '模板（YAML 或 JSON）',
  samples: '样本（每行一条 JSON，前面可带主题）',
  try: '试一试',
  save: '保存',
  remove: '删除',
  removeAsk: '再按一次删除',
  fresh: '新模板',
  saved: '已保存，立即生效。',
  line: '行',
  became: '识别结果',
  device: '设备',
  itself: '发送者本身',
  nothing: '没有可识别的内容',
}

const en: typeof zh = {
  title: 'Profiles',
  lead: 'Ten lines say what the JSON of an unknown terminal means. Try them on real samples before you keep them. Register the device with the family "generic".',
  none: 'There is no profile yet.',
  text: 'Profile (YAML or JSON)',
  samples: 'Samples (one JSON a line, its topic may stand before it)',
  try: 'Try',
  save: 'Save',
  remove: 'Remove',
  removeAsk: 'Press again to remove',
  fresh: 'New profile',
  saved: 'Saved, and in force.',
  line: 'Line',
  became: 'Became',
  device: 'Device',
  itself: 'the sender',
  nothing: 'nothing',
}

export const profileWords = computed(() => (language.value === 'zh' ? zh : en))

/** What a new profile begins with. */
export const exampleProfile = `profile: one-key-terminal
topic: factory/+/data
map:
  - { path: params.eventType, when: { startsWith: SOS }, kind: sos }
  - { path: params.fall, kind: fall }
  - { path: params.battery, kind: battery }
`
export const exampleSamples = `{"params":{"eventType":"SOS-1","battery":88}}
`
