/** The words of the chosen language, and the choice itself, remembered on this telephone. Chinese unless the telephone speaks only English. */
import { computed, effect, signal } from '@preact/signals'
import type { Refused } from '../../../contracts.ts'
import { readKept, writeKept } from '../kept.ts'
import type { Language } from '../time.ts'
import { en } from './en.ts'
import { type Words, zh } from './zh.ts'

const dictionaries: Readonly<Record<Language, Words>> = { zh, en }
const memory = 'anling.language'

const first = (): Language => (/^en\b/.test(navigator.language) ? 'en' : 'zh')
const kept = readKept(memory)

export const language = signal<Language>(kept === 'en' || kept === 'zh' ? kept : first())
export const words = computed(() => dictionaries[language.value])

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})

export function speak(chosen: Language): void {
  language.value = chosen
  writeKept(memory, chosen)
}

/** A refusal in the reader's language: our own words for codes we know, else that it failed. */
export const refusalText = ({ code }: Refused): string => words.value.refusals[code] ?? words.value.failed
