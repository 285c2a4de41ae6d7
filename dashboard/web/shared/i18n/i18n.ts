/** The words of the chosen language, and the choice itself, remembered on this machine. Chinese unless somebody chose otherwise. */
import { computed, effect, signal } from '@preact/signals'
import type { Refused } from '../../../contracts.ts'
import type { Language } from '../format.ts'
import { en } from './en.ts'
import { type Words, zh } from './zh.ts'

const dictionaries: Readonly<Record<Language, Words>> = { zh, en }
const memory = 'anling.language'

function remembered(): Language {
  try {
    return localStorage.getItem(memory) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

export const language = signal<Language>(remembered())
export const words = computed(() => dictionaries[language.value])

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})

export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh'
  try {
    localStorage.setItem(memory, language.value)
  } catch {
    return // a locked-down browser forgets; the switch still works
  }
}

/** A refusal in the reader's language: our own words for codes we know, the server's sentence otherwise. */
export function refusalText(refused: Refused): string {
  const known = words.value.refusals[refused.code]
  const by = refused.by ? ` (${refused.by})` : ''
  return known ? `${known}${by}` : refused.message === '' ? words.value.failed : refused.message
}
