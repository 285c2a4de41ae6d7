/** 值班时怎样联系我 · The words about how somebody of the staff is reached, in both languages. */
import { computed } from '@preact/signals'
import { language } from '../shared/i18n/i18n.ts'

const zh = {
  title: '值班时怎样联系我',
  lead: '值班时，没有人接的告警会按这里的方式找您，先用排在前面的方式。',
  never: '没有人能关掉求助（SOS）：求助总会用所有能用的方式找您，免打扰时间也一样。免打扰只用于其他消息。',
  none: '本平台还没有设置电话、短信或邮件，请联系管理员。',
  phone: '手机',
  email: '邮箱',
  byDay: '白天',
  byNight: '夜间',
  nightFrom: '夜间从',
  nightUntil: '夜间到',
  isQuiet: '免打扰时间（求助除外）',
  quietFrom: '免打扰从',
  quietUntil: '免打扰到',
  save: '保存',
  saved: '已保存。',
}

const en: typeof zh = {
  title: 'How I am reached on duty',
  lead: 'While you are on duty, alarms that nobody takes find you by these ways, the first one first.',
  never:
    'Nobody can mute a call for help (SOS): it finds you by every way there is, also in your quiet hours. Those hold for everything else.',
  none: 'This platform has no telephone, text message or e-mail set up yet. Please ask an administrator.',
  phone: 'Telephone',
  email: 'E-mail',
  byDay: 'By day',
  byNight: 'At night',
  nightFrom: 'Night from',
  nightUntil: 'Night until',
  isQuiet: 'Quiet hours (not for calls for help)',
  quietFrom: 'Quiet from',
  quietUntil: 'Quiet until',
  save: 'Save',
  saved: 'Saved.',
}

export const ownReachWords = computed(() => (language.value === 'zh' ? zh : en))
