/** The last line of a window that asks for something: leave it, or do it. */
import { words } from '../shared/i18n/i18n.ts'

export function Buttons({ label, disabled, onClose }: { label: string; disabled: boolean; onClose: () => void }) {
  return (
    <div class="buttons">
      <button type="button" class="button" onClick={onClose}>
        {words.value.cancel}
      </button>
      <button type="submit" class="button primary" disabled={disabled}>
        {label}
      </button>
    </div>
  )
}
