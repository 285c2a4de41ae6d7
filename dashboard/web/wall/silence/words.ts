/** 安静面板的文字 · The words about silence and where somebody is, in both languages. */
import { computed } from '@preact/signals'
import type { Mode } from '../../../../domain/people.ts'
import type { SlowChange } from '../../../../domain/slow-change.ts'
import type { SilenceAnswer } from '../../../contracts.ts'
import { language } from '../../shared/i18n/i18n.ts'

type Sight = SilenceAnswer['sight']

const modesZh: Readonly<Record<Mode, string>> = { home: '在家', away: '外出', hospital: '住院', guest: '有客', holiday: '假期外出' }
const sightsZh: Readonly<Record<Sight, string>> = {
  seen: '',
  sensor: '传感器没有信号',
  terminal: '家庭终端没有信号',
  area: '整个片区没有信号',
}

const zh = {
  title: '今天的安静',
  mode: '状态',
  modes: modesZh,
  until: (at: string) => `至 ${at}`,
  blind: (since: string, sight: Sight) => `${since} 起看不见这户：${sightsZh[sight]}`,
  partly: '部分传感器没有信号',
  up: (at: string) => `今早 ${at} 报平安`,
  due: (at: string) => `${at} 到上限`,
  returned: (at: string) => `${at} 起家里有人活动，看来已经回家；外出状态自动结束`,
  nothing: '还不了解这位老人的作息',
  failed: '取不到今天的活动',
  chart: (now: number, usual: number) => `现在安静 ${now} 分钟；这个时候通常不超过 ${usual} 分钟`,
  today: '今天',
  within: '通常',
  longest: '最长',
  changes: (n: number) => `本周 ${n} 位老人的作息有变化`,
  kinds: {
    'less-active': (was: string, now: string) => `活动减少（每天 ${was} → ${now} 分钟）`,
    'up-later': (was: string, now: string) => `起床变晚（${was} → ${now}）`,
    'more-nights': (was: string, now: string) => `夜起增多（${was} → ${now} 次）`,
    'out-less': (was: string, now: string) => `外出减少（每天 ${was} → ${now} 分钟）`,
  },
}

const modesEn: typeof modesZh = { home: 'At home', away: 'Away', hospital: 'In hospital', guest: 'Has guests', holiday: 'On holiday' }
const sightsEn: typeof sightsZh = {
  seen: '',
  sensor: 'its sensors are silent',
  terminal: 'its terminal is silent',
  area: 'the whole area is silent',
}

const en: typeof zh = {
  title: 'Silence',
  mode: 'Where',
  modes: modesEn,
  until: (at) => `until ${at}`,
  blind: (since, sight) => `Cannot see this home since ${since}: ${sightsEn[sight]}`,
  partly: 'Some sensors are silent',
  up: (at) => `Well at ${at}`,
  due: (at) => `limit ${at}`,
  returned: (at) => `Seen at home since ${at}: the absence ended by itself`,
  nothing: 'Too little is known of this person yet',
  failed: 'Today’s activity cannot be fetched',
  chart: (now, usual) => `Silent for ${now} minutes now; usually at most ${usual} minutes at this time`,
  today: 'Today',
  within: 'Usual',
  longest: 'Longest',
  changes: (n) => (n === 1 ? 'The days of 1 person changed this week' : `The days of ${n} people changed this week`),
  kinds: {
    'less-active': (was, now) => `less active (${was} → ${now} min a day)`,
    'up-later': (was, now) => `up later (${was} → ${now})`,
    'more-nights': (was, now) => `up more often at night (${was} → ${now})`,
    'out-less': (was, now) => `out less (${was} → ${now} min a day)`,
  },
}

export const silenceWords = computed(() => (language.value === 'zh' ? zh : en))

const minuteText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(Math.round(minute) % 60).padStart(2, '0')}`

/** One slow change in words, with what it was and what it is. */
export function changeText({ kind, before, now }: SlowChange): string {
  const text = kind === 'up-later' ? minuteText : (value: number) => String(Math.round(value * 10) / 10)
  return silenceWords.value.kinds[kind](text(before), text(now))
}
