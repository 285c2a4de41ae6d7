/** The words about duty in the chosen language. A dictionary of its own: the wall and the administration share it. */
import { computed } from '@preact/signals'
import { dutyEn } from './duty-en.ts'
import { dutyZh } from './duty-zh.ts'
import { language } from './i18n.ts'

export const dutyWords = computed(() => (language.value === 'zh' ? dutyZh : dutyEn))
