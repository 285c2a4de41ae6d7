/** 上门代码的文字 · The words of visit codes, in both languages. */
import { computed } from '@preact/signals'
import { language } from '../shared/i18n/i18n.ts'

const zh = {
  title: '上门代码',
  lead: '给安装人员一个一次性代码或二维码：用手机打开后，只看得到这一户，四小时后自动失效。',
  home: '住户',
  choose: '请选择',
  valid: '代码有效',
  minutes: (n: number) => (n < 120 ? `${n} 分钟` : `${n / 60} 小时`),
  give: '开一个代码',
  page: '上门安装页面',
  inUse: (time: string) => `正在上门，到 ${time} 为止`,
  waits: (time: string) => `还没有使用，到 ${time} 为止`,
  end: '作废',
  codeTitle: (home: string) => `上门代码：${home}`,
  codeLead: (time: string) => `只显示这一次，${time} 前可以用一次。`,
  qr: '上门安装二维码',
  print: '打印',
  done: '好了',
}

const en: typeof zh = {
  title: 'Visit codes',
  lead: 'Give a technician a one-time code or its QR code: the phone then sees this one home, for four hours.',
  home: 'Home',
  choose: 'Please choose',
  valid: 'Code valid for',
  minutes: (n) => (n < 120 ? `${n} minutes` : `${n / 60} hours`),
  give: 'Make a code',
  page: 'The page for technicians',
  inUse: (time) => `being visited, until ${time}`,
  waits: (time) => `not used yet, until ${time}`,
  end: 'Withdraw',
  codeTitle: (home) => `Visit code: ${home}`,
  codeLead: (time) => `Shown this once; good for one use before ${time}.`,
  qr: 'QR code of the visit',
  print: 'Print',
  done: 'Done',
}

export const visitWords = computed(() => (language.value === 'zh' ? zh : en))
