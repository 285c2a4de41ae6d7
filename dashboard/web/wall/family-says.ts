/** What a relative said to an alarm, as the centre reads it: who she is to the elder, what she does, in how many minutes. */
import type { FamilyWord } from '../../../domain/alarm.ts'
import type { FamilyAnswer } from '../../../domain/family.ts'
import { language, words } from '../shared/i18n/i18n.ts'

const zh: Readonly<Record<FamilyAnswer, string>> = { know: '已知道', going: '正在赶去', 'will-call': '打电话给老人', cannot: '去不了' }
const en: Readonly<Record<FamilyAnswer, string>> = { know: 'knows', going: 'is going', 'will-call': 'will call her', cannot: 'cannot come' }

export function familySays({ relation, answer }: FamilyWord, minutes: number | undefined): string {
  const who = words.value.relations[relation]
  if (language.value === 'zh') return `${who}:${zh[answer]}${minutes === undefined ? '' : `,约 ${minutes} 分钟`}`
  return `${who}: ${en[answer]}${minutes === undefined ? '' : `, about ${minutes} min`}`
}
