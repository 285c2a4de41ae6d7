/** Says a line with a voice of this machine. Where there is none, the tones alone must do: no line leaves the machine to be spoken elsewhere. */
import { later } from '../shared/clock.ts'
import { language } from '../shared/i18n/i18n.ts'

/** The urgent burst lasts so long; the line comes after it. */
const afterBurstMs = 3_500

function localVoice(): SpeechSynthesisVoice | null {
  if (typeof speechSynthesis === 'undefined') return null
  const code = language.value === 'zh' ? /^(zh|cmn)/i : /^en/i
  return speechSynthesis.getVoices().find(({ localService, lang }) => localService && code.test(lang)) ?? null
}

/** A newer line comes before one that still waits. */
export function speak(line: string): void {
  const voice = localVoice()
  if (!voice) return
  later(afterBurstMs, () => {
    const said = new SpeechSynthesisUtterance(line)
    said.voice = voice
    said.lang = voice.lang
    speechSynthesis.cancel()
    speechSynthesis.speak(said)
  })
}
