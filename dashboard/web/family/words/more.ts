/** The words of the screens that are fetched when they are wanted. */
import { computed } from '@preact/signals'
import { moreEn } from './more-en.ts'
import { moreZh } from './more-zh.ts'
import { language } from './words.ts'

export const more = computed(() => (language.value === 'zh' ? moreZh : moreEn))
