/** What this desk chose for itself, remembered on this machine: letters as keys, and whether a telephone on this machine dials. */
import { signal } from '@preact/signals'

type Setting = { read(): boolean; turn(on: boolean): void }

function openSetting(name: string, usual: boolean): Setting {
  const key = `anling.${name}`
  const chosen = signal(remembered(key) ?? usual)
  return {
    read: () => chosen.value,
    turn(on) {
      chosen.value = on
      try {
        localStorage.setItem(key, String(on))
      } catch {
        return // a locked-down browser forgets; the choice still holds until the page goes
      }
    },
  }
}

function remembered(key: string): boolean | null {
  try {
    const kept = localStorage.getItem(key)
    return kept === null ? null : kept === 'true'
  } catch {
    return null
  }
}

/** WCAG 2.1.4: whoever speaks to the computer, or rests a hand on the keys, turns single letters off. */
export const letterKeys = openSetting('letters', true)
/** Where a telephone program answers to `tel:`, taking an alarm dials her number. */
export const softphone = openSetting('softphone', false)
