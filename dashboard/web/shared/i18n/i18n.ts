/** The words of the chosen language, and the choice itself, remembered on this machine. Chinese unless somebody chose otherwise. */
import { computed, effect, signal } from '@preact/signals'
import type { Refused } from '../../../contracts.ts'
import type { Language } from '../format.ts'
import { type Words, zh } from './zh.ts'

/** Chinese comes with the first script; English is fetched by the machines that want it. */
const english = signal<Words | null>(null)
const memory = 'anling.language'

function remembered(): Language {
  try {
    return localStorage.getItem(memory) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

/** English only once its words are here: no screen is ever half in one language. */
export const language = signal<Language>('zh')
export const words = computed(() => (language.value === 'en' && english.value ? english.value : zh))

async function fetchEnglish(): Promise<void> {
  english.value ??= (await import('./en.ts')).en
}

/** Before the first page is drawn: the words of the language remembered here. Where they cannot be fetched it is Chinese, never nothing. */
export async function readyWords(): Promise<void> {
  if (remembered() === 'zh') return
  try {
    await fetchEnglish()
    language.value = 'en'
  } catch {
    return // the choice stays remembered for the next load
  }
}

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
})

export function switchLanguage(): void {
  if (language.value === 'en') choose('zh')
  else
    void fetchEnglish().then(
      () => choose('en'),
      () => {}, // no link: the page stays as it is, and the next click asks again
    )
}

function choose(next: Language): void {
  language.value = next
  try {
    localStorage.setItem(memory, next)
  } catch {
    return // a locked-down browser forgets; the switch still works
  }
}

/** A refusal in the reader's language: our own words for codes we know, the server's sentence otherwise. */
export function refusalText(refused: Refused): string {
  // The server says in English which field is wrong, and why.
  const code = refused.code === 'bad-request' && language.value === 'zh' ? 'not-right' : refused.code
  const known = words.value.refusals[code]
  const by = refused.by ? ` (${refused.by})` : ''
  return known ? `${known}${by}` : refused.message === '' ? words.value.failed : refused.message
}
