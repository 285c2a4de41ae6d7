/** What API keys and webhooks have in common: a secret shown once, boxes to tick, and a button that wants to be pressed twice. */
import { type Signal, useSignal } from '@preact/signals'
import { words } from '../shared/i18n/i18n.ts'
import { Modal } from '../shared/ui.tsx'
import { connectWords } from './connect-words.ts'

export function SecretDialog({ secret, lead, onClose }: { secret: string; lead?: string; onClose: () => void }) {
  const t = connectWords.value
  const copied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard?.writeText(secret)
    copied.value = true
  }
  return (
    <Modal title={t.secretTitle} onClose={onClose}>
      <p class="lead">{[t.secretLead, lead ?? ''].join(' ')}</p>
      <output class="token">{secret}</output>
      <div class="buttons">
        <button type="button" class="button" onClick={() => void copy()}>
          {copied.value ? t.copied : t.copy}
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          {words.value.close}
        </button>
      </div>
    </Modal>
  )
}

type Boxes = {
  legend: string
  choices: readonly (readonly [value: string, shown: string])[]
  chosen: Signal<readonly string[]>
  mistake?: string
}

export function Boxes({ legend, choices, chosen, mistake }: Boxes) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {choices.map(([value, shown]) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen.value.includes(value)}
            onChange={(event) => {
              const others = chosen.value.filter((each) => each !== value)
              chosen.value = event.currentTarget.checked ? [...others, value] : others
            }}
          />
          {shown}
        </label>
      ))}
      {mistake && <p class="refusal">{mistake}</p>}
    </fieldset>
  )
}

type Twice = { name: string; again: string; label: string; act: () => void }

/** What cannot be taken back is pressed twice. */
export function TwiceButton({ name, again, label, act }: Twice) {
  const asked = useSignal(false)
  return (
    <button
      type="button"
      class={asked.value ? 'button small danger' : 'button small'}
      aria-label={`${asked.value ? again : name} ${label}`}
      onClick={() => {
        if (asked.value) act()
        else asked.value = true
      }}
      onBlur={() => {
        asked.value = false
      }}
    >
      {asked.value ? again : name}
    </button>
  )
}
