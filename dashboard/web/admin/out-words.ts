/** 对外连接的文字 · The words about what goes out: Home Assistant logins, what is on its way to a webhook, and agreements; in both languages. */
import { computed } from '@preact/signals'
import { language } from '../shared/i18n/i18n.ts'

type Listed = { label: string; who: string; at: string; by: string }

const zh = {
  title: 'Home Assistant',
  lead: '家属（或老人自己家里）的 Home Assistant 可以显示老人是否平安，并在告警时立即响应。每个登录只能看到这位老人。',
  none: '还没有登录。',
  who: '给谁',
  ownHome: '老人自己家里（只看，不应答）',
  label: '名称，例如“女儿家客厅”',
  how: '老人如何同意',
  spoken: '口头同意',
  written: '书面同意',
  make: '生成登录',
  made: (user: string) => `MQTT 用户名和客户端 ID 都是 ${user}，密码是：`,
  row: ({ label, who, at, by }: Listed) => `${label} · ${who} · ${at}(${by})`,
  byFamily: '家属本人',
  end: '停用',
  endAgain: '确认停用',
  owed: (n: number) => `待发送 ${n} 条`,
  dead: (n: number) => `已放弃 ${n} 条`,
  deadRow: (kind: string, at: string, tries: number) => `${kind} · ${at} · 试过 ${tries} 次`,
  again: '重新发送',
  queue: '发送队列',
  agreement: '住址协议',
  noAgreement: '未登记协议：推送中不含住址。',
  agreed: (text: string, by: string, at: string) => `告警推送含住址，依据：${text}（${by} 登记于 ${at}）`,
  agreementText: '与谁、在何处约定',
  agree: '登记协议，推送住址',
  stop: '终止协议',
  stopAgain: '确认终止',
}

const en: typeof zh = {
  title: 'Home Assistant',
  lead: 'A relative’s Home Assistant, or one in the elder’s own home, shows whether the elder is safe and hears of alarms at once. Each login sees this elder alone.',
  none: 'There is no login yet.',
  who: 'For whom',
  ownHome: 'The resident’s own home (sees, answers nothing)',
  label: 'Name, such as “daughter’s living room”',
  how: 'How they agreed',
  spoken: 'in words',
  written: 'in writing',
  make: 'Make a login',
  made: (user) => `MQTT user name and client id are both ${user}; the password is:`,
  row: ({ label, who, at, by }) => `${label} · ${who} · ${at} (${by})`,
  byFamily: 'the relative herself',
  end: 'End',
  endAgain: 'Really end',
  owed: (n) => `${n} still to be sent`,
  dead: (n) => `${n} given up`,
  deadRow: (kind, at, tries) => `${kind} · ${at} · tried ${tries} times`,
  again: 'Send again',
  queue: 'On its way',
  agreement: 'Addresses',
  noAgreement: 'No agreement is written down: no address goes out.',
  agreed: (text, by, at) => `Alarms go out with the address, by: ${text} (written down by ${by}, ${at})`,
  agreementText: 'Agreed with whom, and where that stands',
  agree: 'Write it down; send addresses',
  stop: 'End the agreement',
  stopAgain: 'Really end it',
}

export const outWords = computed(() => (language.value === 'zh' ? zh : en))
